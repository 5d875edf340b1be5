import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'
import { rowsOf, textOf, wholeOf } from '../rows.ts'

export interface PublicKeyword {
  id: number
  name: string
  example: string
  /** The type of its values: `thing`, `date`, … */
  type: string
}

/** The keywords of a public title (platform: newtmpl getpubtemplatekeywords). */
export function listKeywords(
  authorized: Authorized,
  titleId: string,
): Promise<AuthorizedReply<PublicKeyword[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getpubtemplatekeywords',
    query: { tid: titleId },
    decode: ({ data }) => rowsOf(data, keyword),
  })
}

function keyword({ kid, name, example, rule }: JsonObject): PublicKeyword | undefined {
  const id = wholeOf(kid)
  if (id === undefined) return undefined
  return { id, name: textOf(name), example: textOf(example), type: textOf(rule) }
}
