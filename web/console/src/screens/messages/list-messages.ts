/** What the messages screen asks: the list, and its sums. */
import type {
  Message,
  MessagesGroup,
  MessagesQuery,
  MessageState,
  RefusalCode,
} from 'wx-reach-server/client'
import { api } from '../../api/api.ts'
import type { Page, PageOptions } from '../../api/pages.ts'
import { anyText, instant, oneOf, type FilterValues } from '../../router/filters.ts'
import { domainWords } from '../../words/domain-words.ts'
import { refusalWords } from '../../words/refusal-words.ts'

export const messageStates = Object.keys(domainWords.zh.states) as MessageState[]
export const channels = ['template', 'subscribe', 'customer'] as const
export const reasons = Object.keys(refusalWords.zh.codes) as RefusalCode[]

export const messageFilters = {
  state: oneOf(messageStates),
  reason: oneOf(reasons),
  channel: oneOf(channels),
  templateId: anyText,
  openId: anyText,
  since: instant,
  until: instant,
}

export type MessageFilters = FilterValues<typeof messageFilters>

export async function pageOfMessages(
  filters: MessageFilters,
  { limit, cursor, signal }: PageOptions,
): Promise<Page<Message>> {
  const query: MessagesQuery = { ...filters, limit, ...(cursor !== undefined && { cursor }) }
  const reply = await api().messages.list(query, { signal })
  return { rows: reply.messages, cursor: reply.cursor }
}

export interface MessageSums {
  since: string
  count: number
  groups: readonly MessagesGroup[]
  /** There are more: the server was not asked for all of them. */
  cut: boolean
}

/** Each reply sums many thousand messages. */
const mostReplies = 100

const keyOf = (group: MessagesGroup) => JSON.stringify({ ...group, count: 0 })

/** All messages that pass the filters, summed; the largest groups first. */
export async function sumMessages(
  filters: MessageFilters,
  signal: AbortSignal,
): Promise<MessageSums> {
  const { messages } = api()
  const groups = new Map<string, MessagesGroup>()
  let cursor: string | undefined
  let since: string | undefined
  for (let n = 0; n < mostReplies; n += 1) {
    const from = filters.since ?? since
    const query = { ...filters, ...(from && { since: from }), ...(cursor && { cursor }) }
    const reply = await messages.summary(query, { signal })
    since ??= reply.since
    for (const group of reply.groups) {
      const known = groups.get(keyOf(group))
      groups.set(keyOf(group), { ...group, count: group.count + (known?.count ?? 0) })
    }
    cursor = reply.cursor
    if (cursor === undefined) break
  }
  const sorted = [...groups.values()].sort((a, b) => b.count - a.count)
  return {
    since: since!,
    count: sorted.reduce((sum, { count }) => sum + count, 0),
    groups: sorted,
    cut: cursor !== undefined,
  }
}
