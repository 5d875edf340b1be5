import type { TemplateLibraryReply } from '../../shared/wire.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'
import { rowsOf, textOf, wholeOf } from './rows.ts'

/** The titles of the library (模板库), `count` (1 to 20) from `offset` on (seeds/001 模版消息管理 1). */
export function listLibrary(
  authorized: Authorized,
  { offset, count }: { offset: number; count: number },
): Promise<AuthorizedReply<TemplateLibraryReply>> {
  return authorized({
    path: '/cgi-bin/wxopen/template/library/list',
    body: { offset, count },
    decode,
  })
}

function decode({ list, total_count: total }: JsonObject): TemplateLibraryReply | undefined {
  const templates = rowsOf(list, ({ id, title }) =>
    typeof id === 'string' ? { id, title: textOf(title) } : undefined,
  )
  return templates && { templates, total: wholeOf(total) ?? templates.length }
}
