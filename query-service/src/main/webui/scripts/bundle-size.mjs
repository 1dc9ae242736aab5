// Prints what a browser fetches before the first view, and fails the build when it is over the bound.
import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'

const FIRST_VIEW_KB_MAX = 250
const site = join(import.meta.dirname, '../../../../target/webui/META-INF/resources')
const manifest = JSON.parse(readFileSync(join(site, '.vite/manifest.json'), 'utf8'))
const gzipKb = (file) => gzipSync(readFileSync(join(site, file)), { level: 9 }).length / 1000

function withImports(key, seen = new Set()) {
  if (seen.has(key)) return seen
  seen.add(key)
  for (const next of manifest[key].imports ?? []) withImports(next, seen)
  return seen
}

const entry = Object.keys(manifest).find((key) => manifest[key].isEntry)
const page = Object.keys(manifest).filter((key) => manifest[key].isDynamicEntry)
const first = withImports(entry)
// Of use to this script only: it is not served.
rmSync(join(site, '.vite'), { recursive: true })
const kb = (keys) => [...keys].reduce((sum, key) => sum + gzipKb(manifest[key].file), 0)
const firstKb = kb(first)
console.log(`\nJavaScript, gzip kB (bound before the first view: ${FIRST_VIEW_KB_MAX})`)
console.log(`  ${firstKb.toFixed(1).padStart(7)}  entry`)
let worst = firstKb
for (const key of page) {
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
