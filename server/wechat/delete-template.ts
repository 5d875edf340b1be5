import { acknowledged } from './acknowledged.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

/** Deletes a template of the account (seeds/001 模版消息管理 5). */
export function deleteTemplate(
  authorized: Authorized,
  templateId: string,
): Promise<AuthorizedReply<JsonObject>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/del',
    body: { template_id: templateId },
    decode: acknowledged,
  })
}
