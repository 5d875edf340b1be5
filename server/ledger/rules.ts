/**
 * The platform's rules on rights to send, as data. Nowhere else does a number of a rule stand in the code.
 * Sources: `seeds` are the platform's pages of 2018, `platform` its documentation as of 2026.
 */
import type { Channel, CreditKind } from '../../shared/wire.ts'

export type Edition = '2018' | '2026'
export const editions = ['2018', '2026'] as const satisfies readonly Edition[]

const second = 1_000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

export interface KindRule {
  channel: Channel
  /** Messages that one trigger allows, by edition. */
  uses: Record<Edition, number>
  /** From the trigger to the platform's end; `null`: no end. */
  lastsMs: number | null
  /** Editions in which the kind can be spent. It is recorded in every edition. */
  spendable: readonly Edition[]
  source: string
}

export const kinds = {
  form: {
    channel: 'template',
    uses: { '2018': 1, '2026': 1 },
    lastsMs: 7 * day,
    spendable: ['2018'],
    source: 'seeds/001 下发条件说明 2; retired by the platform on 2020-01-10',
  },
  payment: {
    channel: 'template',
    uses: { '2018': 3, '2026': 3 },
    lastsMs: 7 * day,
    spendable: ['2018'],
    source: 'seeds/001 下发条件说明 1; retired by the platform on 2020-01-10',
  },
  subscription: {
    channel: 'subscribe',
    uses: { '2018': 1, '2026': 1 },
    lastsMs: null,
    spendable: ['2026'],
    source: 'platform: wx.requestSubscribeMessage',
  },
  entered: {
    channel: 'customer',
    uses: { '2018': 1, '2026': 2 },
    lastsMs: 1 * minute,
    spendable: ['2018', '2026'],
    source: 'seeds/000 动作列表 1; platform: 2 messages since',
  },
  wrote: {
    channel: 'customer',
    uses: { '2018': 5, '2026': 5 },
    lastsMs: 48 * hour,
    spendable: ['2018', '2026'],
    source: 'seeds/000 动作列表 2',
  },
} as const satisfies Record<CreditKind, KindRule>

/** What bounds one message. */
export const sendRules = {
  /** A message that cannot be sent now is tried again until then, unless the caller names another deadline. */
  deadlineMs: 15 * minute,
  /** Credits that one message may burn through. */
  creditsPerMessage: 5,
  /** Time that one message may take to burn through them. */
  creditsWithinMs: 8 * second,
  /** A form credit whose fate is unknown is shown to WeChat again, at most so often: it is taken once. */
  formAttempts: 3,
  /** How long one caller owns a message before another process may resolve it. Longer than any call may take. */
  leaseMs: 60 * second,
  /** Backoff between tries while the platform is busy: full jitter up to a doubling cap. */
  backoff: { firstMs: 500, capMs: 60 * second },
  /** The same between tries to write what became of a message: others wait to hear of it once the database is back. */
  rewriteBackoff: { firstMs: 500, capMs: 4 * second },
  /** How long `POST /v1/messages` waits for the outcome before it answers 202. */
  answerWithinMs: 10 * second,
  /** Meanwhile, how often it looks whether another process has settled the message. */
  lookEveryMs: 250,
  /** A shut channel lets one message through so often, to see whether the platform has opened it again. */
  probeEveryMs: 1 * hour,
  /** An Idempotency-Key is known for so long. */
  keyKeptMs: 7 * day,
} as const

/**
 * Channels that our limits against harassment bound (seeds/001 违规说明). Not customer service: who writes at night
 * wants his answer.
 */
export const limitedChannels: readonly Channel[] = ['template', 'subscribe']

/** Per user. */
export const userLimits = {
  liveFormCredits: 200,
  eventsPerDay: 2_000,
  requestsPerMinute: 60,
} as const

/** Per address. */
export const signInsPerMinute = 20

/** The oldest WeChat that shows a template message (seeds/001 Bug & Tip). */
export const minimumWechatVersion = '6.5.2'

/** 45009 is counted by the platform's day, which begins at midnight in this zone. */
export const quotaTimeZone = 'Asia/Shanghai'

/** Session keys that are tried: the current one, and earlier ones for so long after their replacement. */
export const keptSessionKeys = { count: 4, forMs: 72 * hour } as const

/** The age of a watermark: older is refused, and so is one from the future. */
export const watermarkRule = { maxAgeMs: 7 * day, maxAheadMs: 5 * minute } as const

/** A phone may claim that an event is at most so old. */
export const maxEventAgeMs = 30 * day

/** A push is known for so long: the same again counts once (platform: push). */
export const pushesKnownMs = 48 * hour

/** Answer of the phone and push tell of one consent when they lie at most so far apart. Kept as long as phones may tell. */
export const consentRule = { matchWithinMs: 10 * minute, keptMs: maxEventAgeMs } as const

/**
 * What an event that tells of a delivery may be about, where no id says it: a message that was made before, our clock
 * running so far ahead, and that rested at most so long before.
 */
export const deliveryRule = { skewMs: 1 * minute, withinMs: 10 * minute } as const

/** What is kept of persons, and how long. */
export const retention = {
  messageDataMs: 7 * day,
  /** A message that rests; its key is known for less long. */
  messagesMs: 180 * day,
  eventsMs: 30 * day,
  arrivalsMs: 180 * day,
  /** A credit and its history, after its end: until then a formId that comes again is known. */
  endedCreditsMs: 8 * day,
} as const

/**
 * The book stops using a credit a little before the platform does, so that a message on its way does not
 * arrive after the end: 60 seconds, or 5 % of a short life.
 */
export function safetyMarginMs(lastsMs: number): number {
  return Math.min(minute, 0.05 * lastsMs)
}

/** When a credit of `kind` that arose at `atMs` ends, and until when the book uses it; `null`: never. */
export function lifeOf(
  kind: CreditKind,
  atMs: number,
): { endsAtMs: number; usableUntilMs: number } | null {
  const { lastsMs } = kinds[kind]
  if (lastsMs === null) return null
  return { endsAtMs: atMs + lastsMs, usableUntilMs: atMs + lastsMs - safetyMarginMs(lastsMs) }
}

/** Kinds of `channel` that `edition` lets us spend; empty: the channel is retired. */
export function spendableKinds(channel: Channel, edition: Edition): CreditKind[] {
  return (Object.entries(kinds) as [CreditKind, KindRule][])
    .filter(([, rule]) => rule.channel === channel && rule.spendable.includes(edition))
    .map(([kind]) => kind)
}
