/** The OpenAPI document of the routes. */
import type { TSchema } from 'typebox'
import type { Route, BodySpec } from './route.ts'
import { problem } from './schemas/problems.ts'

const security = {
  anyone: [],
  monitor: [{}, { apiKey: [] }],
  phone: [{ session: [] }],
  operator: [{ apiKey: [] }],
  server: [{ apiKey: [] }],
  holder: [{ apiKey: [] }],
}

export function openApiDocument(routes: readonly Route[], version: string): object {
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
    paths,
    components: {
      schemas: { Problem: problem },
      securitySchemes: {
        session: { type: 'http', scheme: 'bearer', description: 'The session token of a phone.' },
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key.' },
      },
    },
  }
}

function operation(route: Route): object {
  const parameters = [
    ...[...route.path.matchAll(/:(\w+)/g)].map((match) => parameter('path', match[1]!, true)),
    ...queryParameters(route),
    ...Object.entries(route.headers ?? {}).map(([name, { description, required }]) => ({
      ...parameter('header', name, required),
      description,
    })),
  ]
  return {
    operationId: operationId(route),
    summary: route.summary,
    ...(route.scope && { description: `Scope of the API key: \`${route.scope}\`.` }),
    security: security[route.caller],
    ...(parameters.length > 0 && { parameters }),
    ...(route.body && { requestBody: { required: true, content: bodyContent(route.body) } }),
    responses: {
      ...Object.fromEntries(
        Object.entries(route.replies).map(([status, { description, schema, contentTypes }]) => [
          status,
          {
            description,
            ...(schema && { content: json(schema) }),
            ...(contentTypes && { content: binary(contentTypes) }),
          },
        ]),
      ),
      default: {
        description: 'What is wrong, and what to do.',
        content: {
          'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } },
        },
      },
    },
  }
}

const bodyContent = ({ schemas, bytes }: BodySpec<unknown>) =>
  bytes ? binary(bytes.contentTypes) : json(bodySchema(schemas))

/** In OpenAPI 3.1 bytes have a content type and no schema. */
const binary = (contentTypes: string[]) =>
  Object.fromEntries(contentTypes.map((type) => [type, {}]))

const json = (schema: object) => ({ 'application/json': { schema } })

const bodySchema = (schemas: TSchema[]) => (schemas.length === 1 ? schemas[0]! : { oneOf: schemas })

const parameter = (location: string, name: string, required: boolean) => ({
  name,
  in: location,
  required,
  schema: { type: 'string' },
})

function queryParameters({ query, caller }: Route): object[] {
  const { properties = {} } = (query?.schema ?? {}) as { properties?: Record<string, object> }
  const { required = [] } = (query?.schema ?? {}) as { required?: string[] }
  const own = Object.entries(properties).map(([name, schema]) => ({
    name,
    in: 'query',
    required: required.includes(name),
    schema,
  }))
  if (caller !== 'operator') return own
  const description = 'Optional while the server serves one app.'
  return [{ ...parameter('query', 'appId', false), description }, ...own]
}

/** `POST /v1/access-token/refresh` → `postAccessTokenRefresh` */
function operationId({ method, path }: Route): string {
  const words = path.split(/[^A-Za-z0-9]+/).filter((word) => word !== '' && word !== 'v1')
  return method + words.map((word) => word[0]!.toUpperCase() + word.slice(1)).join('')
}
