// oxlint-disable no-console -- a command speaks on the console
// Prints docs/sandbox-controls.md, or its Chinese page, from the OpenAPI document of a sandbox and
// the words of sandbox-controls.json. Runs on what `tsc -b` built.
//
//   node docs/sandbox-controls.mjs [zh-CN]
import { readFileSync } from 'node:fs'
import { createSandbox } from '../dist/server/sandbox/index.js'

const language = process.argv[2] ?? 'en'
const file = new URL('sandbox-controls.json', import.meta.url)
const { texts, ...frame } = JSON.parse(readFileSync(file, 'utf8'))[language]
const translations = new Map(Object.entries(texts ?? {}))
const used = new Set()

const controls = await readControls()
const page = [
  frame.title,
  frame.other,
  frame.intro.join('\n'),
  '```sh\nSANDBOX=http://127.0.0.1:3001\n```',
  "```js\nimport { createSandbox } from 'wx-reach-server/sandbox'\n\n" +
    'const { control } = await createSandbox()\n```',
  table(
    frame.overview,
    controls.map(({ heading, operationId, summary }) => [
      `[${heading}](#${heading
        .toLowerCase()
        .replaceAll(/[^\w -]/g, '')
        .replaceAll(' ', '-')})`,
      `\`${operationId}\``,
      translated(summary),
    ]),
  ),
  ...controls.flatMap(section),
].join('\n\n')
checkTranslations()
console.log(page)

async function readControls() {
  const sandbox = await createSandbox()
  const reply = await fetch(`${sandbox.url}/sandbox/openapi.json`)
  const { paths } = await reply.json()
  await sandbox.close()
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...operation,
      heading: `${method.toUpperCase()} ${path}`,
      method: method.toUpperCase(),
      path,
      inPath: operation.parameters.filter((parameter) => parameter.in === 'path'),
    })),
  )
}

function section(control) {
  const { heading, operationId, summary, description, responses } = control
  const takes = [...pathRows(control), ...bodyRows(control)]
  const { schema } = responses[200].content['application/json']
  const replies = (schema.anyOf ?? [schema]).map((each) => table(frame.fields, rowsOf(each)))
  const { input, curl } = exampleOf(control)
  const argument = Object.keys(input).length > 0 ? JSON.stringify(input) : ''
  return [
    `## ${heading}`,
    [summary, description].filter(Boolean).map(translated).join(frame.space),
    ...(takes.length > 0 ? [frame.takes, table(frame.fields, takes)] : []),
    frame.replies,
    replies.join(`\n\n${frame.or}\n\n`),
    `\`\`\`sh\n${[...(control['x-before'] ?? []).map(curlBefore), curl].join('\n')}\n\`\`\``,
    `\`\`\`js\nawait control.${operationId}(${argument})\n\`\`\``,
  ]
}

function pathRows({ inPath }) {
  return inPath.map(({ name, schema }) => [`\`${name}\``, typeOf(schema), ''])
}

function bodyRows({ requestBody }) {
  if (!requestBody) return []
  const { schema } = requestBody.content['application/json']
  const { appId: _appId, ...properties } = schema.properties
  return rowsOf({ ...schema, properties })
}

/** A row a field, those of objects within it after it. */
function rowsOf({ properties, required = [] }, prefix = '') {
  return Object.entries(properties).flatMap(([name, field]) => {
    const path = `${prefix}${name}`
    const optional = required.includes(name) ? '' : '?'
    const description = field.description ? translated(field.description) : ''
    const inner = objectsIn(field).flatMap(([suffix, object]) => rowsOf(object, path + suffix))
    return [[`\`${path}${optional}\``, typeOf(field), description], ...inner]
  })
}

function objectsIn(schema) {
  if (schema.properties) return [['.', schema]]
  if (schema.anyOf) return schema.anyOf.flatMap(objectsIn)
  return schema.type === 'array'
    ? objectsIn(schema.items).map(([suffix, object]) => [`[]${suffix}`, object])
    : []
}

function typeOf(schema) {
  const { type, anyOf, pattern, patternProperties } = schema
  if (anyOf) return anyOf.map(typeOf).join(' \\| ')
  if ('const' in schema) return code(schema.const)
  if (schema.enum) return schema.enum.map(code).join(' \\| ')
  if (schema.format) return schema.format
  if (pattern) return `${type} \`${pattern.replaceAll('|', '\\|')}\``
  if (type === 'array') return `${itemsOf(schema)}[]${bounds(schema.minItems, schema.maxItems)}`
  if (type === 'string') return `string${bounds(schema.minLength, schema.maxLength)}`
  if (patternProperties) return `object: ${Object.values(patternProperties).map(typeOf).join()}`
  return `${type ?? 'any'}${bounds(schema.minimum, schema.maximum)}`
}

function itemsOf({ items }) {
  return items.anyOf ? `(${typeOf(items)})` : typeOf(items)
}

function code(value) {
  return `\`${JSON.stringify(value)}\``
}

function bounds(from, to) {
  if (from === undefined && to === undefined) return ''
  return to === undefined ? ` (≥ ${from})` : ` (${from ?? 0}–${to})`
}

/** Without its last column where that is empty. */
function table(head, rows) {
  const columns = rows.every((cells) => cells.at(-1) === '') ? head.length - 1 : head.length
  const lines = [head, head.map(() => '---'), ...rows].map((cells) => cells.slice(0, columns))
  return lines.map((cells) => `| ${cells.join(' | ')} |`).join('\n')
}

function curlBefore({ path, body }) {
  return curlOf(path, body ? 'POST' : 'GET', body)
}

function exampleOf({ method, path, inPath, requestBody }) {
  const params = Object.fromEntries(inPath.map(({ name, example }) => [name, example]))
  const body = requestBody?.content['application/json'].example
  const filled = path.replaceAll(/\{(\w+)\}/g, (_, name) => params[name])
  return { input: { ...params, ...body }, curl: curlOf(filled, method, body) }
}

function curlOf(path, method, body) {
  const url = `"$SANDBOX${path.replaceAll(/\{(\w+)\}/g, '$$$1')}"`
  const data = body && Object.keys(body).length > 0 ? ` -d '${JSON.stringify(body)}'` : ''
  const usual = data ? 'POST' : 'GET'
  return `curl -s${method === usual ? '' : ` -X ${method}`} ${url}${data}`
}

function translated(text) {
  used.add(text)
  return translations.get(text) ?? text
}

function checkTranslations() {
  if (!texts) return
  const lacking = [...used].filter((text) => !translations.has(text))
  const stale = [...translations.keys()].filter((text) => !used.has(text))
  if (lacking.length + stale.length === 0) return
  const found = JSON.stringify({ lacking, stale }, null, 2)
  throw new Error(`docs/sandbox-controls.json must translate what the controls say: ${found}`)
}
