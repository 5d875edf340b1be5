import { afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { createSandbox, type Sandbox } from '../../server/sandbox/index.ts'
import { receiver, type Receiver } from './receiver.ts'

interface Operation {
  operationId: string
  parameters: { name: string; in: string; example?: string }[]
  requestBody?: { content: Json<{ schema: object; example?: object }> }
  responses: Record<number, { content: Json<{ schema: object }> }>
  'x-before'?: { path: string; body?: object }[]
}
type Json<Media> = { 'application/json': Media }
type Fields = Record<string, unknown>
interface Reply {
  status: number
  reply: Fields
}

let wechat: Sandbox
let backend: Receiver
let validity: { valid: boolean; errors?: unknown }
let examples: Example[]

beforeEach(async () => {
  backend = await receiver()
  wechat = await createSandbox({
    // What goes to the address of the example arrives at the receiver.
    fetch: (url, init) => fetch(new URL(new URL(String(url)).search, backend.url), init),
  })
})
afterEach(async () => {
  await wechat.close()
  await backend.close()
})

beforeAll(async () => {
  await using described = await createSandbox()
  const reply = await fetch(`${described.url}/sandbox/openapi.json`)
  const validator = new Validator()
  validity = await validator.validate((await reply.json()) as Fields)
  const { paths } = validator.resolveRefs() as { paths: Record<string, Record<string, Operation>> }
  examples = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => exampleOf(method, path, operation)),
  )
})

type Example = ReturnType<typeof exampleOf>

function exampleOf(method: string, path: string, operation: Operation) {
  const { operationId, parameters, requestBody, responses, 'x-before': before = [] } = operation
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  return {
    method: method.toUpperCase(),
    path,
    operationId,
    params: Object.fromEntries(inPath.map(({ name, example }) => [name, example])),
    ...(requestBody && {
      body: requestBody.content['application/json'].example,
      bodySchema: requestBody.content['application/json'].schema,
    }),
    before,
    schemaOf: (status: number) => responses[status]?.content['application/json'].schema,
  }
}

async function call(method: string, path: string, body?: object): Promise<Reply> {
  const init = body ? { method, body: JSON.stringify(body) } : { method }
  const reply = await fetch(wechat.url + path, init)
  return { status: reply.status, reply: (await reply.json()) as Fields }
}

const filled = (path: string, values: Fields) =>
  path.replaceAll(/\{(\w+)\}/g, (_, name: string) => String(values[name]))

const overHttp = ({ method, path, params, body }: Example) =>
  call(method, filled(path, params), body)

async function asFunction({ operationId, params, body }: Example): Promise<Reply> {
  const control = wechat.control as unknown as Record<string, (input: object) => Promise<Fields>>
  return { status: 200, reply: await control[operationId]!({ ...params, ...body }) }
}

/** Asks with every example in the order of the document. */
async function askAll(ask: (example: Example) => Promise<Reply>) {
  const replies: (Reply & { example: Example })[] = []
  let known: Fields = {}
  for (const example of examples) {
    for (const { path, body } of example.before) {
      const { reply } = await call(body ? 'POST' : 'GET', filled(path, known), body)
      expect([path, reply['errcode'] ?? 0]).toEqual([path, 0])
      known = { ...known, ...reply }
    }
    const { status, reply } = await ask(example)
    known = { ...known, ...reply }
    replies.push({ example, status, reply })
  }
  return replies
}

const isTime = (text: string) => new Date(text).toISOString() === text
const ajv = new Ajv2020({ allErrors: true, formats: { 'date-time': isTime } })

/** How a reply differs from its schema. A field that the schema does not name is a difference. */
function differences({ example, status, reply }: Reply & { example: Example }): string[] {
  const { method, path } = example
  const validate = ajv.compile(closed(example.schemaOf(status)) as object)
  const errors = validate(reply) ? [] : [ajv.errorsText(validate.errors), JSON.stringify(reply)]
  return errors.map((error) => `${method} ${path} ${status}: ${error}`)
}

function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const inner = Object.entries(schema).map(([name, value]) => [name, closed(value)] as const)
  return {
    ...('properties' in schema && { additionalProperties: false }),
    ...Object.fromEntries(inner),
  }
}

describe('the document of the controls', () => {
  it('is valid by the schema of OpenAPI 3.1', () => {
    expect(validity).toEqual({ valid: true })
  })

  it('has every control under the name of its function', () => {
    const names = examples.map(({ operationId }) => operationId)
    expect(names.sort()).toEqual(Object.keys(wechat.control).sort())
  })

  it('has an example for each control, of which the body is as its schema says', () => {
    const misfits = examples.filter(
      ({ method, params, body, bodySchema = {} }) =>
        Object.values(params).includes(undefined) ||
        (['POST', 'PUT'].includes(method) && !(body && ajv.validate(bodySchema, body))),
    )
    expect(misfits).toEqual([])
  })

  it.each([
    ['over HTTP', overHttp],
    ['as functions', asFunction],
  ])('describes the reply to each of its examples, %s', async (_, ask) => {
    const replies = await askAll(ask)
    expect(replies.map(({ status }) => status)).toEqual(examples.map(() => 200))
    expect(replies.flatMap(differences)).toEqual([])
  })

  it('has examples whose lists hold something to compare', async () => {
    const lists = (await askAll(overHttp)).flatMap(({ example, reply }) =>
      Object.values(reply)
        .filter((value) => Array.isArray(value))
        .map(({ length }) => [example.path, length]),
    )
    expect(lists.length).toBeGreaterThan(4)
    expect(lists.filter(([, length]) => length === 0)).toEqual([])
  })

  it('describes how an unknown field and an unknown app are refused', async () => {
    for (const example of examples) {
      const { method, path, params, body } = example
      const filledPath = filled(path, params)
      const appId = 'wx4f4bc4dec97d474b'
      const replies = body
        ? [
            await call(method, filledPath, { ...body, appid: appId }),
            await call(method, filledPath, { ...body, appId }),
          ]
        : [await call(method, `${filledPath}?appId=${appId}`)]
      expect(replies.map(({ status }) => status)).toEqual(body ? [400, 404] : [404])
      expect(replies.flatMap((reply) => differences({ example, ...reply }))).toEqual([])
    }
  })
})
