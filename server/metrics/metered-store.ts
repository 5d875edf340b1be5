/** The same store; what its writes bring is counted, and how long they take. */
import type { DecodedEvent, MessageRow, PushFact, Store } from '../store/store.ts'
import type { MonotonicClock } from '../world.ts'
import type { Families } from './families.ts'

export interface StoreMeter {
  families: Pick<Families, 'messages' | 'unknownSettled' | 'credits' | 'writeSeconds'>
  monotonic: Pick<MonotonicClock, 'now'>
  /** Writes that were asked for and are not durable yet. */
  writes: { waiting: number }
}

export function meterStore(store: Store, { families, monotonic, writes }: StoreMeter): Store {
  const { messages, unknownSettled, credits } = families

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

  function rests({ appId: app, channel, state, reason }: MessageRow): void {
    if (state === 'queued' || state === 'sending') return
    messages.inc({ app, channel, state, reason: reason?.code ?? '' })
  }

  return {
    ...store,
    openMessage: metered('openMessage', store.openMessage, (opened) => {
      if (opened.was === 'refused') rests(opened.message)
    }),
    settle: metered('settle', store.settle, (settled) => {
      if (!settled) return
      const { appId: app, channel, state } = settled.message
      if (settled.wasUnknown) unknownSettled.inc({ app, channel, state })
      else rests(settled.message)
    }),
    claimMessages: metered('claimMessages', store.claimMessages, (claimed) => {
      for (const { message } of claimed) rests(message)
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
    recordPush: metered('recordPush', store.recordPush, (status, { fact }) => {
      if (status !== 'accepted') return
      for (const kind of pushedKinds(fact)) credits.inc({ kind, source: 'push' })
    }),
  }
}

const kindsOf = (event: DecodedEvent | undefined) =>
  event?.fact.type === 'credits' ? event.fact.credits.map(({ kind }) => kind) : []

function pushedKinds(fact: PushFact) {
  if (fact.type === 'window') return [fact.window.kind]
  return fact.type === 'consents' ? fact.credits.map(({ kind }) => kind) : []
}
