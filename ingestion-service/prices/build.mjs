// Writes service-base/src/main/resources/prices.json, the price table, from price facts and additions.json.
//   node prices/build.mjs FACTS.jsonl        (Node 20, in ingestion-service)
// FACTS.jsonl: one model a line: model; matches, a regular expression over reported names; tiers, each with name,
// conditions and usd_per_unit by usage kind as the sender spells it. What is spelled two ways must cost the same.
// additions.json: the version; names that clients report and the facts lack; prices that were valid before a date.
import { readFileSync, writeFileSync } from 'node:fs'

const folder = new URL('.', import.meta.url)
const kinds = spellings(readFileSync(new URL('../src/main/java/dev/sightline/ingestion/price/UsageKind.java', folder), 'utf8'))
const additions = JSON.parse(readFileSync(new URL('additions.json', folder), 'utf8'))
const facts = readFileSync(process.argv[2], 'utf8').trim().split('\n').map((line) => JSON.parse(line))

const rows = facts.flatMap(rowsOf)
for (const name of [...Object.keys(additions.names), ...additions.earlier.map((price) => price.name)]) {
  if (!facts.some((fact) => fact.model === name)) throw new Error(`additions.json: no model ${name} in the facts`)
}
writeFileSync(
  new URL('../../service-base/src/main/resources/prices.json', folder),
  `{\n  "version": "${additions.version}",\n  "models": [\n${rows.join(',\n')}\n  ]\n}\n`,
)
console.log(`${rows.length} models`)

function rowsOf(fact) {
  const known = fact.matches.replace(/^\(\?i\)\^/, '').replace(/\$+$/, '').replaceAll('\\/', '/')
  const more = additions.names[fact.model]
  const match = more ? `${known}|${more}` : known
  const earlier = additions.earlier.find((price) => price.name === fact.model)
  // The first tier whose conditions hold is taken: the narrowest come first, the one without conditions last.
  const tiers = [...fact.tiers].sort((a, b) => b.conditions.length - a.conditions.length).map(tierOf)
  const now = row(fact.model, match, earlier?.until, tiers)
  return earlier
    ? [row(fact.model, match, undefined, [tier('Standard', {}, earlier.usd_per_million)]), now]
    : [now]
}

function row(name, match, start, tiers) {
  const head = [`"name": ${JSON.stringify(name)}`, `"match": ${JSON.stringify(match)}`]
  if (start) head.push(`"start": "${start}"`)
  return `    {${head.join(', ')}, "tiers": [\n${tiers.map((each) => `      ${each}`).join(',\n')}\n    ]}`
}

function tierOf(fact) {
  const when = {}
  for (const condition of fact.conditions) {
    if (condition.source === 'model_parameters' && condition.operator === 'in') when[condition.key] = condition.values
    // All patterns of the facts mean the whole input, whatever its kinds.
    else if (condition.usageDetailPattern?.includes('input') && condition.operator === 'gt') when.input_tokens_above = condition.value
    else throw new Error(`unknown condition ${JSON.stringify(condition)}`)
  }
  const prices = {}
  for (const [spelling, usd] of Object.entries(fact.usd_per_unit)) {
    const kind = kinds.get(spelling)
    if (!kind) throw new Error(`unknown usage kind ${spelling}`)
    const million = Number((usd * 1e6).toPrecision(12))
    if (prices[kind] !== undefined && prices[kind] !== million) throw new Error(`${kind} has two prices in ${fact.name}`)
    prices[kind] = million
  }
  return tier(fact.name, when, prices)
}

function tier(name, when, prices) {
  const order = [...new Set(kinds.values())]
  const side = (kind) => ['input', 'output'].findIndex((each) => kind.startsWith(each)) & 3
  const sorted = Object.entries(prices).sort(([a], [b]) => side(a) - side(b) || order.indexOf(a) - order.indexOf(b))
  const object = (entries) => `{${entries.map(([key, value]) => `${JSON.stringify(key)}: ${list(value)}`).join(', ')}}`
  const list = (value) => (Array.isArray(value) ? `[${value.map((each) => JSON.stringify(each)).join(', ')}]` : value)
  const condition = Object.keys(when).length > 0 ? `"when": ${object(Object.entries(when))}, ` : ''
  return `{"name": ${JSON.stringify(name)}, ${condition}"usd_per_million": ${object(sorted)}}`
}

/** Spelling to kind, as UsageKind has them; a price for text is the price of the whole. */
function spellings(java) {
  const whole = { input_text_tokens: 'input', output_text_tokens: 'output' }
  const found = new Map()
  for (const [, key, names] of java.matchAll(/^ {4}[A-Z0-9_]+\("([^"]+)",\s*((?:"[^"]+",?\s*)+)\)[,;]/gm)) {
    for (const [, name] of names.matchAll(/"([^"]+)"/g)) found.set(name, whole[key] ?? key)
  }
  return found
}
