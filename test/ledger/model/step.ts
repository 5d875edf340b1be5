/** The steps of a history, and their generators. */
import * as fc from 'fast-check'
import type { Channel } from '../../../shared/wire/index.ts'
import { meanings, day, hour, minute, second, type Edition } from './rules.ts'

/** How the next write of a suspension fails: not executed, or executed without a reply. */
export type SuspensionFailure = 'refused' | 'reply lost'

export interface Send {
  holder: number
  user: number
  channel: Channel
  template: number
  key: number
  /** Milliseconds from now; absent: at once. */
  sendInMs?: number
  /** Milliseconds from then; absent: the default. */
  deadlineInMs?: number
}

export interface PostedEvent {
  id: number
  kind: 'form' | 'payment' | 'subscription'
  ref: number
  agoMs: number
}

export type PushStep = { user: number; key: number; agoMs: number } & (
  | { push: 'entered' | 'wrote' }
  | { push: 'consent'; template: number; longTerm: boolean }
  | { push: 'revoked'; template: number }
  | { push: 'delivery'; message: number; named: boolean; arrived: boolean }
)

export type Step =
  | { do: 'postEvents'; user: number; events: PostedEvent[]; longTerm: boolean }
  | { do: 'pay'; user: number; ref: number }
  | { do: 'signIn'; user: number; tooOld: boolean }
  | ({ do: 'push' } & PushStep)
  | { do: 'send'; sends: Send[]; replyLost: boolean }
  | {
      do: 'answer'
      calls: number[]
      with: string
      replyLost: boolean
      suspensionFails?: SuspensionFailure
    }
  | { do: 'late'; reply: number; with: string; suspensionFails?: SuspensionFailure }
  | { do: 'cancel'; holder: number; message: number }
  | { do: 'resume'; holders: number[]; replyLost: boolean }
  | { do: 'crash'; holder: number }
  | { do: 'clock'; ms: number }
  | { do: 'sweep'; afterMs: number }
  | { do: 'resumeChannel'; channel: Channel }

export interface History {
  edition: Edition
  steps: Step[]
}

/** Holders 0 and 1 keep their leases. Leases of 2 and 3 end at once, and these may crash. */
export const holders = 4
export const canCrash = (holder: number): boolean => holder >= 2

const holder = fc.nat(holders - 1)
const crashing = fc.constantFrom(2, 3)
const user = fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, fc.constant(1))
const channel = fc.constantFrom<Channel>('template', 'subscribe', 'customer')
const template = fc.nat(1)
const agoMs = fc.oneof(
  { weight: 3, arbitrary: fc.constant(0) },
  fc.integer({ min: 0, max: 20 * minute }),
  fc.integer({ min: 0, max: 8 * day }),
)
const suspensionFails = fc.constantFrom<SuspensionFailure>('refused', 'reply lost')
const seldom = fc.integer({ min: 0, max: 5 }).map((n) => n === 5)

const postedEvent = fc.record<PostedEvent>({
  id: fc.nat(60),
  kind: fc.constantFrom('form', 'form', 'payment', 'subscription', 'subscription'),
  ref: fc.nat(30),
  agoMs,
})

const send = fc.record<Send>(
  {
    holder,
    user,
    channel,
    template,
    key: fc.nat(40),
    deadlineInMs: fc.constantFrom(-second, second, hour, 9 * day),
    sendInMs: fc.constantFrom(-minute, second, minute, hour, 8 * day),
  },
  { requiredKeys: ['holder', 'user', 'channel', 'template', 'key'] },
)

/** Concurrent sends to one user on one channel. */
const concurrentSends = fc
  .tuple(send, fc.array(fc.record({ holder, key: fc.nat(40) }), { minLength: 1, maxLength: 6 }))
  .map(([first, others]) => [first, ...others.map((other) => ({ ...first, ...other }))])

const push = fc.oneof(
  {
    weight: 2,
    arbitrary: fc.record({ push: fc.constantFrom('entered' as const, 'wrote' as const) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ push: fc.constant('consent' as const), template, longTerm: seldom }),
  },
  { weight: 1, arbitrary: fc.record({ push: fc.constant('revoked' as const), template }) },
  {
    weight: 2,
    arbitrary: fc.record({
      push: fc.constant('delivery' as const),
      message: fc.nat(20),
      named: fc.boolean(),
      arrived: fc.boolean(),
    }),
  },
)

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 20,
    arbitrary: fc.record({
      do: fc.constant('postEvents' as const),
      user,
      events: fc.array(postedEvent, { minLength: 1, maxLength: 5 }),
      longTerm: seldom,
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('pay' as const), user, ref: fc.nat(30) }),
  },
  {
    weight: 4,
    arbitrary: fc.record({ do: fc.constant('signIn' as const), user, tooOld: fc.boolean() }),
  },
  {
    weight: 20,
    arbitrary: fc
      .tuple(fc.record({ user, key: fc.nat(120), agoMs }), push)
      .map(([when, what]): Step => ({ do: 'push', ...when, ...what })),
  },
  {
    weight: 28,
    arbitrary: fc.oneof(
      fc.record({
        do: fc.constant('send' as const),
        sends: fc.oneof(concurrentSends, fc.array(send, { minLength: 1, maxLength: 6 })),
        replyLost: fc.constant(false),
      }),
      fc.record({
        do: fc.constant('send' as const),
        sends: fc.tuple(send),
        replyLost: seldom,
      }),
    ),
  },
  {
    weight: 36,
    arbitrary: fc.record(
      {
        do: fc.constant('answer' as const),
        calls: fc.array(fc.nat(20), { minLength: 1, maxLength: 4 }),
        with: fc.oneof(
          fc.constant('0'),
          fc.constant('lost'),
          fc.constantFrom(...Object.keys(meanings)),
        ),
        replyLost: seldom,
        suspensionFails,
      },
      { requiredKeys: ['do', 'calls', 'with', 'replyLost'] },
    ),
  },
  {
    weight: 12,
    arbitrary: fc.record(
      {
        do: fc.constant('late' as const),
        reply: fc.nat(20),
        with: fc.constantFrom(...Object.keys(meanings)),
        suspensionFails,
      },
      { requiredKeys: ['do', 'reply', 'with'] },
    ),
  },
  {
    weight: 6,
    arbitrary: fc.record({ do: fc.constant('cancel' as const), holder, message: fc.nat(12) }),
  },
  {
    weight: 16,
    arbitrary: fc.record({
      do: fc.constant('resume' as const),
      holders: fc.array(holder, { minLength: 1, maxLength: 3 }),
      replyLost: fc.boolean(),
    }),
  },
  { weight: 8, arbitrary: fc.record({ do: fc.constant('crash' as const), holder: crashing }) },
  {
    weight: 12,
    arbitrary: fc.record({
      do: fc.constant('clock' as const),
      ms: fc.oneof(
        fc.constantFrom(second, minute, 10 * minute, hour, day, 7 * day, 9 * day),
        fc.constantFrom(-second, -minute, -hour),
      ),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      do: fc.constant('sweep' as const),
      // 11 days: earlier credits are deleted while earlier calls are still open.
      afterMs: fc.constantFrom(0, 11 * day),
    }),
  },
  { weight: 4, arbitrary: fc.record({ do: fc.constant('resumeChannel' as const), channel }) },
)

export const histories: fc.Arbitrary<History> = fc.record({
  edition: fc.constantFrom<Edition>('2018', '2026'),
  steps: fc.array(step, { minLength: 1, maxLength: 100, size: 'max' }),
})
