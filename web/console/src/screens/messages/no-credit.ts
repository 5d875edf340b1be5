/** Why a user had no right for a message: from the history of the user's rights. */
import type { CreditHistoryReply, CreditWithHistory, Message } from 'wx-reach-server/client'
import { api } from '../../api/api.ts'

/**
 * `never`: none of the channel arose before the message; `otherTemplate`: only for other templates;
 * else what became of the one that was there last.
 */
export type NoCreditCase = 'never' | 'otherTemplate' | 'spent' | 'ended' | 'rejected'

type Refused = Pick<Message, 'channel' | 'templateId' | 'createdAt'>

/** `undefined`: the history does not tell. */
export function noCreditCase(
  { channel, templateId, createdAt }: Refused,
  { credits, truncated }: CreditHistoryReply,
): NoCreditCase | undefined {
  const atMs = Date.parse(createdAt)
  const ofChannel = credits.filter(
    (credit) =>
      credit.channel === channel && credit.history.some(({ at }) => Date.parse(at) < atMs),
  )
  const own = ofChannel.filter(
    (credit) => channel !== 'subscribe' || credit.templateId === templateId,
  )
  const ends = own.map((credit) => endBefore(credit, atMs)).sort((a, b) => b.atMs - a.atMs)
  if (ends[0]) return ends[0].how
  if (truncated) return undefined
  return ofChannel.length > 0 ? 'otherTemplate' : 'never'
}

interface End {
  atMs: number
  how: NoCreditCase | undefined
}

/** What had last happened to a right: its end, or what took its last use. */
function endBefore({ history, expiresAt }: CreditWithHistory, atMs: number): End {
  const last = history.findLast(({ at }) => Date.parse(at) <= atMs)!
  const lastMs = Date.parse(last.at)
  if (last.change === 'reserved' || last.change === 'spent') return { atMs: lastMs, how: 'spent' }
  if (last.change === 'dead') return { atMs: lastMs, how: 'rejected' }
  if (last.change === 'expired') return { atMs: lastMs, how: 'ended' }
  const endsMs = expiresAt === undefined ? Infinity : Date.parse(expiresAt)
  // The sweeper notes an end some time later.
  if (endsMs <= atMs) return { atMs: endsMs, how: 'ended' }
  return { atMs: lastMs, how: undefined }
}

/** `undefined`: the message was refused for another reason, or the server does not tell. */
export async function askNoCreditCase(
  message: Pick<Message, 'openId' | 'reason'> & Refused,
  signal: AbortSignal,
): Promise<NoCreditCase | undefined> {
  const { reason, openId } = message
  if (reason?.code !== 'no_credit' || reason.reserved || openId === undefined) return undefined
  const history = await api()
    .users.creditHistory(openId, { signal })
    .catch(() => undefined)
  return history && noCreditCase(message, history)
}
