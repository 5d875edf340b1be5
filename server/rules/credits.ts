/**
 * The platform's rules on credits, as data: what each kind allows, and for how long. Sources:
 * `seeds` are the platform's pages of 2018, `platform` its documentation as of 2026.
 */
import type { Channel, CreditKind } from '../../shared/wire/index.ts'
import { maxEventAgeMs } from './retention.ts'
import { day, hour, minute } from './time.ts'

export type Edition = '2018' | '2026'
export const editions = ['2018', '2026'] as const satisfies readonly Edition[]

interface KindRule {
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

/** The oldest WeChat that shows a template message (seeds/001 Bug & Tip). */
export const minimumWechatVersion = '6.5.2'

/**
 * A phone's answer and a push report the same consent when they lie at most so far apart. Kept for
 * as long as a phone may report.
 */
export const consentRule = { matchWithinMs: 10 * minute, keptMs: maxEventAgeMs } as const

/**
 * Which message an event reports a delivery of, where no id says it: one that was made before, with
 * our clock at most `skewMs` ahead, and that reached its final state at most `withinMs` before.
 */
export const deliveryRule = { skewMs: 1 * minute, withinMs: 10 * minute } as const

/** Kinds that can be spent, by channel and edition; empty: the channel is retired. */
export const spendableKinds = {
  '2018': kindsOf('2018'),
  '2026': kindsOf('2026'),
} as const satisfies Record<Edition, unknown>

function kindsOf(edition: Edition): Record<Channel, CreditKind[]> {
  const byChannel: Record<Channel, CreditKind[]> = { template: [], subscribe: [], customer: [] }
  for (const [kind, rule] of Object.entries(kinds) as [CreditKind, KindRule][]) {
    if (rule.spendable.includes(edition)) byChannel[rule.channel].push(kind)
  }
  return byChannel
}
