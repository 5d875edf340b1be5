import type { AddTemplateReply, AddTemplateRequest } from '../../shared/wire.ts'
import type { Authorized } from './authorized.ts'
import type { AuthorizedReply } from './reply.ts'

/** Adds a template to the account: a title and up to 10 of its keywords, in this order (seeds/001 模版消息管理 3). */
export function addTemplate(
  authorized: Authorized,
  { id, keywordIds }: AddTemplateRequest,
): Promise<AuthorizedReply<AddTemplateReply>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/add',
    body: { id, keyword_id_list: keywordIds },
    decode: ({ template_id: templateId }) =>
      typeof templateId === 'string' ? { templateId } : undefined,
  })
}
