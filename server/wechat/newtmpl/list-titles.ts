import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'
import { rowsOf, textOf, wholeOf } from '../rows.ts'

/** How long a consent to a template lasts: for one message, or until it is revoked. */
export type TemplateTerm = 'once' | 'long'

/** Type 3 is long-term (platform: newtmpl); every other is taken for one-time, which promises less. */
export const termOf = (type: unknown): TemplateTerm => (wholeOf(type) === 3 ? 'long' : 'once')

export interface PublicTitle {
  /** A number in this reply and text in `addtemplate`: text here. */
  id: string
  title: string
  term: TemplateTerm
  categoryId: number
}

export interface PublicTitles {
  titles: PublicTitle[]
  total: number
}

export interface TitlesQuery {
  categoryIds: number[]
  /** From 0. */
  offset: number
  /** 1 to 30. */
  count: number
}

/** Public titles of some categories (platform: newtmpl getpubtemplatetitles). */
export function listTitles(
  authorized: Authorized,
  { categoryIds, offset, count }: TitlesQuery,
): Promise<AuthorizedReply<PublicTitles>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatetitles',
    query: { ids: categoryIds.join(','), start: String(offset), limit: String(count) },
    decode,
  })
}

function decode({ data, count }: JsonObject): PublicTitles | undefined {
  const titles = rowsOf(data, publicTitle)
  return titles && { titles, total: wholeOf(count) ?? titles.length }
}

function publicTitle({ tid, title, type, categoryId }: JsonObject): PublicTitle | undefined {
  const id = textOf(tid)
  if (id === '') return undefined
  return { id, title: textOf(title), term: termOf(type), categoryId: wholeOf(categoryId) ?? 0 }
}
