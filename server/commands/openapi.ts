/** Prints the OpenAPI document that `GET /openapi.json` answers. */
import { openApiDocument } from '../openapi.ts'
import { routes } from '../routes/routes.ts'
import { version } from '../version.ts'
import type { Command } from './command.ts'

export const openapi: Command = async ({ print }) => {
  print(JSON.stringify(openApiDocument(routes, version), null, 2))
  return 0
}
