/** Brings the queue to the server: one request in flight, the oldest events first, patient when it fails. */
import type { EventsRequest, ReachEvent, EventsReply, Problem } from '../../shared/wire/index'
import type { World } from './context'
import type { Drop } from './event'
import type { Lookups } from './group-resolver'
import type { Tell } from './notices'
import type { Outbox } from './outbox'
import type { Inspection } from './reach'
import type { Session } from './session'
import type { Reply, Transport } from './transport'

const mostEvents = 100
/** No gateway's Retry-After keeps us longer. */
const longestAskedMs = 3_600_000

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
  /** Of the oldest, how many the server has asked for again: those behind them do not wait for that. */
  let putOff = 0
  let failures = 0
  let acknowledged = 0
  let visible = true
  let busy = false
  let current = Promise.resolve()
  /** After a failure, until something gives reason to try again. */
  let patient = false
  /** The server has asked for patience: then nothing is reason enough. */
  let asked = false
  let cancelTimer = () => {}

  /** True: nothing of the batch has to wait, go on at once. */
  function takeResults(batch: ReachEvent[], results: Result[], token: string): boolean {
    const done: string[] = []
    let answered = 0
    for (const result of results) {
      const event = batch.filter(({ id }) => result && id === result.id)[0]
      if (!event || !/^(accepted|duplicate|rejected|retry)$/.test(result.status)) continue
      answered++
      if (result.status === 'retry') {
        if (result.reason === 'session_stale' && lookups.again(event)) session.refuse(token)
        else putOff++
      } else {
        done.push(event.id)
        settled(event, result)
        if (result.status === 'rejected') drop([event], 'rejected', result.reason)
      }
    }
    if (done[0]) {
      outbox.remove(done)
      failures = 0
    } else if (!answered) tell('unexpected_reply')
    acknowledged += done.length
    return answered === batch.length
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
    tell(reply.status ? 'unexpected_reply' : 'server_unreachable', reply)
    return false
  }

  /** One attempt. True: go on at once; a number: the server asked to wait that long. */
  async function attempt(): Promise<true | number | undefined> {
    let token = await session.token()
    const due = outbox.peek(putOff + limit).slice(putOff)
    const batch = await lookups.fill(due.filter(lookups.mayFill))
    // Consent may have been taken back while we signed in.
    if (!mayCall()) return true
    if (!batch[0]) {
      // Storage may let go by now of what it would not.
      outbox.remove([])
      // What is put off, and what another copy is about to send, is looked at again later.
      return putOff || due[0] ? 0 : undefined
    }
    const post = () => {
      const request: EventsRequest = { sentAt: world.now(), events: batch }
      return transport('/v1/events', request, token)
    }
    let reply = await post()
    if (reply.status === 401) {
      const refused = token
      session.refuse(refused)
      token = await session.token()
      if (token !== refused) reply = await post()
    }
    return takeReply(batch, reply, token) || reply.waitMs
  }

  function pause(given: number): void {
    const askedMs = given || 0
    failures++
    patient = true
    asked = askedMs > 0
    const waitMs = Math.max(Math.min(askedMs, longestAskedMs), backoffMs(failures, world))
    // What the server has asked for is kept while hidden too: nothing else would remember it.
    if (visible || asked) cancelTimer = world.after(waitMs, flush)
  }

  async function run(): Promise<void> {
    let outcome: true | number | undefined = true
    // The queue first: a look at it also goes on with its removal, where consent was taken back and storage had failed.
    while (outcome === true && outbox.waits() && mayCall()) {
      outcome = await attempt()
        .catch((error) => {
          tell('sign_in_failed', error)
          return Number(error.waitMs)
          // An own session may reject with anything, with nothing too, and a date is no number of seconds.
        })
        .catch(() => 0)
      if (typeof outcome === 'number') pause(outcome)
      // Hidden: one request, then the system may have the thread.
      if (!visible) break
    }
    // In the same breath as the last look into the queue: nothing can be added in between and be forgotten.
    busy = false
  }

  function flush(): Promise<void> {
    if (busy) return current
    busy = true
    patient = asked = false
    putOff = 0
    cancelTimer()
    return (current = run())
  }

  /** There is reason to. */
  function retry(): void {
    failures = 0
    if (!asked) void flush()
  }

  return {
    flush,
    wake() {
      void current.then((): unknown => patient || flush())
    },
    show() {
      visible = true
      retry()
    },
    hide() {
      if (!visible) return
      visible = false
      outbox.persist()
      retry()
    },
    online: () => visible && retry(),
    counts: () => ({ acknowledged, failures }),
  }
}

/** What a reply to `POST /v1/events` says about each event. Only our own words take one out of the queue. */

/** As the wire has it; `reason` is any word, for the phone may be older than the server. */
export interface Result {
  id: string | null
  status: string
  reason?: string
  openGId?: string
}

/** `undefined`: not our server's answer. A captive portal says 200 too, and a gateway has a 413 of its own. */
export function resultsOf({ status, data }: Reply, batch: ReachEvent[]): Result[] | undefined {
  const { code, results } = (data || {}) as Partial<Problem & EventsReply>
  if (status === 413 && code === 'body_too_large') {
    return batch.map(({ id }) => ({ id, status: 'rejected', reason: code }))
  }
  return status === 200 && Array.isArray(results) ? results : undefined
}

/** How long to wait after failures: doubling, capped, and fully random below that, so that phones spread out. */

const firstMs = 2000
const longestMs = 300_000

export const backoffMs = (failures: number, world: World): number =>
  world.random() * Math.min(longestMs, firstMs * 2 ** (failures - 1))
