// Screenshots of every page for docs/ui.md, from a running Sightline with data in it (see seed.mjs).
// npm run screenshots -- --url http://127.0.0.1:3000 --email … --password … [--out DIR] [--only home,traces] [--width 1440]
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { SIGN_IN_OPTIONS, signedIn } from './signed-in.mjs'

const { values: options } = parseArgs({
  options: {
    ...SIGN_IN_OPTIONS,
    out: { type: 'string', default: join(import.meta.dirname, '../../../../../docs/images/ui') },
    only: { type: 'string' },
    width: { type: 'string', default: '1440' },
    height: { type: 'string', default: '900' },
    themes: { type: 'string' },
  },
})
const { browser, context, page, project, read } = await signedIn(options, {
  viewport: { width: Number(options.width), height: Number(options.height) },
  deviceScaleFactor: 1,
})
const devTools = await context.newCDPSession(page)
const complaints = []
page.on('pageerror', (error) => complaints.push(`${page.url()}: ${error.message}`))
page.on('console', (message) => {
  if (message.type() === 'error') complaints.push(`${page.url()}: ${message.text()}`)
})
const inProject = (path) => `${options.url}/project/${project}/${path}`
const nothing = { trace_id: 'none', session_id: 'none', user_id: 'none', span_id: 'none' }
const { data: traces } = await read('traces?limit=100&environment=production')
const agent = traces.find(({ name, observation_count: steps }) => name === 'shop assistant' && steps > 10) ?? nothing
const rag = traces.find(({ name }) => name === 'answer from documents') ?? nothing
const { observations = [] } = await read(`traces/${rag.trace_id}?content=false`)
const guardrail = observations.find(({ type }) => type === 'guardrail') ?? nothing
const { data: sessions } = await read('sessions?limit=100')
const session = sessions.toSorted((a, b) => b.trace_count - a.trace_count)[0] ?? nothing
const { data: dashboards } = await read('dashboards')
const trace = `traces/${agent.trace_id}`

/** Name, address, whether both themes are shown, and what is done before. */
const SHOTS = [
  ['home', 'home', true],
  ['traces', 'traces', true],
  ['traces-peek', `traces?peek=${agent.trace_id}`],
  ['traces-query', 'traces?query=latency:%3E2s%20level:ERROR'],
  ['trace', trace, true],
  ['trace-timeline', `${trace}?view=timeline`],
  ['trace-graph', `${trace}?view=graph`, true],
  ['trace-findings', `traces/${rag.trace_id}?observation=${guardrail.span_id}`],
  ['compare', `compare?left=${agent.trace_id}&right=${rag.trace_id}`],
  ['sessions', 'sessions'],
  ['session', `sessions/${encodeURIComponent(session.session_id)}`],
  ['users', 'users'],
  ['user', `users/${encodeURIComponent(agent.user_id)}`],
  ['scores', 'scores'],
  ['scores-agreement', 'scores?tab=agreement'],
  ['models', 'models'],
  ['dashboards', 'dashboards'],
  ['dashboard', `dashboards/${dashboards.find(({ name }) => name === 'Cost')?.id ?? 'none'}`, true],
  ['evaluators', 'evaluators'],
  ['evaluator-rules', 'evaluators?tab=rules'],
  ['evaluator-new', 'evaluators?tab=new', false, mapAVariable],
  ['guard', 'guard', true],
  ['sql', 'sql', false, runSql],
  ['ingest-health', 'ingest-health'],
  ['settings', 'settings?tab=privacy'],
  ['setup', null],
]

/** A judge's variable taken from a real trace. */
async function mapAVariable() {
  await page.getByLabel('Trace', { exact: true }).selectOption({ index: 1 })
  const values = page.getByRole('region', { name: 'Values of the step' })
  await values.getByRole('button').first().click()
}

async function runSql() {
  await page.getByRole('button', { name: 'Run' }).click()
  await page.getByRole('button', { name: 'Chart' }).click()
}

mkdirSync(options.out, { recursive: true })
const only = options.only?.split(',')
for (const [name, path, both, act] of SHOTS) {
  if (only && !only.includes(name)) continue
  const themes = options.themes?.split(',') ?? (both ? ['light', 'dark'] : ['light'])
  for (const theme of themes) {
    await page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await page.goto(path === null ? `${options.url}/setup` : inProject(path))
    await page.waitForLoadState('networkidle', { timeout: 5000 }).catch(() => undefined)
    if (act) await act()
    await page.waitForTimeout(600)
    // WebP, which Playwright can't write and Chromium can: a fifth of a PNG.
    const { data } = await devTools.send('Page.captureScreenshot', { format: 'webp', quality: 82 })
    writeFileSync(join(options.out, `${name}${themes.length > 1 ? `-${theme}` : ''}.webp`), Buffer.from(data, 'base64'))
  }
}
await browser.close()
for (const complaint of new Set(complaints)) console.log(complaint)
