/** The description of the server, for programs. */
import { openApiDocument } from '../openapi.ts'
import { openRoute } from './route.ts'
import type { Route } from './route.ts'

/** @param others every route but this one */
export function getOpenApi(others: readonly Route[], version: string): Route {
  const route = openRoute(
    'GET /openapi.json',
    { summary: 'This document', replies: { 200: { description: 'OpenAPI 3.1.' } } },
    async () => ({ status: 200, body: document }),
  )
  const document = openApiDocument([...others, route], version)
  return route
}
