/** Spends credits on messages, each once: reserve → call WeChat → settle. */
import type { TemplateMessageRequest } from '../../shared/wire.ts'
import type { Apps, ReachApp } from '../apps.ts'
import type { ClaimedMessage, MessageId, MessageRow, MessageStore } from '../store/store.ts'
import type { World } from '../world.ts'
import { hashOfRequest, sha256 } from './hashes.ts'
import { late, noCredit, nobodyKnows, notServed, retired } from './reasons.ts'
import { sendRules, spendableKinds } from './rules.ts'
import { spend } from './spend.ts'
import type { InHand, Payload, Send, SpendDeps } from './spend.ts'

export type { Send } from './spend.ts'

export type Sent =
  /** The key was used for another message. */
  | { was: 'conflict' }
  | {
      was: 'new' | 'replayed'
      /** As it stands now; `sending` is told to the outside as `queued`. */
      message: MessageRow
      /**
       * The message as it rests: sent, refused or unknown, or queued for later. It may take as long as WeChat does:
       * race it with a wait. Rejects when the database stays away; the message then has a lease that is resolved later.
       */
      settled: Promise<MessageRow>
    }

export interface Ledger {
  /**
   * Sends one message, once for each key of its user and app, whoever calls at the same time.
   * @param deadlineMs on the platform's clock; default: 15 minutes from now
   */
  send(
    app: ReachApp,
    request: TemplateMessageRequest,
    idempotencyKey: string,
    deadlineMs?: number,
  ): Promise<Sent>
  /** Sends messages that are due, and resolves those whose holder died. Resolves with their number when they rest. */
  resume(): Promise<number>
  /** Resolves when nothing is under way. */
  settled(): Promise<void>
}

export interface LedgerDeps {
  store: MessageStore
  send: Send
  world: World
  /** The app of a message that is resumed. */
  apps: Pick<Apps, 'find'>
  /** Names this process among others on the same database. Default: a random word. */
  holder?: string
}

/** Messages that one `resume` takes: as many calls run at once. */
const resumedAtOnce = 32

export function createLedger({ store, send, world, apps, holder }: LedgerDeps): Ledger {
  const deps: SpendDeps = {
    store,
    send,
    world,
    holder: holder ?? world.random(9).toString('base64url'),
  }
  const underWay = new Map<MessageId, Promise<MessageRow>>()

  function start(inHand: InHand): Promise<MessageRow> {
    const { id } = inHand.message
    const resting = spend(deps, inHand).finally(() => underWay.delete(id))
    underWay.set(id, resting)
    // Nobody need wait for it, and a rejection that nobody hears ends the process.
    resting.catch((err: unknown) =>
      world.log.error({ err, message: id }, 'a message is left leased'),
    )
    return resting
  }

  async function takeUp(claimed: ClaimedMessage): Promise<void> {
    const { message, credit, abandoned, probe } = claimed
    if (message.state === 'refused') return
    const app = apps.find(message.appId)
    if (app && credit) return void (await start({ app, message, credit, abandoned, probe }))
    await store.settle({
      id: message.id,
      holder: deps.holder,
      nowMs: world.clock.now(),
      credit: { fate: abandoned ? 'spent' : 'givenBack' },
      message: abandoned
        ? { state: 'unknown', reason: nobodyKnows }
        : { state: 'refused', reason: notServed },
    })
  }

  return {
    async send(app, request, idempotencyKey, deadlineMs) {
      const nowMs = world.clock.now()
      const kinds = spendableKinds(request.channel, app.edition)
      const opened = await store.openMessage({
        appId: app.appId,
        openId: request.openId,
        channel: request.channel,
        templateId: request.templateId,
        keyHash: sha256(idempotencyKey),
        bodyHash: hashOfRequest(request),
        keyKeptMs: sendRules.keyKeptMs,
        payload: JSON.stringify(payloadOf(request)),
        deadlineMs: deadlineMs ?? nowMs + sendRules.deadlineMs,
        nowMs,
        kinds,
        holder: deps.holder,
        leaseMs: sendRules.leaseMs,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone: kinds.length > 0 ? noCredit : retired,
      })
      switch (opened.was) {
        case 'conflict':
          return opened
        case 'refused': {
          const { message } = opened
          return { was: 'new', message, settled: Promise.resolve(message) }
        }
        case 'replayed': {
          const { message } = opened
          const settled = underWay.get(message.id) ?? Promise.resolve(message)
          return { was: 'replayed', message, settled }
        }
        case 'reserved': {
          const { message, credit, probe } = opened
          const settled = start({ app, message, credit, probe, abandoned: false })
          return { was: 'new', message, settled }
        }
        default:
          return opened satisfies never
      }
    },

    async resume() {
      const claimed = await store.claimMessages({
        holder: deps.holder,
        nowMs: world.clock.now(),
        leaseMs: sendRules.leaseMs,
        limit: resumedAtOnce,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone: noCredit,
        ifLate: late,
      })
      await Promise.all(claimed.map(takeUp))
      return claimed.length
    },

    async settled() {
      while (underWay.size > 0) await Promise.allSettled(underWay.values())
    },
  }
}

function payloadOf(request: TemplateMessageRequest): Payload {
  const { channel: _channel, openId: _openId, deadline: _deadline, ...payload } = request
  return payload
}
