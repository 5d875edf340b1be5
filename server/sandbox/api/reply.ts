/** Replies as the platform words them. */
import type { Random } from '../../runtime/world.ts'
import { errmsgs, playedErrmsgs, type Errcode } from '../rules/errmsgs.ts'

export interface Refusal {
  errcode: number
  errmsg: string
}

export type Reply = object

/** A reply that is no JSON. */
export interface FileReply {
  contentType: string
  bytes: Buffer
  fileName?: string
}

export function isFile(reply: object): reply is FileReply {
  return 'bytes' in reply && Buffer.isBuffer(reply.bytes)
}

export function ok<Fields extends object>(fields?: Fields) {
  return { errcode: 0, errmsg: errmsgs[0], ...fields }
}

/** A code that is not in the table (a fault may play any) has no words of its own. */
export function refuse(errcode: Errcode | (number & {})): Refusal {
  const words: Readonly<Record<number, string>> = { ...playedErrmsgs, ...errmsgs }
  return { errcode, errmsg: words[errcode] ?? 'error' }
}

export function isRefusal(reply: object): reply is Refusal {
  return 'errcode' in reply && reply.errcode !== 0
}

/** Since about 2020 the platform ends every refusal with the id of the request: time, and two random words. */
export function withRequestId(reply: Refusal, nowMs: number, random: Random): Refusal {
  const seconds = Math.floor(nowMs / 1_000).toString(16)
  const [first, second] = [random(4).toString('hex'), random(4).toString('hex')]
  return { ...reply, errmsg: `${reply.errmsg} rid: ${seconds}-${first}-${second}` }
}
