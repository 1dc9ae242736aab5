// Writes src/api/schema.d.ts, the types of /api/v1, from query-service's OpenAPI document. With --check it writes nothing
// and fails where the file is not what the document says. A keyword it does not know is an error, not a guess.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const DOCUMENT = new URL('../../../../openapi.json', import.meta.url)
const TYPES = new URL('../src/api/schema.d.ts', import.meta.url)
const PREFIX = '/api/v1'
const METHODS = ['get', 'put', 'post', 'delete', 'patch']
const SCALARS = { string: 'string', number: 'number', integer: 'number', boolean: 'boolean', null: 'null' }
/** What a schema may say that is no matter of types. */
const SAID_ELSEWHERE = ['description', 'format', 'examples', 'default', 'pattern', 'title', 'minimum', 'maximum']

const document = JSON.parse(readFileSync(DOCUMENT, 'utf8'))
/** The schemas that operations of ours reach. */
const reached = new Set()

function typeOf(schema, indent) {
  const {
    $ref,
    type,
    enum: words,
    properties,
    required,
    items,
    additionalProperties,
    anyOf,
    oneOf,
    allOf,
    ...rest
  } = schema
  for (const keyword of Object.keys(rest)) {
    if (!SAID_ELSEWHERE.includes(keyword)) throw new Error(`no type is known for the keyword ${keyword}`)
  }
  if ($ref) {
    const name = $ref.replace('#/components/schemas/', '')
    reached.add(name)
    return name
  }
  if (words) return union(words.map((word) => (word === null ? 'null' : `'${word}'`)))
  if (anyOf ?? oneOf) return union((anyOf ?? oneOf).map((each) => typeOf(each, indent)))
  if (allOf) return allOf.map((each) => typeOf(each, indent)).join(' & ')
  if (type === undefined) return properties ? object(schema, indent) : 'unknown'
  return union(
    [type].flat().map((each) => {
      if (each === 'array') return `Array<${typeOf(items ?? {}, indent)}>`
      if (each === 'object') return object(schema, indent)
      if (!SCALARS[each]) throw new Error(`no type is known for ${each}`)
      return SCALARS[each]
    }),
  )
}

function union(types) {
  return [...new Set(types)].join(' | ')
}

function object({ properties, required = [], additionalProperties }, indent) {
  if (!properties) {
    const isOpen = additionalProperties === undefined || additionalProperties === true
    return `Record<string, ${isOpen ? 'unknown' : typeOf(additionalProperties, indent)}>`
  }
  const inner = `${indent}  `
  const fields = Object.entries(properties).map(
    ([name, schema]) =>
      `${comment(schema.description, inner)}${inner}${name}${required.includes(name) ? '' : '?'}: ${typeOf(schema, inner)}\n`,
  )
  return `{\n${fields.join('')}${indent}}`
}

function comment(text, indent) {
  return text ? `${indent}/** ${text.trim().replaceAll('*/', '* /').replaceAll(/\s+/g, ' ')} */\n` : ''
}

function jsonOf(content) {
  const [, media] = Object.entries(content ?? {}).find(([type]) => /json|event-stream/.test(type)) ?? []
  return media?.schema ? typeOf(media.schema, '    ') : undefined
}

function operationType({ parameters = [], requestBody, responses }) {
  const named = (place) => parameters.filter((parameter) => parameter.in === place)
  const fields = (place, type) =>
    named(place).length === 0
      ? 'never'
      : `{ ${named(place)
          .map(({ name }) => `${name}${place === 'path' ? '' : '?'}: ${type}`)
          .join('; ')} }`
  const [, good] = Object.entries(responses).find(([status]) => status.startsWith('2')) ?? []
  const body = jsonOf(requestBody?.content)
  const lines = [
    `path: ${fields('path', 'string')}`,
    `query: ${fields('query', 'string | number | undefined')}`,
    `body: ${body ? `${body}${requestBody.required ? '' : ' | undefined'}` : 'never'}`,
    `answer: ${jsonOf(good?.content) ?? 'void'}`,
  ]
  return `{\n${lines.map((line) => `    ${line}\n`).join('')}  }`
}

const operations = Object.entries(document.paths)
  .filter(([path]) => path.startsWith(`${PREFIX}/`))
  .flatMap(([path, item]) =>
    METHODS.filter((method) => item[method]).map(
      (method) =>
        `${comment(item[method].summary, '  ')}  '${method.toUpperCase()} ${path.slice(PREFIX.length)}': ${operationType(
          { ...item[method], parameters: [...(item.parameters ?? []), ...(item[method].parameters ?? [])] },
        )}\n`,
    ),
  )

reached.add('Problem')
const written = new Map()
for (const name of reached) {
  // The set grows while it is gone through.
  const schema = document.components.schemas[name]
  if (!schema) throw new Error(`the document names a schema ${name} and has none`)
  const type = typeOf(schema, '')
  const isInterface = type.startsWith('{')
  written.set(
    name,
    `${comment(schema.description, '')}export ${isInterface ? `interface ${name} ${type}` : `type ${name} = ${type}`}\n`,
  )
}

const text = [
  '// Made by `npm run types` from openapi.json, which query-service’s tests hold equal to the service. Not edited by hand.\n',
  `/** What ${PREFIX} can be asked, and what it answers. */\nexport interface Operations {\n${operations.join('')}}\n`,
  ...[...written.keys()].sort().map((name) => written.get(name)),
].join('\n')

if (process.argv.includes('--check')) {
  if (readFileSync(TYPES, 'utf8') !== text) {
    console.error(`${fileURLToPath(TYPES)} is not what openapi.json says: npm run types`)
    process.exit(1)
  }
} else {
  writeFileSync(TYPES, text)
}
