/** One message with a reserved credit → its outcome: call, settle, and on until the message rests. */
import type { Channel } from '../../shared/wire.ts'
import type { ReachApp } from '../apps.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import type { MessageRow, MessageStore, ReservedCredit, Settle, Settled } from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import type { World } from '../world.ts'
import { backoffMs } from './backoff.ts'
import { nextMidnightMs } from './midnight.ts'
import { outcomeOf, outcomeOfAbandoned } from './outcome.ts'
import type { Outcome } from './outcome.ts'
import { erased } from './reasons.ts'
import { quotaTimeZone } from './rules.ts'
import { settlementOf } from './settlement.ts'

export interface SendCall {
  openId: string
  /** What must be shown to WeChat for the credit: formId, prepay_id, templateId. */
  ref: string
  /** The request without channel, user and deadline, as the message keeps it. */
  fields: unknown
}

/**
 * One call of the send endpoint, which ends within the lease. A rejection counts as `unknown`: nobody can say
 * how far it went.
 */
export type Send = (app: ReachApp, call: SendCall) => Promise<AuthorizedReply<unknown>>

/** All that tells the channels apart. */
export type Senders = Readonly<Record<Channel, Send>>

export interface SpendDeps {
  store: MessageStore
  senders: Senders
  world: World
  holder: string
}

export interface InHand {
  app: ReachApp
  message: MessageRow
  credit: ReservedCredit
  /** Sent through a shut channel: success opens it. */
  probe: boolean
  /** Its holder died, so the credit may have been shown already. */
  abandoned: boolean
}

/** Resolves with the message as it rests: settled, or queued for later. */
export async function spend(deps: SpendDeps, inHand: InHand): Promise<MessageRow> {
  const { store, holder, world } = deps
  const { app, probe } = inHand
  const startedMs = world.monotonic.now()
  for (let { message, credit, abandoned } = inHand; ; abandoned = false) {
    const outcome = abandoned
      ? outcomeOfAbandoned(credit)
      : await attempt(deps, app, message, credit)
    // Before the message is settled, so that no later one slips through.
    await mindChannel(deps, outcome, { app, message, probe })
    const settled = await settle(deps, {
      id: message.id,
      holder,
      attempts: message.attempts,
      nowMs: world.clock.now(),
      ...settlementOf(outcome, {
        message,
        edition: app.edition,
        nowMs: world.clock.now(),
        burningMs: world.monotonic.now() - startedMs,
        random: world.random,
      }),
    })
    // The lease was lost: whoever has it now answers for the message.
    if (!settled) return (await store.findMessage(app.appId, message.id)) ?? message
    if (!settled.credit) return settled.message
    message = settled.message
    credit = settled.credit
    if (credit.shown > 1) await world.monotonic.wait(backoffMs(credit.shown - 1, world.random))
  }
}

async function attempt(
  { senders, world }: SpendDeps,
  app: ReachApp,
  message: MessageRow,
  credit: ReservedCredit,
): Promise<Outcome> {
  const { openId, payload } = message
  if (openId === undefined || payload === undefined) return { outcome: 'refused', reason: erased }
  const call = { openId, ref: credit.ref, fields: JSON.parse(payload) as unknown }
  try {
    return outcomeOf(await senders[message.channel](app, call), credit)
  } catch (cause) {
    world.log.error(
      { err: cause, message: message.id },
      'a send threw: what became of it, nobody knows',
    )
    return outcomeOf({ fate: 'unknown', cause }, credit)
  }
}

/** Shuts or pauses the channel when WeChat says so, and opens it when a probe went through. */
async function mindChannel(
  { store, world }: SpendDeps,
  outcome: Outcome,
  { app: { appId }, message: { channel }, probe }: Pick<InHand, 'app' | 'message' | 'probe'>,
): Promise<void> {
  const { log, clock } = world
  if (probe && outcome.outcome === 'sent') {
    log.info({ appId, channel }, 'WeChat takes messages on this channel again: it is open')
    await store.openChannel(appId, channel)
  }
  const stop = 'stop' in outcome ? outcome.stop : undefined
  if (!stop) return
  const atMs = clock.now()
  log.warn({ appId, channel, ...stop }, 'WeChat takes no messages on this channel: sending stops')
  const untilMs = stop.kind === 'pause' ? nextMidnightMs(atMs, quotaTimeZone) : null
  await store.stopChannel({ ...stop, appId, channel, untilMs, atMs })
}

/** With the backoff's cap some minutes. */
const settleTries = 20

/**
 * Writes the outcome although the database is away for a while: what is known must not become "nobody knows" because
 * a disk was full. A process that ends before leaves a lease.
 */
async function settle({ store, world }: SpendDeps, input: Settle): Promise<Settled | undefined> {
  for (let failures = 1; ; failures++) {
    try {
      return await store.settle(input)
    } catch (err) {
      if (!(err instanceof StoreUnavailableError) || failures === settleTries) throw err
      world.log.error({ err, message: input.id }, 'an outcome could not be written: trying again')
      await world.monotonic.wait(backoffMs(failures, world.random))
    }
  }
}
