import type { Authorized } from '../authorized.ts'
import type { JsonObject } from '../http.ts'
import type { AuthorizedReply } from '../reply.ts'
import { rowsOf, textOf, wholeOf } from '../rows.ts'

export interface Category {
  id: number
  name: string
}

/** The categories (类目) of the account (platform: newtmpl getcategory). */
export function listCategories(authorized: Authorized): Promise<AuthorizedReply<Category[]>> {
  return authorized({
    method: 'GET',
    path: '/wxaapi/newtmpl/getcategory',
    decode: ({ data }) => rowsOf(data, category),
  })
}

function category({ id: given, name }: JsonObject): Category | undefined {
  const id = wholeOf(given)
  return id === undefined ? undefined : { id, name: textOf(name) }
}
