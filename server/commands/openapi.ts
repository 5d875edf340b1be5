/** Prints the OpenAPI document that `GET /openapi.json` answers. */
import { openApiDocument } from '../http/openapi.ts'
import { routes } from '../http/routes/routes.ts'
import { version } from '../runtime/version.ts'
import type { Command } from './command.ts'

export const openapi: Command = async ({ print }) => {
  print(JSON.stringify(openApiDocument(routes, version), null, 2))
  return 0
}
