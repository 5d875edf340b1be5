/**
 * Broadcasts beside single messages to the same users. Broadcasts are paused, resumed, cancelled
 * and abandoned by their process at random moments, while WeChat takes messages, is busy, or loses
 * its reply: no message is sent twice, whoever may still receive it does, who is left out does not,
 * and the counts are those of the recipients and of the history of their rights.
 *
 *   BROADCAST_SEED=… npx jest test/broadcasts/random-moments
 */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { minute, second } from '../../server/rules/time.ts'
import type { MessageRow, RecipientRow } from '../../server/store/store.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import { answered, lost, notSent } from '../ledger/ledger-fixture.ts'
import { appId } from '../store/builders.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { createRandom } from '../support/random.ts'
import { seedOf } from '../support/seed.ts'
import { createSettlingStore } from '../support/settling-store.ts'
import { createBroadcastFixture, names, type BroadcastFixture } from './broadcast-fixture.ts'

const seed = seedOf('BROADCAST_SEED')
const histories = 12
const [recipients, steps] = [24, 100]
/** What the broadcast says; each single message says its own key. */
const ofBroadcast = 'hello'

const forEver = () => new AbortController().signal

interface Call {
  openId: string
  word: string
  end(reply: AuthorizedReply<unknown>): void
}

async function runHistory(database: EngineDatabase, seedOfHistory: number) {
  const random = createRandom(seedOfHistory)
  let settled = async (_turns?: number) => {}
  const fixture = createBroadcastFixture({ atOnce: 3 }, (world) => {
    const settling = createSettlingStore(database.open(world))
    settled = settling.settled
    return settling.store
  })
  const users = names(recipients)
  /** What WeChat took, each as `<openId> <word>`. */
  const taken: string[] = []
  const take = ({ openId, word }: Pick<Call, 'openId' | 'word'>) => taken.push(`${openId} ${word}`)
  let open: Call[] = []
  let isRecovered = false
  fixture.answer = (openId, word) => {
    if (!isRecovered) return new Promise((end) => open.push({ openId, word, end }))
    take({ openId, word })
    return answered(0)
  }
  let living = fixture.another()
  const row = await fixture.start('1', users, { holdout: 20 })
  const singles: { openId: string; word: string }[] = []
  const sendSingle = ({ openId, word }: (typeof singles)[0], { ledger } = living) => {
    const message = { templateId: 'T', data: { thing1: { value: word } } }
    return ledger.send(fixture.app, { channel: 'subscribe', openId, ...message }, word)
  }
  async function pass(ms: number): Promise<void> {
    fixture.world.clock.advance(ms)
    fixture.world.monotonic.advance(ms)
    await database.endWaits()
  }

  const actions = {
    run: () => void living.broadcasting.run(forEver()).catch(() => {}),
    single: () => {
      const single = { openId: random.pick(users), word: `single-${singles.length}` }
      singles.push(single)
      void sendSingle(single)
    },
    // Then a single message does not take the only one.
    right: () => fixture.record(random.pick(users)),
    reply: () => {
      const [one] = open.splice(random.below(Math.max(1, open.length)), 1)
      if (!one) return
      const fault = random.below(10)
      if (fault === 0) return one.end(answered(-1, 'system error'))
      if (fault === 1) return one.end(notSent)
      take(one)
      one.end(fault === 2 ? lost : answered(0))
    },
    pause: () => fixture.move(row, 'pause'),
    resume: () => fixture.move(row, 'resume'),
    cancel: () => (random.below(12) > 0 ? undefined : fixture.move(row, 'cancel')),
    // Of the calls that its process made nobody ever hears.
    die: () => {
      if (random.below(4) > 0) return
      for (const one of open) if (random.below(2) === 0) take(one)
      open = []
      living = fixture.another()
    },
    pass: async () => {
      await pass(random.pick([second, 10 * second, 2 * minute]))
      void living.ledger.resume().catch(() => {})
    },
  }
  const kinds = Object.keys(actions) as (keyof typeof actions)[]
  for (let step = 0; step < steps; step++) {
    const name = random.pick([...kinds, 'run', 'reply', 'reply', 'reply', 'resume'] as const)
    await actions[name]()
    await settled()
  }

  // WeChat recovers, and all goes on to its end.
  isRecovered = true
  for (const one of open) {
    take(one)
    one.end(answered(0))
  }
  await fixture.move(row, 'resume')
  living = fixture.another()
  for (let round = 0; round < 12; round++) {
    await pass(2 * minute)
    await living.ledger.resume()
    void living.broadcasting.run(forEver())
    await settled(50)
  }
  const replays = await Promise.all(singles.map((single) => sendSingle(single)))
  await settled()
  const ended = replays.map((replay) => {
    if (replay.was === 'conflict') throw new Error('The key is of another message.')
    return replay.message
  })
  const { recipients: rows } = await fixture.store.findRecipients(row.number, { limit: 100 })
  expect(taken.filter((one, n) => taken.indexOf(one) !== n)).toEqual([])
  checkOutcomes(singles, ended, rows, taken)
  const isCancelled = await checkBroadcast(fixture, row, rows)
  await checkHistory(fixture, singles, ended, rows)
  await fixture.store.close()
  await database.empty()
  const count = (of: RecipientRow['state']) => rows.filter(({ state }) => state === of).length
  return {
    cancelled: Number(isCancelled),
    sent: count('sent'),
    unknown: count('unknown'),
    refused: count('refused'),
    heldOut: count('heldOut'),
    singles: ended.filter(({ state }) => state === 'sent').length,
  }
}

/** How often WeChat may have taken a message in this state. */
const timesTaken: Readonly<Record<string, readonly number[]>> = {
  sent: [1],
  unknown: [0, 1],
  refused: [0],
  waiting: [0],
  heldOut: [0],
}
const isUsed = ({ state }: { state: string }) => state === 'sent' || state === 'unknown'

function checkOutcomes(
  singles: readonly { openId: string; word: string }[],
  ended: readonly MessageRow[],
  rows: readonly RecipientRow[],
  taken: readonly string[],
): void {
  const times = (one: string) => taken.filter((other) => other === one).length
  const found = [
    ...singles.map(({ openId, word }, n) => ({ of: `${openId} ${word}`, ...ended[n]! })),
    ...rows.map((row) => ({ of: `${row.openId} ${ofBroadcast}`, state: row.state })),
  ].map(({ of, state }) => ({ of, state, taken: times(of) }))
  expect(found.filter((one) => !timesTaken[one.state]?.includes(one.taken))).toEqual([])
  // Only who lost the right to a single message is refused.
  const rivals = new Set(singles.map(({ openId }) => openId))
  const lostNone = rows.filter(({ state, openId }) => state === 'refused' && !rivals.has(openId!))
  expect(lostNone).toEqual([])
}

/** @returns whether it was cancelled */
async function checkBroadcast(
  fixture: BroadcastFixture,
  row: Parameters<BroadcastFixture['find']>[0],
  rows: readonly RecipientRow[],
): Promise<boolean> {
  const { state, counts } = await fixture.find(row)
  const count = (of: RecipientRow['state']) => rows.filter((one) => one.state === of).length
  expect(['done', 'cancelled']).toContain(state)
  expect(counts).toEqual({
    recipients,
    waiting: count('waiting'),
    sent: count('sent'),
    refused: count('refused'),
    unknown: count('unknown'),
    heldOut: count('heldOut'),
  })
  const isCancelled = state === 'cancelled'
  expect(isCancelled || counts.waiting === 0).toBe(true)
  return isCancelled
}

/** Every use that is gone was one message, and no use is held for ever. */
async function checkHistory(
  { store }: BroadcastFixture,
  singles: readonly { openId: string }[],
  ended: readonly MessageRow[],
  rows: readonly RecipientRow[],
): Promise<void> {
  for (const row of rows) {
    const { openId } = row
    const changes = await store.findHistory(appId, openId!)
    const sum = (of: 'usesDelta' | 'reservedDelta') =>
      changes.reduce((before, change) => before + change[of], 0)
    const granted = changes.filter(({ change }) => change === 'recorded')
    const uses = granted.reduce((before, { usesDelta }) => before + usesDelta, 0)
    const messages = [row, ...ended.filter((_, n) => singles[n]!.openId === openId)]
    expect([openId, sum('usesDelta'), sum('reservedDelta')]).toEqual([
      openId,
      uses - messages.filter(isUsed).length,
      0,
    ])
  }
}

describe.each(engines)('broadcasts at random moments on $name', (engine) => {
  let database: EngineDatabase
  beforeAll(async () => {
    database = await engine.createDatabase()
  })
  afterAll(() => database.drop())

  it(`send nobody two: ${histories} histories (BROADCAST_SEED=${seed})`, async () => {
    const sums = { cancelled: 0, sent: 0, unknown: 0, refused: 0, heldOut: 0, singles: 0 }
    for (let n = 0; n < histories; n++) {
      const counted = await runHistory(database, seed + n)
      for (const key of Object.keys(sums) as (keyof typeof sums)[]) sums[key] += counted[key]
    }
    expect(sums.sent).toBeGreaterThan(histories)
    expect(sums.singles).toBeGreaterThan(histories)
    expect(sums.heldOut).toBeGreaterThan(histories)
    expect(sums.unknown).toBeGreaterThan(0)
    expect(sums.refused).toBeGreaterThan(0)
  }, 240_000)
})
