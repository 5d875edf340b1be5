import type { TemplatesReply } from '../../shared/wire.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'
import { rowsOf, textOf } from './rows.ts'

export type AccountTemplate = TemplatesReply['templates'][number]

/** The templates of the account, `count` (1 to 20) from `offset` on; the last page may hold fewer (seeds/001 4). */
export function listTemplates(
  authorized: Authorized,
  { offset, count }: { offset: number; count: number },
): Promise<AuthorizedReply<AccountTemplate[]>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/list',
    body: { offset, count },
    decode: ({ list }) => rowsOf(list, template),
  })
}

function template({ template_id: templateId, title, content, example }: JsonObject) {
  if (typeof templateId !== 'string') return undefined
  return { templateId, title: textOf(title), content: textOf(content), example: textOf(example) }
}
