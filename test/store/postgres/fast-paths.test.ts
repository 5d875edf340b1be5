import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createMonotonicClock } from '../../../server/runtime/world.ts'
import { createDatabase, type Database } from '../../../server/store/postgres/database.ts'
import { isPlain, recordFast } from '../../../server/store/postgres/events-fast-path.ts'
import { openFast, openManyFast } from '../../../server/store/postgres/open-fast-path.ts'
import { settleFast } from '../../../server/store/postgres/settle-fast-path.ts'
import type { DecodedEvent, Ingest, MessageId, OpenMessage } from '../../../server/store/store.ts'
import { appId, form, message, nowMs, signIn, submitted, subscription } from '../builders.ts'
import { expectSums } from '../sums.ts'
import { twoProcesses } from './two-processes.ts'

describe('the fast paths', () => {
  const current = twoProcesses()
  let db: Database
  beforeEach(() => {
    db = createDatabase({
      url: current().database.url,
      connections: 4,
      world: { monotonic: createMonotonicClock() },
    })
  })
  afterEach(() => db.close())
  const record = (openId: string, ref = 'f1') =>
    current().first.recordCredit({ appId, openId, nowMs, credit: form(ref) })
  const openMany = (inputs: OpenMessage[]) => db.query((sql) => openManyFast(sql, inputs))
  const perDay = (most: number) => ({
    limit: { perDay: { day: 20_000, most, ifOver: { code: 'user_limit' as const, detail: '' } } },
  })
  const rows = () =>
    current().database.run('SELECT usr FROM messages UNION ALL SELECT usr FROM credit_history')

  it('open a message as the slow path does', async () => {
    await record('ada')
    await record('bob')
    await current().first.signIn(signIn('ada'))
    const fast = await db.query((sql) => openFast(sql, message('key')))
    expect(fast).toMatchObject({
      was: 'reserved',
      credit: { ref: 'f1', presentations: 1 },
      probe: false,
    })
    const id = fast?.was === 'reserved' && fast.message.id
    const found = await current().first.findMessage(appId, id as MessageId)
    expect(fast?.was === 'reserved' && fast.message).toEqual(found)
    await expectSums(current().first, appId, 'ada')
  })

  it('open the usual messages of many, and leave the others unchanged', async () => {
    for (const openId of ['ada', 'bob', 'eve']) await record(openId)
    await current().first.openMessage(message('known', { openId: 'bob' }))
    const before = await rows()
    const results = await openMany([
      message('key', { openId: 'nobody' }),
      message('known', { openId: 'bob' }),
      message('key', { openId: 'ada' }),
      message('key', { openId: 'eve', kinds: ['payment'] }),
    ])
    expect(results.map((one) => one?.was)).toEqual([undefined, undefined, 'reserved', undefined])
    expect(await rows()).toHaveLength(before.length + 2)
  })

  it('leave messages on a suspended channel and over the daily limit', async () => {
    await record('ada', 'f1')
    await record('ada', 'f2')
    await record('ada', 'f3')
    const send = (key: string) => db.query((sql) => openFast(sql, message(key, perDay(2))))
    expect(await send('1')).toBeUndefined()
    await current().first.openMessage(message('1', perDay(2)))
    expect(await send('2')).toMatchObject({ was: 'reserved' })
    expect(await send('3')).toBeUndefined()
    const reason = { code: 'channel_shut', detail: '' } as const
    const stop = { appId, channel: 'template', kind: 'pause', atMs: nowMs, reason } as const
    await current().first.suspendChannel({ ...stop, untilMs: nowMs + 1 })
    expect(await openMany([message('4')])).toEqual([undefined])
  })

  it('leave a message whose first credit is locked, instead of taking the next one', async () => {
    await record('ada', 'f1')
    await record('ada', 'f2')
    await db.transact(async (sql) => {
      await sql.run("SELECT 1 FROM credits WHERE ref = 'f1' FOR UPDATE")
      expect(await openMany([message('key')])).toEqual([undefined])
    })
    expect((await openMany([message('key')]))[0]).toMatchObject({ credit: { ref: 'f1' } })
  })

  it('settle messages that were sent or refused, and no other attempt', async () => {
    for (const ref of ['f1', 'f2']) await record('ada', ref)
    const open = async (key: string) => {
      const opened = await current().first.openMessage(message(key))
      return 'message' in opened ? opened.message.id : ('' as MessageId)
    }
    const settle = (input: Parameters<typeof settleFast>[1]) =>
      db.query((sql) => settleFast(sql, input))
    const sent = {
      credit: { outcome: 'spent' },
      message: { state: 'sent', platformId: '7' },
    } as const
    const reason = { code: 'message_bad', detail: 'bad' } as const
    const back = {
      credit: { outcome: 'givenBack' },
      message: { state: 'refused', reason },
    } as const
    const [a, b] = [await open('1'), await open('2')]
    expect(await settle({ id: a, holder: 'first', attempts: 2, nowMs, ...sent })).toBeUndefined()
    const settled = await settle({ id: a, holder: 'first', attempts: 1, nowMs, ...sent })
    expect(settled?.message).toEqual(await current().first.findMessage(appId, a))
    expect(settled?.message).toMatchObject({ state: 'sent', settledAtMs: nowMs })
    expect(await settle({ id: a, holder: 'first', attempts: 1, nowMs, ...back })).toBeUndefined()
    const refused = await settle({ id: b, holder: 'first', attempts: 1, nowMs, ...back })
    expect(refused?.message).toMatchObject({ state: 'refused', reason })
    await expectSums(current().first, appId, 'ada')
  })

  describe('of events', () => {
    async function batch(openId: string, events: DecodedEvent[]): Promise<Ingest> {
      const tokenHash = Buffer.from(`${openId} ${Math.random()}`)
      const user = await current().first.signIn(signIn(openId, { tokenHash }))
      return { appId, user, nowMs, eventsPerDay: 4, events }
    }
    const recordAll = async (...inputs: Ingest[]) =>
      (await db.query((sql) => recordFast(sql, inputs))).map((results) =>
        results.map((one) => one?.status),
      )
    const two = (name: string, rest = {}) =>
      [1, 2].map((n) => submitted(`event-${name}-${n}`, form(`form-${name}-${n}`, rest)))

    it('record the batches of many users, and leave known events', async () => {
      const [ada, bob] = [await batch('ada', two('a')), await batch('bob', two('b'))]
      await current().first.ingest({ ...ada, events: ada.events.slice(0, 1) })
      expect(await recordAll(ada, bob)).toEqual([
        [undefined, 'accepted'],
        ['accepted', 'accepted'],
      ])
      const again = await batch('bob', [submitted('event-c', form('form-b-1'))])
      expect(await recordAll(again)).toEqual([['duplicate']])
      for (const openId of ['ada', 'bob']) await expectSums(current().first, appId, openId)
    })

    it('leave a user whose day is full', async () => {
      expect(await recordAll(await batch('ada', two('a')))).toEqual([['accepted', 'accepted']])
      const three = await batch('ada', [...two('b'), submitted('event-c', form('form-c'))])
      expect(await recordAll(three)).toEqual([[undefined, undefined, undefined]])
      expect(await recordAll(await batch('ada', two('b')))).toEqual([['accepted', 'accepted']])
    })

    it('leave a user who would have more live credits than are kept', async () => {
      const keep = { keepLive: 3 }
      expect(await recordAll(await batch('ada', two('a', keep)))).toEqual([
        ['accepted', 'accepted'],
      ])
      const input = await batch('ada', two('b', keep))
      expect(await recordAll(input)).toEqual([[undefined, undefined]])
      await current().first.ingest(input)
      const credits = await current().first.findCredits(appId, 'ada', nowMs)
      expect(credits.filter(({ usesLeft }) => usesLeft! > 0)).toHaveLength(3)
    })

    it('leave a user whose row is locked', async () => {
      const input = await batch('ada', two('a'))
      await db.transact(async (sql) => {
        await sql.run('SELECT 1 FROM users FOR UPDATE')
        expect(await recordAll(input)).toEqual([[undefined, undefined]])
      })
    })

    it('accept events with one new credit each, all of one kind', async () => {
      const base = { appId, user: (await batch('ada', [])).user, nowMs, eventsPerDay: 9 }
      const plain = (...events: DecodedEvent[]) => isPlain({ ...base, events })
      const [a, b] = two('a') as [DecodedEvent, DecodedEvent]
      expect(plain(a, b)).toBe(true)
      expect(plain()).toBe(false)
      expect(plain(a, a)).toBe(false)
      expect(plain(a, submitted('event-b', form('form-a-1')))).toBe(false)
      expect(plain(a, { ...b, stale: true })).toBe(false)
      expect(plain(a, submitted('event-b', form('x'), form('y')))).toBe(false)
      expect(plain(submitted('event-b', subscription('T')))).toBe(false)
      expect(plain(a, submitted('event-b', { ...form('p'), kind: 'payment' }))).toBe(false)
    })

    it('record each event once when two processes send the same batch', async () => {
      for (let n = 0; n < 30; n += 1) {
        const input = { ...(await batch('ada', two(`x${n}`))), eventsPerDay: 1_000 }
        const results = await Promise.all([
          current().first.ingest(input),
          current().second.ingest(input),
        ])
        const statuses = [0, 1].map((i) => results.map((one) => one[i]?.status).sort())
        expect(statuses).toEqual([
          ['accepted', 'duplicate'],
          ['accepted', 'duplicate'],
        ])
      }
      await expectSums(current().first, appId, 'ada')
    })
  })
})
