// A Chromium that is signed in at a running Sightline, for scripts that look at pages.
import { existsSync } from 'node:fs'
import { chromium } from 'playwright-core'

/** What such scripts take beside their own options. */
export const SIGN_IN_OPTIONS = {
  url: { type: 'string', default: process.env.SIGHTLINE_URL ?? 'http://127.0.0.1:3000' },
  email: { type: 'string', default: process.env.SIGHTLINE_EMAIL ?? 'dev@sightline.local' },
  password: { type: 'string', default: process.env.SIGHTLINE_PASSWORD },
}

/** The browser; its context of the given options, which holds the session; a page of it; the project it came to. */
export async function signedIn({ url, email, password }, contextOptions) {
  if (!password) throw new Error('give --password, as ./sightline up prints it')
  const executablePath = ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome'].find(existsSync)
  const browser = await chromium.launch({
    executablePath,
    args: ['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  })
  const context = await browser.newContext(contextOptions)
  const page = await context.newPage()
  await page.goto(`${url}/sign-in`)
  await page.getByLabel('E-mail').fill(email)
  await page.getByLabel('Password', { exact: true }).fill(password)
  await page.getByRole('button', { name: 'Sign in' }).click()
  await page.waitForURL('**/project/**')
  const project = new URL(page.url()).pathname.split('/')[2]
  /** An answer of the API about the project. */
  const read = async (path) => {
    const answer = await context.request.get(`${url}/api/v1/${path}`, { headers: { 'X-Sightline-Project': project } })
    return answer.ok() ? await answer.json() : { data: [] }
  }
  return { browser, context, page, project, read }
}
