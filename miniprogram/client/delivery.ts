/** Sends the queue: one request in flight, oldest events first, a backoff after failures. */
import type { EventsReply, EventsRequest, Problem, ReachEvent } from '../../shared/wire/index'
import type { Arrivals } from './arrivals'
import type { Context } from './context'
import type { UncheckedResult } from './event'
import type { GroupResolver } from './group-resolver'
import type { Outbox } from './outbox'
import type { Session } from './session'
import type { ServerReply, Transport } from './transport'

interface Delivery {
  /** Sends now. Resolves when all is sent or an attempt has failed; never rejects. */
  flush(): Promise<void>
  /** An event was captured: sends soon, unless a backoff runs. */
  wake(): void
  resume(): void
  /**
   * Storage first, then one attempt: the system may freeze or end the mini-program at any moment.
   */
  suspend(): void
  online(): void
  counts(): { acknowledged: number; failures: number }
}

const mostEvents = 100
/** A gateway's Retry-After cannot stop deliveries for longer. */
const longestRetryAfterMs = 3_600_000
const firstBackoffMs = 2000
const longestBackoffMs = 300_000

/** The delivery and the parts that it needs. */
export interface DeliveryContext extends Context {
  outbox: Outbox
  groupResolver: GroupResolver
  transport: Transport
  session: Session
  arrivals: Pick<Arrivals, 'onResult'>
}

export function createDelivery(context: DeliveryContext): Delivery {
  let limit = mostEvents
  /**
   * How many of the oldest events the server wants later: those behind them do not wait for that.
   */
  let postponed = 0
  let failures = 0
  let acknowledged = 0
  let visible = true
  let busy = false
  let current = Promise.resolve()
  /** After a failure, until the timer ends or something gives reason to try again. */
  let backingOff = false
  /** The server has sent Retry-After: only the timer and `flush` end that. */
  let serverAskedToWait = false
  let cancelTimer = () => {}

  function flush(): Promise<void> {
    if (busy) return current
    busy = true
    backingOff = serverAskedToWait = false
    postponed = 0
    cancelTimer()
    return (current = run())
  }

  async function run(): Promise<void> {
    let next: true | number | undefined = true
    // `hasEvents` first: it also continues a removal that storage has refused.
    while (next === true && context.outbox.hasEvents() && context.mayCall()) {
      next = await attempt()
        .catch((error) => {
          context.warnOnce('sign_in_failed', error)
          return Number(error.retryAfterMs)
        })
        // An own session may reject with any value, `undefined` included.
        .catch(() => 0)
      if (typeof next === 'number') pause(next)
      // Hidden: one request, then the system may have the thread.
      if (!visible) break
    }
    // No wait after the last look into the queue: an added event cannot be missed.
    busy = false
  }

  /** True: go on at once. A number: back off, at least as long as the server asks. */
  async function attempt(): Promise<true | number | undefined> {
    let token = await context.session.token()
    const due = context.outbox.peek(postponed + limit).slice(postponed)
    const batch = await context.groupResolver.fill(due.filter(context.groupResolver.maySend))
    // Consent may have been taken back while we signed in.
    if (!context.mayCall()) return true
    if (!batch[0]) {
      // Storage may remove by now what it has refused to remove.
      context.outbox.remove([])
      // What is postponed, and what another copy is about to send, is looked at again later.
      return postponed || due[0] ? 0 : undefined
    }
    const post = () => {
      const request: EventsRequest = { sentAt: context.world.now(), events: batch }
      return context.transport('/v1/events', request, token)
    }
    let reply = await post()
    if (reply.status === 401) {
      const refused = token
      context.session.refuse(refused)
      token = await context.session.token()
      if (token !== refused) reply = await post()
    }
    return applyReply(batch, reply, token) || reply.retryAfterMs
  }

  /** True: no event of the batch has to wait. */
  function applyReply(batch: ReachEvent[], reply: ServerReply, token: string): boolean {
    if (reply.status === 413 && batch.length > 1) {
      limit = Math.ceil(batch.length / 2)
      return true
    }
    const { status, data } = reply
    const { code, results: given } = (data || {}) as Partial<Problem & EventsReply>
    const results: UncheckedResult[] | undefined =
      code === 'body_too_large' ? [{ id: batch[0]!.id, status: 'rejected', reason: code }] : given
    // A captive portal replies 200 too, and a gateway has a 413 of its own.
    if ((status !== 200 && status !== 413) || !Array.isArray(results)) {
      context.warnOnce(status ? 'unexpected_reply' : 'server_unreachable', reply)
      return false
    }
    limit = mostEvents
    const done: string[] = []
    let known = 0
    for (const result of results) {
      const event = batch.filter(({ id }) => result && id === result.id)[0]
      if (!event || !/^(accepted|duplicate|rejected|retry)$/.test(result.status)) continue
      known++
      if (result.status === 'retry') {
        if (result.reason === 'session_stale' && context.groupResolver.retry(event))
          context.session.refuse(token)
        else postponed++
      } else {
        done.push(event.id)
        context.arrivals.onResult(event, result)
        if (result.status === 'rejected') context.outbox.drop([event], 'rejected', result.reason)
      }
    }
    if (done[0]) {
      context.outbox.remove(done)
      failures = 0
    } else if (!known) context.warnOnce('unexpected_reply')
    acknowledged += done.length
    return known === batch.length
  }

  /** @param retryAfterMs - may be NaN: a date in Retry-After is no number of seconds */
  function pause(retryAfterMs: number): void {
    const askedMs = retryAfterMs || 0
    backingOff = true
    serverAskedToWait = askedMs > 0
    // Doubles up to a limit, and is fully random below that, so that phones spread out.
    const backoffMs =
      context.world.random() * Math.min(longestBackoffMs, firstBackoffMs * 2 ** failures++)
    const waitMs = Math.max(Math.min(askedMs, longestRetryAfterMs), backoffMs)
    // A Retry-After is kept while hidden too: nothing else would remember it.
    if (visible || serverAskedToWait) cancelTimer = context.world.after(waitMs, flush)
  }

  /** The network or the user has come back. */
  function retry(): void {
    failures = 0
    if (!serverAskedToWait) void flush()
  }

  return {
    flush,
    wake() {
      void current.then((): unknown => backingOff || flush())
    },
    resume() {
      visible = true
      retry()
    },
    suspend() {
      if (!visible) return
      visible = false
      context.outbox.persist()
      retry()
    },
    online: () => visible && retry(),
    counts: () => ({ acknowledged, failures }),
  }
}
