import { type Call, FIRST_STEPS, requestKey, wireRequest } from './api/request'
import { parsePageSearch, periodOf } from './app/pageSearch'
import { parseUrlSearch } from './app/urlSearch'
import { TOTALS } from './home/questions'

/*
 * Runs before the first paint and before anything else is loaded: sets the theme, so that a chosen one never flashes the
 * other, fetches the code of the page that the address names beside that of the whole, and asks what the page will ask
 * first. `api/client` takes the answers; one that nobody takes was asked in vain and does no harm.
 */

declare global {
  interface Window {
    /** By `requestKey`. */
    earlyAnswers?: Map<string, Promise<Response>>
    /** Files of pages by the pattern of their addresses; put there by the build (scripts/finish-build.mjs). */
    pageFiles?: [pattern: string, files: string[]][]
  }
}

function preference(name: string): string | null {
  try {
    return localStorage.getItem(`sightline.${name}`)
  } catch {
    // Storage is off: there are no choices.
    return null
  }
}

const theme = preference('theme')
if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme

const answers = new Map<string, Promise<Response>>()
window.earlyAnswers = answers

function ask(operation: string, call: Call): void {
  const request = wireRequest(operation, call)
  const key = requestKey(request, call.project)
  const answer = fetch(request.url, request.init)
  answers.set(key, answer)
  // A refusal is not kept: who signs in after it asks anew. Who has taken it already hears of it, and of a failure.
  const forget = () => answers.delete(key)
  answer.then(({ ok }) => ok || forget(), forget)
}

function fetchAhead(file: string): void {
  const link = document.createElement('link')
  link.rel = file.endsWith('.css') ? 'preload' : 'modulepreload'
  if (file.endsWith('.css')) link.as = 'style'
  link.crossOrigin = ''
  link.href = file
  document.head.append(link)
}

const [, area, inPath, page = 'home', ...rest] = location.pathname.split('/').map(decodeURIComponent)
// The start page leads to the home page of the project looked at last.
const project = area === '' ? preference('project') : area === 'project' ? inPath : null
if (project) {
  const address = ['', 'project', project, page, ...rest].join('/')
  for (const [pattern, files] of window.pageFiles ?? []) {
    if (new RegExp(pattern).test(address)) for (const file of files) fetchAhead(file)
  }
  ask('GET /session', {})
  const [id] = rest
  if (page === 'traces' && id) {
    ask('GET /traces/{traceId}/outline', { project, path: { traceId: id }, query: { limit: FIRST_STEPS } })
  }
  if (page === 'home') {
    const search = parsePageSearch(parseUrlSearch(location.search))
    ask('POST /metrics', { project, body: { ...TOTALS, ...periodOf(search, new Date()) } })
  }
}
