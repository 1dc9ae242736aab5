// What Vite leaves to do: the script that runs before all others, with the names of the pages' files in it; scripts and
// styles packed, so that the server need not do it at each request; what a browser fetches before the first view, printed,
// and the build broken off where it is over the bound.
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'
import { build } from 'vite'

const FIRST_VIEW_KB_MAX = 250
/** Below it packing saves less than a header. */
const PACKED_BYTES_MIN = 300
const source = join(import.meta.dirname, '..')
const site = join(source, '../../../target/webui/META-INF/resources')
const manifest = JSON.parse(readFileSync(join(site, '.vite/manifest.json'), 'utf8'))
const gzipped = new Map()

function gzipKb(file) {
  if (!gzipped.has(file)) gzipped.set(file, gzipSync(readFileSync(join(site, file)), { level: 9 }))
  return gzipped.get(file).length / 1000
}

function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) withImports(next, seen)
  return seen
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
const first = withImports(entry)
// Of use to this script only: it is not served.
rmSync(join(site, '.vite'), { recursive: true })

/** The pages whose address says which they are, as src/app/router.tsx has them. */
const PAGES = {
  home: 'src/home/HomePage.tsx',
  traces: 'src/traces/TracesPage.tsx',
  'traces/[^/]+': 'src/trace/TracePage.tsx',
  dashboards: 'src/dashboards/DashboardsPage.tsx',
  'dashboards/[^/]+': 'src/dashboards/DashboardPage.tsx',
  sessions: 'src/sessions/SessionsPage.tsx',
  'sessions/[^/]+': 'src/sessions/SessionPage.tsx',
  users: 'src/users/UsersPage.tsx',
  'users/[^/]+': 'src/users/UserPage.tsx',
  scores: 'src/scores/ScoresPage.tsx',
  compare: 'src/compare/ComparePage.tsx',
  evaluators: 'src/evaluators/EvaluatorsPage.tsx',
  guard: 'src/guard/GuardPage.tsx',
  sql: 'src/sql/SqlPage.tsx',
  models: 'src/models/ModelsPage.tsx',
  'ingest-health': 'src/ingest-health/IngestHealthPage.tsx',
  settings: 'src/settings/SettingsPage.tsx',
}
const pageFiles = Object.entries(PAGES).map(([address, key]) => {
  const added = [...withImports(key)].filter((part) => !first.has(part))
  const styles = added.flatMap((part) => manifest[part].css ?? [])
  const files = [...new Set([...added.map((part) => manifest[part].file), ...styles])]
  return [`^/project/[^/]+/${address}/?$`, files.map((file) => `/${file}`)]
})
const [{ output }] = await build({
  root: source,
  configFile: false,
  logLevel: 'warn',
  publicDir: false,
  build: {
    write: false,
    rolldownOptions: { input: join(source, 'src/early.ts'), output: { format: 'iife' } },
    target: ['chrome123', 'edge123', 'firefox121', 'safari17.5'],
  },
}).then((built) => [built].flat())
const early = `window.pageFiles=${JSON.stringify(pageFiles)};${output[0].code}`
const earlyFile = `assets/early-${createHash('sha256').update(early).digest('base64url').slice(0, 8)}.js`
writeFileSync(join(site, earlyFile), early)
const page = join(site, 'index.html')
const html = readFileSync(page, 'utf8')
if (!html.includes('/assets/early.js')) throw new Error('index.html does not name /assets/early.js')
writeFileSync(page, html.replace('/assets/early.js', `/${earlyFile}`))

for (const name of readdirSync(join(site, 'assets'))) {
  const file = join(site, 'assets', name)
  const bytes = readFileSync(file)
  if (!/\.(js|css)$/.test(name) || bytes.length < PACKED_BYTES_MIN) continue
  gzipKb(`assets/${name}`)
  writeFileSync(`${file}.gz`, gzipped.get(`assets/${name}`))
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length }
  writeFileSync(`${file}.br`, brotliCompressSync(bytes, { params }))
}

const kb = (keys) => [...keys].reduce((sum, key) => sum + gzipKb(manifest[key].file), 0)
const firstKb = kb(first) + gzipKb(earlyFile)
console.log(`\nJavaScript, gzip kB (bound before the first view: ${FIRST_VIEW_KB_MAX})`)
console.log(`  ${firstKb.toFixed(1).padStart(7)}  entry`)
let worst = firstKb
for (const key of Object.keys(manifest).filter((each) => manifest[each].isDynamicEntry)) {
  const added = kb([...withImports(key)].filter((part) => !first.has(part)))
  // Pages are views; a part that a page loads after it is shown does not delay the first view.
  const isPage = key.endsWith('Page.tsx')
  if (isPage) worst = Math.max(worst, firstKb + added)
  const size = isPage ? added : gzipKb(manifest[key].file)
  console.log(`  ${`+${size.toFixed(1)}`.padStart(7)}  ${key}${isPage ? '' : ' (after the first view)'}`)
}
const css = new Set(Object.values(manifest).flatMap((chunk) => chunk.css ?? []))
const cssKb = [...css].reduce((sum, file) => sum + gzipKb(file), 0)
console.log(`  ${cssKb.toFixed(1).padStart(7)}  all CSS`)
console.log(`  ${worst.toFixed(1).padStart(7)}  largest first view\n`)
if (worst > FIRST_VIEW_KB_MAX) {
  console.error(`First view is over ${FIRST_VIEW_KB_MAX} kB: load the new part lazily, or drop it.`)
  process.exit(1)
}
