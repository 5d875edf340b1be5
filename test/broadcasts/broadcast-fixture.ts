/** Broadcasts on a real store, with prepared replies of WeChat, where time stands still. */
import { writePlan, type BroadcastPlan } from '../../server/broadcasts/plan.ts'
import { createBroadcasting, type Broadcasting } from '../../server/broadcasts/runner.ts'
import type { QuietHours } from '../../server/config/values.ts'
import { createLedger, type Ledger, type Send } from '../../server/ledger/send.ts'
import { createSendLimits, type SendLimitSettings } from '../../server/limits/limits.ts'
import { createApps, type ReachApp } from '../../server/runtime/apps.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { BroadcastMove, BroadcastRow, NewRecipient, Store } from '../../server/store/store.ts'
import type { BroadcastCounts } from '../../shared/wire/index.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import { answered } from '../ledger/ledger-fixture.ts'
import { appId, hashOf } from '../store/builders.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

export type Answer = AuthorizedReply<unknown> | Promise<AuthorizedReply<unknown>>

export interface BroadcastFixture {
  store: Store
  world: FakeWorld
  app: ReachApp
  ledger: Ledger
  /** What WeChat was sent: openId and fields, in order. */
  calls: { openId: string; fields: { data?: Record<string, { value: string }>; page?: string } }[]
  /** What WeChat says to a call with `word` in `thing1`; errcode 0 where nothing is prepared. */
  answer: (openId: string, word: string) => Answer
  plan: BroadcastPlan
  /** A draft with recipients, each with a right to receive it, started. */
  start(key: string, recipients: (string | NewRecipient)[], rest?: Rest): Promise<BroadcastRow>
  record(openId: string): Promise<unknown>
  move(row: BroadcastRow, to: BroadcastMove): Promise<BroadcastRow>
  find(row: BroadcastRow): Promise<BroadcastRow>
  counts(row: BroadcastRow): Promise<BroadcastCounts>
  /** Runs what is due now, and waits for all that it began. */
  run(broadcasting?: Broadcasting): Promise<void>
  /** Moves both clocks, then runs. */
  after(ms: number): Promise<void>
  broadcasting: Broadcasting
  /** Another process on the same database. */
  another(): Process
}

export interface Process {
  ledger: Ledger
  broadcasting: Broadcasting
}

type Rest = Partial<BroadcastPlan> & { startAtMs?: number; deadlineMs?: number }

type Settings = SendLimitSettings & { quietHours?: QuietHours; atOnce?: number; nowMs?: number }

export function createBroadcastFixture(
  settings: Settings = {},
  storeOf = (world: FakeWorld): Store => createSqliteStore({ path: ':memory:', world }),
): BroadcastFixture {
  const world = createFakeWorld(settings.nowMs)
  const store = storeOf(world)
  const apps = createApps([{ appId, secret: 's', edition: '2026' }])
  const calls: BroadcastFixture['calls'] = []
  const send: Send = async (_app, { openId, fields }) => {
    const call = { openId, fields: fields as (typeof calls)[0]['fields'] }
    calls.push(call)
    return fixture.answer(openId, call.fields.data?.thing1?.value ?? '')
  }
  const senders = { template: send, subscribe: send, customer: send }
  const limitOf = createSendLimits(settings)
  const another = (): Process => {
    const ledger = createLedger({ store, senders, world, apps, limitOf })
    return {
      ledger,
      broadcasting: createBroadcasting({ store, ledger, apps, world, ...settings }),
    }
  }

  const fixture: BroadcastFixture = {
    store,
    world,
    app: apps.find(appId)!,
    ...another(),
    calls,
    answer: () => answered(0),
    plan: {
      message: { channel: 'subscribe', templateId: 'T', data: { thing1: { value: 'hello' } } },
      audience: { from: 'list' },
    },
    record: (openId) =>
      store.recordCredit({
        appId,
        openId,
        nowMs: world.clock.now(),
        credit: {
          kind: 'subscription',
          ref: 'T',
          uses: 1,
          endsAtMs: null,
          usableUntilMs: null,
          addsUp: true,
        },
      }),
    async start(key, recipients, { startAtMs, deadlineMs, ...plan } = {}) {
      const created = await store.createBroadcast({
        appId,
        id: `bc_${key}`,
        keyHash: hashOf(key),
        bodyHash: hashOf('body'),
        plan: writePlan({ ...fixture.plan, ...plan }),
        nowMs: world.clock.now(),
        from: 'list',
        ...(startAtMs !== undefined && { startAtMs }),
        ...(deadlineMs !== undefined && { deadlineMs }),
      })
      if (created.was === 'conflict') throw new Error('The key is known.')
      const given = recipients.map((one) => (typeof one === 'string' ? { openId: one } : one))
      for (const { openId } of given) await fixture.record(openId)
      await store.addRecipients({
        broadcast: created.broadcast.number,
        recipients: given,
        holdout: plan.holdout,
      })
      return fixture.move(created.broadcast, 'start')
    },
    async move({ id }, to) {
      const nowMs = world.clock.now()
      return (await store.moveBroadcast({ appId, id, to, nowMs }))!.broadcast
    },
    find: async ({ id }) => (await store.findBroadcast(appId, id))!,
    counts: async (row) => (await fixture.find(row)).counts,
    async run(broadcasting = fixture.broadcasting) {
      const { signal } = new AbortController()
      while ((await broadcasting.run(signal)) === 'more');
      await broadcasting.idle()
    },
    async after(ms) {
      world.clock.advance(ms)
      world.monotonic.advance(ms)
      await fixture.run()
    },
    another,
  }
  return fixture
}

export const names = (count: number): string[] =>
  Array.from({ length: count }, (_, n) => `user-${n}`)
