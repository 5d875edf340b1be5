/** The OpenAPI document of the routes. */
import type { TSchema } from 'typebox'
import { consoleRules } from '../rules/console.ts'
import recorded from './examples.json' with { type: 'json' }
import { nameOf, type BodySpec, type Route } from './route.ts'
import { problem } from './schemas/problems.ts'

/** A call of a server in front of a sandbox: `docs/examples.mjs` made it. */
interface Example {
  /** Of an operation with several. */
  title?: string
  params?: Record<string, string>
  query?: Record<string, string | number>
  headers?: Record<string, string>
  body?: unknown
  status: number
  contentType?: string
  reply?: unknown
}

const examples = recorded as Readonly<Record<string, readonly Example[]>>

const security = {
  anyone: [],
  monitor: [{}, { apiKey: [] }],
  phone: [{ session: [] }],
  operator: [{ apiKey: [] }, { console: [] }],
  server: [{ apiKey: [] }, { console: [] }],
  holder: [{ apiKey: [] }, { console: [] }],
  browser: [{}, { console: [] }],
}

/** @param prefix where the routes are mounted, for example `/reach`. Default: at the root */
export function openApiDocument(routes: readonly Route[], version: string, prefix = ''): object {
  const paths: Record<string, Record<string, object>> = {}
  for (const route of routes) {
    const path = route.path.replaceAll(/:(\w+)/g, '{$1}')
    paths[path] = { ...paths[path], [route.method]: operation(route) }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'wx-reach',
      version,
      description:
        'Tracks how many messages a WeChat mini-program may still send to each user, ' +
        'spends each right exactly once, and records shares. ' +
        'Every reply has an `X-Request-Id`: the one of the request, if that is ' +
        '8 to 64 letters, digits, `.`, `_` and `-`, else a new one. The log has it, too.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: prefix === '' ? '/' : prefix }],
    paths,
    components: {
      schemas: { Problem: problem },
      responses: { Problem: problemResponse(routes) },
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The session token of a phone.' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
        console: {
          type: 'apiKey',
          in: 'cookie',
          name: consoleRules.cookie,
          description:
            'The session of the web console. Any method but GET and HEAD needs the header ' +
            `\`${consoleRules.header}\` too.`,
        },
      },
    },
  }
}

function operation(route: Route): object {
  const calls = (examples[nameOf(route)] ?? []).filter(({ status }) => status in route.replies)
  const parameters = [
    ...[...route.path.matchAll(/:(\w+)/g)].map((match) => parameter('path', match[1]!, true)),
    ...queryParameters(route),
    ...Object.entries(route.headers ?? {}).map(([name, { description, required }]) => ({
      ...parameter('header', name, required),
      description,
    })),
  ].map((one) => ({ ...one, ...exampleOf(one, calls) }))
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.scope && { description: `Scope of the API key: \`${route.scope}\`.` }),
    security: security[route.caller],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, content: bodyContent(route.body, calls) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.replies).map(([status, { description, schema, contentTypes }]) => {
          const shown = calls
            .filter((call) => call.status === Number(status) && call.reply !== undefined)
            .map(({ title, contentType, reply }) => ({ title, contentType, value: reply }))
          return [
            status,
            {
              description,
              ...((schema ?? contentTypes) && {
                content: {
                  ...(schema && json(schema, shown.filter(isJson))),
                  ...(contentTypes && binary(contentTypes, shown)),
                },
              }),
            },
          ]
        }),
      ),
      default: { $ref: '#/components/responses/Problem' },
    },
  }
}

interface Shown {
  title: string | undefined
  contentType?: string | undefined
  value: unknown
}

const isJson = ({ contentType = 'json' }: Shown) => contentType.endsWith('json')

function bodyContent({ schemas, bytes }: BodySpec<unknown>, calls: readonly Example[]): object {
  const shown = calls
    .filter(({ body }) => body !== undefined)
    .map(({ title, headers, body }) => ({
      title,
      contentType: headers?.['Content-Type'],
      value: body,
    }))
  return bytes ? binary(bytes.contentTypes, shown) : json(bodySchema(schemas), shown)
}

/** In OpenAPI 3.1 bytes have a content type and no schema. */
const binary = (contentTypes: string[], shown: readonly Shown[]) =>
  Object.fromEntries(
    contentTypes.map((type) => [
      type,
      shownIn(shown.filter(({ contentType }) => contentType === type)),
    ]),
  )

const json = (schema: object, shown: readonly Shown[]) => ({
  'application/json': { schema, ...shownIn(shown) },
})

function shownIn(shown: readonly Shown[]): object {
  if (shown.length === 0) return {}
  if (shown.length === 1) return { example: shown[0]!.value }
  return {
    examples: Object.fromEntries(shown.map(({ title, value }) => [title ?? 'other', { value }])),
  }
}

const bodySchema = (schemas: TSchema[]) => (schemas.length === 1 ? schemas[0]! : { oneOf: schemas })

const problemResponse = (routes: readonly Route[]) => ({
  description: 'What is wrong, and what to do.',
  content: {
    'application/problem+json': {
      schema: { $ref: '#/components/schemas/Problem' },
      ...shownIn(
        routes
          .flatMap((route) => examples[nameOf(route)] ?? [])
          .filter(({ contentType }) => contentType === 'application/problem+json')
          .map(({ title, reply }) => ({ title, value: reply })),
      ),
    },
  },
})

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  schema: object
}

const parameter = (location: Parameter['in'], name: string, required: boolean): Parameter => ({
  name,
  in: location,
  required,
  schema: { type: 'string' },
})

function exampleOf(one: Parameter, calls: readonly Example[]): { example?: string | number } {
  const field = ({ path: 'params', query: 'query', header: 'headers' } as const)[one.in]
  const example = calls.map((call) => call[field]?.[one.name]).find((value) => value !== undefined)
  return example === undefined ? {} : { example }
}

function queryParameters({ query, caller }: Route): Parameter[] {
  const { properties = {} } = (query?.schema ?? {}) as { properties?: Record<string, object> }
  const { required = [] } = (query?.schema ?? {}) as { required?: string[] }
  const own = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query' as const,
    required: required.includes(name),
    schema,
  }))
  if (caller !== 'operator') return own
  const description = 'Optional while the server serves one app.'
  return [Object.assign(parameter('query', 'appId', false), { description }), ...own]
}

/** `POST /v1/access-token/refresh` → `postAccessTokenRefresh` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1')
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
