/** Sends messages, each once for its idempotency key: reserve a credit → call WeChat → settle. */
import { setMaxListeners } from 'node:events'
import type {
  Channel,
  Message,
  MessageCall,
  MessageContent,
  MessageReason,
  MessageRequest,
  WechatRefusal,
} from '../../shared/wire/index.ts'
import { spendableKinds } from '../rules/credits.ts'
import { sendRules } from '../rules/sending.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { hashOfRequest, sha256 } from '../runtime/encoding.ts'
import { iso, type Waiting, type World } from '../runtime/world.ts'
import type {
  ClaimMessages,
  ClaimedMessage,
  MessageId,
  MessageRow,
  MessageStore,
  OpenMessage,
  OpenedMessage,
  Sender,
  SendLimit,
  SentCall,
} from '../store/store.ts'
import { adviceOf } from '../wechat/errcodes.ts'
import { deadlinePassed, ifNoneFor, noCredit, notServed, outcomeUnknown } from './outcomes.ts'
import { logRefusal, spend, type LeasedMessage, type Senders, type SpendDeps } from './settle.ts'

export type { Send, SendCall, Senders } from './settle.ts'

export interface Ledger {
  /**
   * Sends one message, once for each key of its user and app, also for parallel callers.
   * @param request checked before: what WeChat would refuse costs a call, though no credit
   * @param when of a new message. One whose deadline has passed is refused.
   */
  send(
    app: ReachApp,
    request: MessageRequest,
    idempotencyKey: string,
    when?: SendOptions,
  ): Promise<SendResult>
  /**
   * Cancels a message that waits for its time or its next try. Resolves with the message as it is
   * then: `cancelled`, or as it was. `undefined`: the app has no such message.
   */
  cancel(app: ReachApp, id: MessageId): Promise<MessageRow | undefined>
  /**
   * Sends messages that are due, and resolves the leases of dead holders. Resolves with their
   * number after one attempt of each.
   */
  resume(): Promise<number>
  /**
   * Resolves when no send and no attempt is under way; messages that are queued for later are not
   * awaited.
   */
  idle(): Promise<void>
  /**
   * The process shuts down: what cannot be written now is not tried again, and no form credit is
   * presented again. Such messages keep their leases, which other processes resolve.
   */
  abortRetries(): void
}

/** Times are of the platform's clock. */
export interface SendOptions {
  /** When it is sent. Default, and if that has passed: now. */
  sendAtMs?: number | undefined
  /** Default: 15 minutes from then. */
  deadlineMs?: number | undefined
  /** The idempotency key is known for as long after it. Default: after the message is sent. */
  keyNeededUntilMs?: number
  /** Is stored with the message. */
  sentBy?: Sender
  /**
   * Awaited before the first call to WeChat of a new message, for a short time. `false`: the
   * message is refused, as one whose deadline has passed.
   */
  turn?: () => Promise<boolean>
  /**
   * Called when WeChat has taken the message, before that is written. Not called where this
   * attempt has any other outcome.
   */
  onTaken?: () => void
}

export type SendResult =
  /** The key was used for another message. */
  | { was: 'conflict' }
  | {
      was: 'new' | 'replayed'
      /** The user's WeChat is too old to show template messages. */
      belowMinimum: boolean
      /** As it stands now; replies show `sending` as `queued`. */
      message: MessageRow
      /**
       * The message after the attempt that is under way: final, or queued for later. It may take as
       * long as WeChat does, and until the database is back. Rejects when the process ends before;
       * the message then has a lease that is resolved later.
       */
      attempted: Promise<MessageRow>
      /**
       * The message once it is sent, refused or unknown, also by a later attempt or another
       * process: race it with a time-out, and abort the signal to stop waiting. Rejects as
       * `attempted`.
       */
      final(waiting: Waiting): Promise<MessageRow>
    }

export type LimitOf = (channel: Channel, nowMs: number) => SendLimit

interface LedgerDeps {
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
  const { store, senders, world, apps, limitOf = () => ({}) } = options
  const { holder = world.random(9).toString('base64url') } = options
  const shutdown = new AbortController()
  // While the database is away each leased message waits with a listener: Node would warn of a leak
  // at the eleventh.
  setMaxListeners(Infinity, shutdown.signal)
  const deps: SpendDeps = { store, senders, world, holder, shutdown: shutdown.signal }
  const underWay = new Map<MessageId, { attempts: number; attempted: Promise<MessageRow> }>()
  /** Sends whose reply from the store is awaited: each may begin an attempt. */
  const reserving = new Set<Promise<OpenedMessage>>()
  /** Messages that this process began and could not settle: WeChat may have seen only these. */
  const unsettled = new Set<MessageId>()
  const pendingOutcomes = createPendingOutcomes()

  async function reserve(input: OpenMessage): Promise<OpenedMessage> {
    const reservation = store.openMessage(input)
    reserving.add(reservation)
    try {
      return await reservation
    } finally {
      reserving.delete(reservation)
    }
  }

  function start(leased: LeasedMessage): Promise<MessageRow> {
    const { id, attempts } = leased.message
    const begun = underWay.get(id)
    // After a standstill longer than a lease the database returns the same attempt twice: as it was
    // requested, and as one whose lease has ended.
    if (begun?.attempts === attempts && !leased.abandoned) return begun.attempted
    const attempted: Promise<MessageRow> = spend(deps, leased).finally(() => {
      // The message may have gone to another holder and come back meanwhile.
      if (underWay.get(id)?.attempted === attempted) underWay.delete(id)
    })
    underWay.set(id, { attempts, attempted })
    // A rejection without a handler would end the process.
    attempted.then(announce, (err: unknown) => {
      unsettled.add(id)
      world.log.error({ err, message: id }, 'a message is left leased')
    })
    return attempted
  }

  function announce(message: MessageRow): void {
    if (!isFinal(message)) return
    logRefusal(world.log, message)
    pendingOutcomes.resolve(message)
  }

  function resultOf(
    was: 'new' | 'replayed',
    { message, belowMinimum }: Exclude<OpenedMessage, { was: 'conflict' }>,
  ): SendResult {
    const attempted = underWay.get(message.id)?.attempted ?? Promise.resolve(message)
    const final = async (waiting: Waiting) => {
      const after = await attempted
      if (isFinal(after)) return after
      const { signal } = waiting
      return Promise.race([pendingOutcomes.wait(message.id, signal), poll(message, signal)])
    }
    return { was, message, belowMinimum, attempted, final }
  }

  /** Another process may finish the message; or it became final while nobody waited. */
  async function poll({ appId, id }: MessageRow, signal: AbortSignal): Promise<MessageRow> {
    while (!signal.aborted) {
      const found = await store.findMessage(appId, id)
      if (found && isFinal(found)) return found
      await world.monotonic.wait(sendRules.lookEveryMs, signal)
    }
    return new Promise(() => {})
  }

  async function resumeOne(claimed: ClaimedMessage): Promise<void> {
    const { message, credit, probe } = claimed
    const abandoned = claimed.abandoned && !neverBegan(claimed)
    unsettled.delete(message.id)
    if (message.state === 'refused') return announce(message)
    const app = apps.find(message.appId)
    if (app && credit) return void (await start({ app, message, credit, abandoned, probe }))
    const settled = await store.settle({
      id: message.id,
      holder,
      attempts: message.attempts,
      nowMs: world.clock.now(),
      credit: { outcome: abandoned ? 'spent' : 'givenBack' },
      message: abandoned
        ? { state: 'unknown', reason: outcomeUnknown }
        : { state: 'refused', reason: notServed },
    })
    if (settled) announce(settled.message)
  }

  /**
   * It was leased to this process, and the database's reply to the reservation or claim was lost.
   */
  const neverBegan = ({ formerHolder, message }: ClaimedMessage) =>
    formerHolder === holder && !unsettled.has(message.id)

  return {
    async send(app, request, idempotencyKey, when = {}) {
      const { deadlineMs, sendAtMs, sentBy } = when
      const nowMs = world.clock.now()
      const isLater = sendAtMs !== undefined && sendAtMs > nowMs
      const atMs = isLater ? sendAtMs : nowMs
      const untilMs = deadlineMs ?? atMs + sendRules.deadlineMs
      const kinds = spendableKinds[app.edition][request.channel]
      const ifNone = ifNoneFor(app.edition, request.channel)
      const limit = limitOf(request.channel, atMs)
      const opened = await reserve({
        appId: app.appId,
        openId: request.openId,
        channel: request.channel,
        ...('templateId' in request && { templateId: request.templateId }),
        // A consent is to one template; forms, payments and windows serve any message.
        ...(request.channel === 'subscribe' && { ref: request.templateId }),
        keyHash: sha256(idempotencyKey),
        bodyHash: hashOfRequest(request),
        keyKeptMs: Math.max(atMs, when.keyNeededUntilMs ?? 0) - nowMs + sendRules.keyKeptMs,
        payload: JSON.stringify(payloadOf(request)),
        deadlineMs: untilMs,
        nowMs,
        ...(isLater && { sendAtMs }),
        kinds,
        holder,
        leaseMs: sendRules.leaseMs,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone,
        ...(sentBy && { sentBy }),
        limit:
          untilMs <= nowMs
            ? { closed: deadlinePassed }
            : isLater
              ? limitOfWaiting(limit, kinds.length > 0 ? undefined : ifNone)
              : limit,
      })
      switch (opened.was) {
        case 'conflict':
          return opened
        case 'refused':
          logRefusal(world.log, opened.message)
          return resultOf('new', opened)
        case 'replayed':
          return resultOf('replayed', opened)
        case 'scheduled':
          return resultOf('new', opened)
        case 'reserved': {
          const { message, credit, probe } = opened
          const { turn, onTaken } = when
          void start({ app, message, credit, probe, abandoned: false, turn, onTaken })
          return resultOf('new', opened)
        }
        default:
          return opened satisfies never
      }
    },

    async cancel({ appId }, id) {
      const cancelled = await store.cancelMessage({ appId, id, nowMs: world.clock.now() })
      if (cancelled?.wasWaiting) announce(cancelled.message)
      return cancelled?.message
    },

    async resume() {
      const nowMs = world.clock.now()
      const claimed = await store.claimMessages({
        holder,
        holding: [...underWay.keys()],
        nowMs,
        leaseMs: sendRules.leaseMs,
        limit: sendRules.resumedAtOnce,
        probeEveryMs: sendRules.probeEveryMs,
        ifNone: noCredit,
        ifLate: deadlinePassed,
        limits: limitsOf(limitOf, nowMs),
      })
      await Promise.all(claimed.map(resumeOne))
      return claimed.length
    },

    async idle() {
      while (reserving.size + underWay.size > 0) {
        const attempts = Array.from(underWay.values(), ({ attempted }) => attempted)
        await Promise.allSettled([...reserving, ...attempts])
      }
    },

    abortRetries: () => shutdown.abort(),
  }
}

const isFinal = ({ state }: MessageRow) =>
  state !== 'scheduled' && state !== 'queued' && state !== 'sending'

function payloadOf(request: MessageRequest): object {
  const { channel: _, openId: _openId, sendAt: _sendAt, deadline: _deadline, ...payload } = request
  return payload
}

/**
 * Refuses now what could not be sent later either. The day of a message that waits is counted when
 * it is sent.
 */
function limitOfWaiting({ closed }: SendLimit, unavailable: MessageReason | undefined): SendLimit {
  const reason = closed ?? unavailable
  return reason ? { closed: reason } : {}
}

const limitsOf = (limitOf: LimitOf, nowMs: number): NonNullable<ClaimMessages['limits']> => ({
  template: limitOf('template', nowMs),
  subscribe: limitOf('subscribe', nowMs),
  customer: limitOf('customer', nowMs),
})

/** Callers that wait for a message which is tried again later. */
interface PendingOutcomes {
  /** Resolves with the message that `resolve` is given. Never once `signal` aborts. */
  wait(id: MessageId, signal: AbortSignal): Promise<MessageRow>
  resolve(message: MessageRow): void
}

function createPendingOutcomes(): PendingOutcomes {
  const waiting = new Map<MessageId, Set<(message: MessageRow) => void>>()
  return {
    wait: (id, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return
        const callers = waiting.get(id) ?? new Set()
        waiting.set(id, callers.add(resolve))
        const forget = () => {
          callers.delete(resolve)
          if (callers.size === 0 && waiting.get(id) === callers) waiting.delete(id)
        }
        signal.addEventListener('abort', forget, { once: true })
      }),
    resolve(message) {
      for (const resolve of waiting.get(message.id) ?? []) resolve(message)
      waiting.delete(message.id)
    },
  }
}

export const messageReply = (row: MessageRow): Message => ({
  id: row.id,
  channel: row.channel,
  ...(row.openId !== undefined && { openId: row.openId }),
  ...(row.templateId !== undefined && { templateId: row.templateId }),
  state: row.state === 'sending' ? 'queued' : row.state,
  ...(row.inferred && { inferred: true }),
  ...(row.reason && { reason: row.reason }),
  attempts: row.attempts,
  createdAt: iso(row.createdAtMs),
  ...(row.sendAtMs !== undefined && { sendAt: iso(row.sendAtMs) }),
  deadline: iso(row.deadlineMs),
  ...(row.settledAtMs !== undefined && { settledAt: iso(row.settledAtMs) }),
})

/** What was sent. `undefined`: it was deleted. */
export const contentOf = ({ payload }: MessageRow): MessageContent | undefined =>
  payload === undefined ? undefined : (JSON.parse(payload) as MessageContent)

export const callReply = ({ atMs, tookMs, credit, kind, said }: SentCall): MessageCall => ({
  at: iso(atMs),
  ...(tookMs !== undefined && { tookMs }),
  credit: { id: String(credit), kind },
  ...(typeof said === 'string' ? { failure: said } : { wechat: said ? explained(said) : taken }),
})

const explained = (said: WechatRefusal) => ({ ...said, advice: adviceOf(said) })

const taken = { errcode: 0, errmsg: 'ok', meaning: 'ok' }
