/** Wrappers that count: the store, calls of WeChat, fetches of tokens, batches and requests. */
import { eventTypes } from '../../shared/codes.ts'
import type { EventResult } from '../../shared/wire/index.ts'
import type { MonotonicClock } from '../runtime/world.ts'
import type {
  DecodedEvent,
  MessageRow,
  PushRecord,
  SettledRecipients,
  Store,
} from '../store/store.ts'
import { failureOf } from '../wechat/call-errors.ts'
import type { WechatReply, WechatHttp, WechatRequest } from '../wechat/http.ts'
import type { FetchToken } from '../wechat/token.ts'
import type { Families } from './families.ts'

interface StoreMeter {
  families: Pick<
    Families,
    'messages' | 'unknownSettled' | 'credits' | 'recipients' | 'writeSeconds'
  >
  monotonic: Pick<MonotonicClock, 'now'>
  /** Writes that are requested and not durable yet. */
  writes: { waiting: number }
}

/** The same store; the results of its writes are counted, and their durations. */
export function meterStore(store: Store, { families, monotonic, writes }: StoreMeter): Store {
  const { messages, unknownSettled, credits, recipients } = families

  /** A write under its own name, and what is counted once it is durable. */
  function metered<Input, Result>(
    operation: string,
    write: (input: Input) => Promise<Result>,
    count: (result: Result, input: Input) => void,
  ): (input: Input) => Promise<Result> {
    const took = families.writeSeconds.labels({ operation })
    return async (input) => {
      const startedMs = monotonic.now()
      writes.waiting += 1
      try {
        const result = await write(input)
        count(result, input)
        return result
      } finally {
        writes.waiting -= 1
        took.observe((monotonic.now() - startedMs) / 1_000)
      }
    }
  }

  function countFinal({ appId: app, channel, state, reason }: MessageRow): void {
    if (state === 'scheduled' || state === 'queued' || state === 'sending') return
    messages.inc({ app, channel, state, reason: reason?.code ?? '' })
  }

  function countSettled({ appId: app, counts }: SettledRecipients): void {
    for (const { state, reason, count } of counts) recipients.inc({ app, state, reason }, count)
  }

  return {
    ...store,
    openMessage: metered('openMessage', store.openMessage, (opened) => {
      if (opened.was === 'refused') countFinal(opened.message)
    }),
    settle: metered('settle', store.settle, (settled) => {
      if (!settled) return
      const { appId: app, channel, state } = settled.message
      if (settled.wasUnknown) unknownSettled.inc({ app, channel, state })
      else countFinal(settled.message)
    }),
    claimMessages: metered('claimMessages', store.claimMessages, (claimed) => {
      for (const { message } of claimed) countFinal(message)
    }),
    cancelMessage: metered('cancelMessage', store.cancelMessage, (cancelled) => {
      if (cancelled?.wasWaiting) countFinal(cancelled.message)
    }),
    recordCredit: metered('recordCredit', store.recordCredit, (status, { credit }) => {
      if (status === 'accepted') credits.inc({ kind: credit.kind, source: 'backend' })
    }),
    ingest: metered('ingest', store.ingest, (results, { events }) => {
      results.forEach(({ status }, index) => {
        if (status !== 'accepted') return
        for (const kind of kindsOf(events[index])) credits.inc({ kind, source: 'phone' })
      })
    }),
    settleRecipients: metered('settleRecipients', store.settleRecipients, countSettled),
    leaseRecipients: metered('leaseRecipients', store.leaseRecipients, ({ settled }) => {
      if (settled) countSettled(settled)
    }),
    recordPush: metered('recordPush', store.recordPush, (status, { record }) => {
      if (status !== 'accepted') return
      for (const kind of pushedKinds(record)) credits.inc({ kind, source: 'push' })
    }),
  }
}

const kindsOf = (event: DecodedEvent | undefined) =>
  event?.record.type === 'credits' ? event.record.credits.map(({ kind }) => kind) : []

function pushedKinds(record: PushRecord) {
  if (record.type === 'window') return [record.window.kind]
  return record.type === 'consents' ? record.credits.map(({ kind }) => kind) : []
}

/**
 * The same calls of WeChat, counted by endpoint: a path without query holds no secret and no
 * person.
 */
export function meterHttp(
  http: WechatHttp,
  by: {
    families: Pick<Families, 'calls' | 'failures' | 'callSeconds' | 'lateReplies'>
    monotonic: Pick<MonotonicClock, 'now'>
  },
): WechatHttp {
  const { families, monotonic } = by
  async function metered<Body>(
    { path: endpoint }: WechatRequest,
    call: () => Promise<WechatReply<Body>>,
  ): Promise<WechatReply<Body>> {
    const startedMs = monotonic.now()
    const reply = await call()
    families.callSeconds.observe({ endpoint }, (monotonic.now() - startedMs) / 1_000)
    const errcode = reply.result === 'answered' ? String(reply.errcode) : ''
    families.calls.inc({ endpoint, result: reply.result, errcode })
    if (reply.result !== 'answered') {
      const { code } = failureOf(reply.cause)
      families.failures.inc({ endpoint, result: reply.result, code })
    }
    if (reply.result === 'unknown') {
      void reply.lateReply?.then(({ result }) => families.lateReplies.inc({ endpoint, result }))
    }
    return reply
  }
  return {
    call: (request, decode) => metered(request, () => http.call(request, decode)),
    download: (request, decode) => metered(request, () => http.download(request, decode)),
    close: () => http.close(),
  }
}

/** The same fetch of an access_token, counted by app. */
export function meterFetch(
  fetchToken: FetchToken,
  app: string,
  { tokens }: Pick<Families, 'tokens'>,
): FetchToken {
  return async (rejected) => {
    const reply = await fetchToken(rejected)
    const result =
      reply.result !== 'answered' ? 'unreachable' : reply.body === undefined ? 'refused' : 'fetched'
    tokens.inc({ app, result })
    return reply
  }
}

/** A phone may send any word as a type: unknown ones are counted under one label. */
export function countEvents(
  { events: counter }: Pick<Families, 'events'>,
  events: readonly unknown[],
  results: readonly EventResult[],
): void {
  results.forEach(({ status }, index) => counter.inc({ type: typeOf(events[index]), status }))
}

function typeOf(event: unknown): string {
  const type = (event as { type?: unknown } | null | undefined)?.type
  return eventTypes.find((known) => known === type) ?? 'other'
}

/** @param seconds from the head of the request to its answer */
export type RequestMeter = (status: number, seconds: number) => void

export function createRequestMeter(
  { requests, requestSeconds }: Pick<Families, 'requests' | 'requestSeconds'>,
  { method, path: route }: { method: string; path: string },
): RequestMeter {
  const byStatus = new Map<number, { inc(): void; observe(seconds: number): void }>()
  const meterOf = (status: number) => {
    const labels = { method: method.toUpperCase(), route, status: String(status) }
    const [counter, histogram] = [requests.labels(labels), requestSeconds.labels(labels)]
    return {
      inc: () => counter.inc(),
      observe: (seconds: number) => histogram.observe(seconds),
    }
  }
  return (status, seconds) => {
    let meter = byStatus.get(status)
    if (!meter) byStatus.set(status, (meter = meterOf(status)))
    meter.inc()
    meter.observe(seconds)
  }
}
