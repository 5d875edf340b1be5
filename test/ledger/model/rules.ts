/** The rules of the model, written from the documents and not from the server's code. */
import type { Channel, CreditKind } from '../../../shared/wire/index.ts'

export const second = 1_000
export const minute = 60 * second
export const hour = 60 * minute
export const day = 24 * hour

export type Edition = '2018' | '2026'

export const creditRules: Record<
  CreditKind,
  { channel: Channel; uses: Record<Edition, number>; lastsMs: number; spentIn: Edition[] }
> = {
  form: { channel: 'template', uses: { 2018: 1, 2026: 1 }, lastsMs: 7 * day, spentIn: ['2018'] },
  payment: { channel: 'template', uses: { 2018: 3, 2026: 3 }, lastsMs: 7 * day, spentIn: ['2018'] },
  subscription: {
    channel: 'subscribe',
    uses: { 2018: 1, 2026: 1 },
    lastsMs: Infinity,
    spentIn: ['2026'],
  },
  entered: {
    channel: 'customer',
    uses: { 2018: 1, 2026: 2 },
    lastsMs: minute,
    spentIn: ['2018', '2026'],
  },
  wrote: {
    channel: 'customer',
    uses: { 2018: 5, 2026: 5 },
    lastsMs: 2 * day,
    spentIn: ['2018', '2026'],
  },
}

/** The ledger stops using a credit a little before the platform ends it. */
export function lifetimeOf(kind: CreditKind, atMs: number): { endsMs: number; usableMs: number } {
  const { lastsMs } = creditRules[kind]
  const endsMs = atMs + lastsMs
  return { endsMs, usableMs: endsMs - Math.min(minute, lastsMs / 20) }
}

export const spentIn = (channel: Channel, edition: Edition): boolean =>
  Object.values(creditRules).some(
    (right) => right.channel === channel && right.spentIn.includes(edition),
  )

/** Retention periods, tolerances and default intervals. */
export const periods = {
  eventAgeMs: 30 * day,
  eventsMs: 30 * day,
  consentsMs: 30 * day,
  endedCreditsMs: 8 * day,
  keysMs: 7 * day,
  messageDataMs: 7 * day,
  pushesMs: 2 * day,
  consentsMatchMs: 10 * minute,
  deliverySkewMs: minute,
  deliveryWithinMs: 10 * minute,
  deadlineMs: 15 * minute,
  probeEveryMs: hour,
} as const

export const creditsPerMessage = 5
/** The first call and up to three repeats. */
export const presentationsOfOneForm = 4

/** What WeChat's reply to a send does to the credit and the message. */
export type Meaning =
  'sent' | 'dead' | 'bad' | 'shut' | 'pause' | 'busy' | 'noToken' | 'lost' | 'notSent'

export const meanings: Record<string, Meaning> = {
  0: 'sent',
  41028: 'dead',
  41029: 'dead',
  43101: 'dead',
  43107: 'dead',
  45015: 'dead',
  45047: 'dead',
  40037: 'bad',
  41030: 'bad',
  40003: 'bad',
  47003: 'bad',
  40013: 'bad',
  45168: 'bad',
  // In no document.
  61234: 'bad',
  48001: 'shut',
  45103: 'shut',
  45109: 'shut',
  45009: 'pause',
  '-1': 'busy',
  43108: 'busy',
  'no token': 'noToken',
  lost: 'lost',
  'not sent': 'notSent',
}

/** 45009 pauses a channel until midnight in Shanghai, UTC+8. */
export const nextMidnightMs = (nowMs: number): number =>
  (Math.floor((nowMs + 8 * hour) / day) + 1) * day - 8 * hour
