/** What is kept of each call for a message: when, with which credit, what WeChat said. */
import type { MessageCall, WechatRefusal } from '../../shared/wire/index.ts'
import { iso } from '../runtime/world.ts'
import type { ReservedCredit, SentCall } from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/call.ts'
import { failureOf } from '../wechat/call-errors.ts'
import { refusalOf } from '../wechat/errcodes.ts'

/** A call that was begun. */
export interface BegunCall {
  credit: ReservedCredit
  /** On the platform's clock, and on the machine's. */
  atMs: number
  startedMs: number
}

/** @param nowMs of the machine's clock. Absent: nobody saw how long the call took */
export const sentCall = (
  { credit, atMs, startedMs }: BegunCall,
  reply: AuthorizedReply<unknown> | 'abandoned',
  nowMs?: number,
): SentCall => {
  const said = saidBy(reply)
  return {
    atMs,
    ...(nowMs !== undefined && { tookMs: Math.round(nowMs - startedMs) }),
    credit: credit.id,
    kind: credit.kind,
    ...(said !== undefined && { said }),
  }
}

/** The code of a call whose process ended before it wrote the outcome. */
export const abandonedCode = 'ABANDONED'

function saidBy(reply: AuthorizedReply<unknown> | 'abandoned'): WechatRefusal | string | undefined {
  if (reply === 'abandoned') return abandonedCode
  switch (reply.result) {
    case 'answered':
      return reply.errcode === 0 ? undefined : refusalOf(reply)
    case 'no_token':
      return refusalOf(reply, reply.call)
    case 'not_sent':
    case 'unknown':
      return failureOf(reply.cause).code
    default:
      return reply satisfies never
  }
}

/** As `GET /v1/messages/:id` tells it. */
export const callReply = ({ atMs, tookMs, credit, kind, said }: SentCall): MessageCall => ({
  at: iso(atMs),
  ...(tookMs !== undefined && { tookMs }),
  credit: { id: String(credit), kind },
  ...(typeof said === 'string' ? { failure: said } : { wechat: said ?? refusalOf(taken) }),
})

const taken = { errcode: 0, errmsg: 'ok' }
