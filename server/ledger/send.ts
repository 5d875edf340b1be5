/** Spends credits on messages, each once: reserve → call WeChat → settle. */
import { setMaxListeners } from 'node:events'
import type { Channel, MessageRequest } from '../../shared/wire/index.ts'
import { hashOfRequest, sha256 } from '../crypto/hashes.ts'
import { sendRules } from '../rules/sending.ts'
import { spendableKinds } from '../rules/credits.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import type {
  ClaimedMessage,
  ClaimMessages,
  MessageId,
  MessageRow,
  MessageStore,
  SendLimit,
} from '../store/store.ts'
import { late, noCredit, outcomeUnknown, notInEdition, notServed, retired } from './outcomes.ts'
import { spend } from './settle.ts'
import type { LeasedMessage, Senders, SpendDeps } from './settle.ts'

export type { Send, SendCall, Senders } from './settle.ts'

export type Sent =
  /** The key was used for another message. */
  | { was: 'conflict' }
  | {
      was: 'new' | 'replayed'
      /** As it stands now; `sending` is told to the outside as `queued`. */
      message: MessageRow
      /**
       * The message after the attempt that is under way: settled, or queued for later. It may take as long as WeChat
       * does, and until the database is back. Rejects when the process ends before; the message then has a lease that is
       * resolved later.
       */
      attempted: Promise<MessageRow>
      /**
       * The message once it is sent, refused or unknown, also by a later attempt and by another process: race it with a
       * wait, and abort `signal` to wait no longer. Rejects as `attempted`.
       */
      settled(signal: AbortSignal): Promise<MessageRow>
    }

export interface Ledger {
  /**
   * Sends one message, once for each key of its user and app, whoever calls at the same time.
   * @param request checked before: what WeChat would refuse costs a call, though no credit
   * @param deadlineMs on the platform's clock; default: 15 minutes from now. A new message whose deadline has passed is
   * refused.
   */
  send(
    app: ReachApp,
    request: MessageRequest,
    idempotencyKey: string,
    deadlineMs?: number,
  ): Promise<Sent>
  /** Sends messages that are due, and resolves those whose holder died. Resolves with their number when they rest. */
  resume(): Promise<number>
  /** Resolves when nothing is under way; what is queued for later is not waited for. */
  settled(): Promise<void>
  /**
   * The process ends soon: what cannot be written now is not tried again, and no form is shown again. Such messages keep
   * their leases, which others resolve.
   */
  abortRetries(): void
}

export type LimitOf = (channel: Channel, nowMs: number) => SendLimit

export interface LedgerDeps {
  store: MessageStore
  senders: Senders
  world: World
  /** What we do not send although WeChat would. Default: nothing. */
  limitOf?: LimitOf
  /** The app of a message that is resumed. */
  apps: Pick<Apps, 'find'>
  /** Names this process among others on the same database. Default: a random word. */
  holder?: string
}

export function createLedger(options: LedgerDeps): Ledger {
  const { store, senders, world, apps, holder, limitOf = () => ({}) } = options
  const ending = new AbortController()
  // While the database is away each message in hand waits on it: Node would warn of a leak at the eleventh.
  setMaxListeners(Infinity, ending.signal)
  const deps: SpendDeps = {
    ending: ending.signal,
    store,
    senders,
    world,
    holder: holder ?? world.random(9).toString('base64url'),
  }
  const underWay = new Map<MessageId, { attempts: number; attempted: Promise<MessageRow> }>()
  /** Messages that this process began and could not settle: of these alone nobody knows whether WeChat saw them. */
  const left = new Set<MessageId>()
  const pendingOutcomes = createPendingOutcomes()

  function start(leased: LeasedMessage): Promise<MessageRow> {
    const { id, attempts } = leased.message
    const begun = underWay.get(id)
    // After a standstill longer than a lease the database gives us the same call to make twice: as it was asked for, and
    // as one whose lease has ended.
    if (begun?.attempts === attempts && !leased.abandoned) return begun.attempted
    const attempted: Promise<MessageRow> = spend(deps, leased).finally(() => {
      // The message may have gone to another holder and come back meanwhile.
      if (underWay.get(id)?.attempted === attempted) underWay.delete(id)
    })
    underWay.set(id, { attempts, attempted })
    // Nobody need wait for it, and a rejection that nobody hears ends the process.
    attempted.then(tell, (err: unknown) => {
      left.add(id)
      world.log.error({ err, message: id }, 'a message is left leased')
    })
    return attempted
  }

  function tell(message: MessageRow): void {
    if (isSettled(message)) pendingOutcomes.tell(message)
  }

  function sent(was: 'new' | 'replayed', message: MessageRow): Sent {
    const attempted = underWay.get(message.id)?.attempted ?? Promise.resolve(message)
    const settled = async (signal: AbortSignal) => {
      const after = await attempted
      if (isSettled(after)) return after
      return Promise.race([pendingOutcomes.wait(message.id, signal), lookFor(message, signal)])
    }
    return { was, message, attempted, settled }
  }

  /** Another process may settle it, whom nobody here hears; or it was settled while nobody waited. */
  async function lookFor({ appId, id }: MessageRow, signal: AbortSignal): Promise<MessageRow> {
    while (!signal.aborted) {
      const found = await store.findMessage(appId, id)
      if (found && isSettled(found)) return found
      await world.monotonic.wait(sendRules.lookEveryMs, signal)
    }
    return new Promise(() => {})
  }

  async function takeUp(claimed: ClaimedMessage): Promise<void> {
    const { message, credit, probe } = claimed
    const abandoned = claimed.abandoned && !neverBegan(claimed)
    left.delete(message.id)
    if (message.state === 'refused') return tell(message)
    const app = apps.find(message.appId)
    if (app && credit) return void (await start({ app, message, credit, abandoned, probe }))
    const settled = await store.settle({
      id: message.id,
      holder: deps.holder,
      attempts: message.attempts,
      nowMs: world.clock.now(),
      credit: { outcome: abandoned ? 'spent' : 'givenBack' },
      message: abandoned
        ? { state: 'unknown', reason: outcomeUnknown }
        : { state: 'refused', reason: notServed },
    })
    if (settled) tell(settled.message)
  }

  /** Ours, and only the database's answer was lost when it was reserved or claimed. */
  const neverBegan = ({ formerHolder, message }: ClaimedMessage) =>
    formerHolder === deps.holder && !left.has(message.id)

  return {
    async send(app, request, idempotencyKey, deadlineMs) {
      const nowMs = world.clock.now()
      const untilMs = deadlineMs ?? nowMs + sendRules.deadlineMs
      const kinds = spendableKinds(request.channel, app.edition)
      const opened = await store.openMessage({
        appId: app.appId,
        openId: request.openId,
        channel: request.channel,
        ...('templateId' in request && { templateId: request.templateId }),
        // A consent is to one template; forms, payments and windows are for whatever is sent.
        ...(request.channel === 'subscribe' && { ref: request.templateId }),
        keyHash: sha256(idempotencyKey),
        bodyHash: hashOfRequest(request),
        keyKeptMs: sendRules.keyKeptMs,
        payload: JSON.stringify(payloadOf(request)),
        deadlineMs: untilMs,
        nowMs,
        kinds,
        holder: deps.holder,
        leaseMs: sendRules.leaseMs,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone: kinds.length > 0 ? noCredit : closedBy(request.channel),
        limit: untilMs <= nowMs ? { closed: late } : limitOf(request.channel, nowMs),
      })
      switch (opened.was) {
        case 'conflict':
          return opened
        case 'refused':
          return sent('new', opened.message)
        case 'replayed':
          return sent('replayed', opened.message)
        case 'reserved': {
          const { message, credit, probe } = opened
          void start({ app, message, credit, probe, abandoned: false })
          return sent('new', message)
        }
        default:
          return opened satisfies never
      }
    },

    async resume() {
      const nowMs = world.clock.now()
      const claimed = await store.claimMessages({
        holder: deps.holder,
        holding: [...underWay.keys()],
        nowMs,
        leaseMs: sendRules.leaseMs,
        limit: sendRules.resumedAtOnce,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone: noCredit,
        ifLate: late,
        closed: closedAt(limitOf, nowMs),
      })
      await Promise.all(claimed.map(takeUp))
      return claimed.length
    },

    async settled() {
      while (underWay.size > 0) {
        await Promise.allSettled(Array.from(underWay.values(), ({ attempted }) => attempted))
      }
    },

    abortRetries: () => ending.abort(),
  }
}

const isSettled = ({ state }: MessageRow) => state !== 'queued' && state !== 'sending'

function payloadOf(request: MessageRequest): object {
  const { channel: _channel, openId: _openId, deadline: _deadline, ...payload } = request
  return payload
}

/** Why an edition spends no credit of the channel. */
const closedBy = (channel: Channel) => (channel === 'template' ? retired : notInEdition)

function closedAt(limitOf: LimitOf, nowMs: number): NonNullable<ClaimMessages['closed']> {
  const channels: Channel[] = ['template', 'subscribe', 'customer']
  return Object.fromEntries(
    channels.flatMap((channel) => {
      const { closed } = limitOf(channel, nowMs)
      return closed ? [[channel, closed]] : []
    }),
  )
}

/** Whoever waits for a message that is tried again later, by the message. */
export interface PendingOutcomes {
  /** Resolves with the message that `tell` is given. Not once `signal` aborts: then nobody is kept. */
  wait(id: MessageId, signal: AbortSignal): Promise<MessageRow>
  tell(message: MessageRow): void
}

export function createPendingOutcomes(): PendingOutcomes {
  const waiting = new Map<MessageId, Set<(message: MessageRow) => void>>()
  return {
    wait: (id, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return
        const those = waiting.get(id) ?? new Set()
        waiting.set(id, those.add(resolve))
        const forget = () => {
          those.delete(resolve)
          if (those.size === 0 && waiting.get(id) === those) waiting.delete(id)
        }
        signal.addEventListener('abort', forget, { once: true })
      }),
    tell(message) {
      for (const resolve of waiting.get(message.id) ?? []) resolve(message)
      waiting.delete(message.id)
    },
  }
}
