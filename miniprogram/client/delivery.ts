/** Brings the queue to the server: one request in flight, the oldest events first, patient when it fails. */
import { backoffMs } from './backoff'
import { resultsOf } from './reply'
import type { Result } from './reply'
import type { EventsRequest, ReachEvent } from '../../shared/wire'
import type { Drop } from './drop'
import type { Lookups } from './lookups'
import type { Tell } from './notice'
import type { Inspection } from './reach'
import type { Outbox } from './outbox'
import type { Session } from './session'
import type { Reply, Transport } from './transport'
import type { World } from './world'

const mostEvents = 100
/** No gateway's Retry-After keeps us longer. */
const longestRequestedMs = 3_600_000

export interface Delivery {
  /** Sends now what can be sent. Resolves when all is sent or the first attempt has failed; never rejects. */
  flush(): Promise<void>
  /** There is something new: sends soon, unless it is waiting after a failure. */
  wake(): void
  show(): void
  /** Storage first, then one attempt: the system may freeze or end the mini-program at any moment. */
  hide(): void
  online(): void
  counts(): Pick<Inspection, 'acknowledged' | 'failures'>
}

/**
 * @param mayCall - consent is given, and this place knows users
 * @param settled - the server has answered for this event
 */
export function createDelivery(
  world: World,
  tell: Tell,
  drop: Drop,
  outbox: Outbox,
  lookups: Lookups,
  transport: Transport,
  session: Session,
  mayCall: () => boolean,
  settled: (event: ReachEvent, result: Result) => void,
): Delivery {
  let limit = mostEvents
  let failures = 0
  let acknowledged = 0
  let visible = true
  let busy = false
  let current = Promise.resolve()
  let cancelTimer: (() => void) | undefined

  function post(events: ReachEvent[], token: string): Promise<Reply> {
    const request: EventsRequest = { sentAt: world.now(), events }
    return transport('/v1/events', request, token)
  }

  /** True: nothing of the batch has to wait, go on at once. */
  function takeResults(batch: ReachEvent[], results: Result[], token: string): boolean {
    const done: string[] = []
    let stale = 0
    let kept = 0
    for (const result of results) {
      const event = batch.filter(({ id }) => result && id === result.id)[0]
      if (!event) continue
      if (result.status === 'retry') {
        if (result.reason === 'session_stale' && lookups.again(event)) stale++
        else kept++
      } else if (/^(accepted|duplicate|rejected)$/.test(result.status)) {
        done.push(event.id)
        lookups.forget(event.id)
        settled(event, result)
        if (result.status === 'rejected') drop([event], 'rejected', result.reason)
      }
    }
    if (stale) session.refuse(token)
    if (done.length) outbox.remove(done)
    acknowledged += done.length
    if (done.length) failures = 0
    else if (!stale && !kept) tell('unexpected_reply')
    return done.length + stale === batch.length
  }

  function takeReply(batch: ReachEvent[], reply: Reply, token: string): boolean {
    if (reply.status === 413 && batch.length > 1) {
      limit = Math.ceil(batch.length / 2)
      return true
    }
    const results = resultsOf(reply, batch)
    if (results) {
      limit = mostEvents
      return takeResults(batch, results, token)
    }
    if (reply.status) tell('unexpected_reply', `HTTP ${reply.status}`)
    else tell('server_unreachable')
    return false
  }

  /** One attempt. True: go on at once; a number: the server asked to wait that long. */
  async function attempt(): Promise<true | number> {
    let token = await session.token()
    const batch = await lookups.fill(outbox.peek(limit))
    // Consent may have been taken back while we signed in.
    if (!mayCall() || !batch.length) return true
    let reply = await post(batch, token)
    if (reply.status === 401) {
      session.refuse(token)
      const next = await session.token()
      if (next !== token) reply = await post(batch, (token = next))
    }
    return takeReply(batch, reply, token) || reply.retryAfterMs
  }

  function pause(leastMs: number): void {
    failures++
    if (!visible) return
    const waitMs = Math.max(Math.min(leastMs, longestRequestedMs), backoffMs(failures, world))
    cancelTimer = world.after(waitMs, flush)
  }

  async function run(): Promise<void> {
    let outcome: true | number = true
    while (outcome === true && mayCall() && outbox.peek(1, true)[0]) {
      outcome = await attempt().catch((error) => (error && error.retryAfterMs) || 0)
      if (outcome === true) failures = 0
      else pause(outcome)
      // Hidden: one request, then the system may have the thread.
      if (!visible) break
    }
    // In the same breath as the last look into the queue: nothing can be added in between and be forgotten.
    busy = false
  }

  function stopTimer(): void {
    if (cancelTimer) cancelTimer()
    cancelTimer = undefined
  }

  function flush(): Promise<void> {
    if (busy) return current
    busy = true
    stopTimer()
    return (current = run())
  }

  function retryNow(): void {
    failures = 0
    if (visible) void flush()
  }

  return {
    flush,
    wake() {
      if (!cancelTimer) void current.then(() => (cancelTimer ? undefined : flush()))
    },
    show() {
      visible = true
      retryNow()
    },
    hide() {
      if (!visible) return
      visible = false
      stopTimer()
      outbox.persist()
      void flush()
    },
    online: retryNow,
    counts: () => ({ acknowledged, failures }),
  }
}
