// How long a person waits for the home page and for a trace of 10,000 steps, in a real Chromium at a running Sightline
// with the data of `seed.mjs --large`. Prints and judges nothing; ./benchmarks/run ui starts all of it.
// node scripts/measure.mjs --url http://127.0.0.1:3000 --email … --password … [--rounds 10]
import { parseArgs } from 'node:util'
import { SIGN_IN_OPTIONS, signedIn } from './signed-in.mjs'

const { values: options } = parseArgs({
  options: {
    ...SIGN_IN_OPTIONS,
    rounds: { type: 'string', default: '10' },
  },
})

/** The numbers of the tiles; the first step below the trace itself; the field that says how many steps there are. */
const TILES = 'main li a b'
const STEPS = '[role=tree] [role=treeitem]:nth-of-type(2)'
const ALL_STEPS = '[placeholder="Find in 10,000"]'

/** Runs in the page from its first moment: when what is waited for has come and been painted, on the page's own clock. */
function watch(selectors) {
  window.painted = {}
  const look = () => {
    for (const selector of selectors)
      if (!(selector in window.painted) && document.querySelector(selector)) {
        window.painted[selector] = 0
        // The frame that shows it is under way; the task after it comes when it has been drawn.
        requestAnimationFrame(() => setTimeout(() => (window.painted[selector] = performance.now())))
      }
  }
  new MutationObserver(look).observe(document, { childList: true, subtree: true })
}

async function newPage() {
  const fresh = await browser.newContext({ viewport: { width: 1440, height: 900 }, storageState })
  const page = await fresh.newPage()
  await page.addInitScript(watch, [TILES, STEPS, ALL_STEPS])
  return page
}

async function opened(page, address, selector, wholeSelector = selector) {
  await page.goto(address)
  await page.waitForFunction((it) => window.painted[it] > 0, wholeSelector)
  return page.evaluate(
    ([it, whole]) => {
      const resources = performance.getEntriesByType('resource')
      return {
        first: performance.getEntriesByName('first-contentful-paint')[0]?.startTime,
        useful: window.painted[it],
        whole: window.painted[whole],
        kilobytes: resources.reduce((sum, { transferSize }) => sum + transferSize, 0) / 1000,
      }
    },
    [selector, wholeSelector],
  )
}

const { browser, context, project, read } = await signedIn(options)
const storageState = await context.storageState()
const query = encodeURIComponent('trace_name:"night run of 10,000 steps"')
const [large] = (await read(`traces?limit=1&query=${query}`)).data
if (!large) throw new Error('no trace of 10,000 steps: seed with --large')
await context.close()

const home = `${options.url}/project/${project}/home`
const trace = `${options.url}/project/${project}/traces/${large.trace_id}`
const found = new Map()
/** A first paint that the browser does not tell is left out. */
const note = (what, millis) => millis && found.set(what, [...(found.get(what) ?? []), millis])
let sizes
for (let round = 0; round < Number(options.rounds); round++) {
  const page = await newPage()
  const cold = await opened(page, home, TILES)
  note('home, nothing cached: first paint', cold.first)
  note('home, nothing cached: numbers painted', cold.useful)
  const warm = await opened(page, home, TILES)
  note('home, again: first paint', warm.first)
  note('home, again: numbers painted', warm.useful)
  const other = await newPage()
  const alone = await opened(other, trace, STEPS, ALL_STEPS)
  note('10,000 steps, nothing cached: first paint', alone.first)
  note('10,000 steps, nothing cached: steps painted', alone.useful)
  note('10,000 steps, nothing cached: all of them there', alone.whole)
  const again = await opened(other, trace, STEPS, ALL_STEPS)
  note('10,000 steps, again: steps painted', again.useful)
  note('10,000 steps, again: all of them there', again.whole)
  note('10,000 steps: to the last of them, painted', await jumpToEnd(other))
  sizes = { home: cold.kilobytes, trace: alone.kilobytes }
  await page.context().close()
  await other.context().close()
}
await browser.close()

/** All branches open and the last row in sight: from the key to the frame that shows it. */
async function jumpToEnd(page) {
  await page.getByRole('button', { name: 'Open all branches' }).click()
  const tree = page.getByRole('tree')
  await tree.focus()
  await page.waitForTimeout(300)
  const shown = page.evaluate(
    () =>
      new Promise((resolve) => {
        let began = 0
        addEventListener('keydown', () => (began = performance.now()), { once: true, capture: true })
        new MutationObserver((_, observer) => {
          if (!began) return
          observer.disconnect()
          requestAnimationFrame(() => setTimeout(() => resolve(performance.now() - began)))
        }).observe(document.querySelector('[role=tree]'), { childList: true, subtree: true })
      }),
  )
  await tree.press('End')
  return shown
}

const at = (sorted, share) => Math.round(sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))])
console.log(`${large.observation_count} steps; ms${' '.repeat(35)}median    most`)
for (const [what, millis] of found) {
  const sorted = millis.toSorted((a, b) => a - b)
  console.log(`${what.padEnd(48)}${String(at(sorted, 0.5)).padStart(6)}${String(at(sorted, 1)).padStart(8)}`)
}
console.log(`sent to an empty cache: home ${sizes.home.toFixed(0)} kB, trace ${sizes.trace.toFixed(0)} kB`)
