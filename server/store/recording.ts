/** A batch of events of one user while it is recorded: the same on every engine. */
import type { EventResult } from '../../shared/wire/index.ts'
import type { Told } from './happened.ts'
import { kindCode } from './row-codes.ts'
import type { DecodedEvent, NewCredit, UserNumber } from './store.ts'

export interface Recording {
  user: UserNumber
  belowMinimum: boolean
  nowMs: number
}

export interface Batch extends Recording {
  app: number
  /** Credits recorded so far. */
  credits: NewCredit[]
}

/** What is known of an event by its id. */
export interface KnownEvent {
  recorded: number | boolean
  result: string | null
}

/**
 * The answer to an event whose record is not looked at; `undefined`: it is recorded. A stale one is kept by its id, so
 * that it is recorded when it comes again.
 *
 * @param left how many new events the user's day still has room for
 */
export function answerUnread(
  { id, stale }: DecodedEvent,
  known: KnownEvent | undefined,
  left: number,
): EventResult | undefined {
  if (known?.recorded) {
    const told = known.result === null ? {} : (JSON.parse(known.result) as Told)
    return { id, status: 'duplicate', ...told }
  }
  if (known) return undefined
  if (left <= 0) return { id, status: 'retry', reason: 'rate_limited' }
  return stale ? { id, status: 'retry', reason: 'session_stale' } : undefined
}

/** As it stands in the row, for `answerUnread`. */
export const writeTold = (told: Told): string | null =>
  Object.keys(told).length > 0 ? JSON.stringify(told) : null

/** Kind, as in rows → how many live credits of it are kept. */
export function liveLimits(recorded: readonly NewCredit[]): Map<number, number> {
  const limits = new Map<number, number>()
  for (const { kind, keepLive } of recorded) {
    if (keepLive !== undefined) limits.set(kindCode.of(kind), keepLive)
  }
  return limits
}
