/** One event as the phone sent it → an event that can be recorded, or the reason why not. */
import type { EventResult, ReachEvent } from '../../shared/wire.ts'
import { eventDecoders } from '../schemas/events.ts'

export type DecodedOne = { ok: true; event: ReachEvent } | { ok: false; result: EventResult }

/** @param index the event's place in its batch, for the paths of bad fields */
export function decodeEvent(value: unknown, index: number): DecodedOne {
  const fields = isObject(value) ? value : {}
  const id = typeof fields.id === 'string' ? fields.id : null
  const rejected = (rest: Partial<EventResult>): DecodedOne => ({
    ok: false,
    result: { id, status: 'rejected', ...rest },
  })

  const type = fields.type
  if (typeof type !== 'string' || !Object.hasOwn(eventDecoders, type)) {
    const message = `must be one of ${Object.keys(eventDecoders).join(', ')}`
    return rejected({
      reason: 'unknown_type',
      errors: [{ path: `/events/${index}/type`, message }],
    })
  }
  const decoded = eventDecoders[type as ReachEvent['type']](value)
  if (decoded.ok) return { ok: true, event: decoded.value }
  return rejected({
    reason: 'invalid',
    errors: decoded.errors.map(({ path, message }) => ({
      path: `/events/${index}${path}`,
      message,
    })),
  })
}

/**
 * When the event happened, on the platform's clock. Only the age that the phone claims is taken from it, so
 * that a wrong clock does no harm, and a lie can only make what the phone withheld look older or just arrived.
 */
export function happenedAtMs(at: number, sentAt: number, receivedAtMs: number, maxAgeMs: number) {
  return Math.round(receivedAtMs - Math.min(Math.max(sentAt - at, 0), maxAgeMs))
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
