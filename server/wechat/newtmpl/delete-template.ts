import { acknowledged } from '../acknowledged.ts'
import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'

/** Deletes a subscribe template of the account (platform: newtmpl deltemplate). */
export function deleteTemplate(
  authorized: Authorized,
  templateId: string,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/wxaapi/newtmpl/deltemplate',
    body: new URLSearchParams({ priTmplId: templateId }),
    decode: acknowledged,
  })
}
