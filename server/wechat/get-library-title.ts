import type { TemplateLibraryTitleReply } from '../../shared/wire.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'
import { rowsOf, textOf, wholeOf } from './rows.ts'

/** One title of the library with the keywords to choose from (seeds/001 模版消息管理 2). */
export function getLibraryTitle(
  authorized: Authorized,
  id: string,
): Promise<AuthorizedReply<TemplateLibraryTitleReply>> {
  return authorized({ path: '/cgi-bin/wxopen/template/library/get', body: { id }, decode })
}

function decode({ id, title, keyword_list: list }: JsonObject) {
  const keywords = rowsOf(list, keyword)
  return keywords && typeof id === 'string' ? { id, title: textOf(title), keywords } : undefined
}

function keyword({ keyword_id: keywordId, name, example }: JsonObject) {
  const id = wholeOf(keywordId)
  return id === undefined ? undefined : { id, name: textOf(name), example: textOf(example) }
}
