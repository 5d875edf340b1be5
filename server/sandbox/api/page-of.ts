import type { Limits } from '../rules/limits.ts'
import { whole, type Fields } from './fields.ts'
import { refuse, type Refusal } from './reply.ts'

/** The part of a list that `offset` and `count` name; both are asked for (seeds/001 模版消息管理 1 and 4). */
export function pageOf<Item>(
  list: readonly Item[],
  body: Fields,
  limits: Limits,
): Item[] | Refusal {
  const [offset, count] = [whole(body['offset']), whole(body['count'])]
  if (offset === undefined || count === undefined || count > limits.listCount) return refuse(40035)
  return list.slice(offset, offset + count)
}
