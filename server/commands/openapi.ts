import { openApiDocument } from '../http/openapi.ts'
import { routes } from '../http/routes/routes.ts'
import { version } from '../runtime/version.ts'
import type { Command } from './command.ts'

export const openapiOptions = {
  prefix: { type: 'string', value: 'PATH', does: 'where the routes are mounted, as /reach' },
} as const

/** Prints openapi.json, which `GET /openapi.json` serves too. */
export const openapi: Command<typeof openapiOptions> = async ({ print, options }) => {
  print(JSON.stringify(openApiDocument(routes, version, options?.prefix), null, 2))
  return 0
}
