/**
 * A holder knows what became of its call, and another one takes the message over before it can say
 * so.
 */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../server/store/store.ts'
import type { MessageStore, Store } from '../../server/store/store.ts'
import { engines } from '../support/engines.ts'
import type { EngineDatabase } from '../support/engines.ts'
import { answered, appId, lost, notSent, createLedgerFixture, request } from './ledger-fixture.ts'
import type { Answer, LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const
const hang = new Promise<never>(() => {})

/** What keeps the holder from saying it for longer than its lease runs. */
const delays = ['finds the database away', 'hangs with the reply'] as const

const table = engines.flatMap((engine) =>
  delays.map((delay) => [delay, engine.name, engine] as const),
)

describe.each(table)('a holder that %s, on %s', (delay, _name, engine) => {
  let database: EngineDatabase
  let fixture: LedgerFixture
  /** As another process has it, where the engine takes several. */
  let elsewhere: Store
  beforeAll(async () => void (database = await engine.createDatabase()))
  afterAll(() => database.drop())
  beforeEach(() => {
    fixture =
      engine.processes > 1 ? createLedgerFixture(() => database.open()) : createLedgerFixture()
    elsewhere = engine.processes > 1 ? database.open() : fixture.store
  })
  afterEach(async () => {
    for (const store of new Set([fixture.store, elsewhere])) await store.close()
    await database.empty()
  })

  /** The first holder calls, is answered, and cannot say so before its lease has ended. */
  async function call(answer: Answer) {
    let isBack = delay === 'hangs with the reply'
    let goesOn = () => {}
    fixture.answers.unshift(
      isBack ? new Promise((resolve) => (goesOn = () => resolve(answer))) : answer,
    )
    const settle: MessageStore['settle'] = async (input) => {
      if (isBack) return fixture.store.settle(input)
      throw new StoreUnavailableError('The database cannot be used: it is away.')
    }
    const sent = await fixture
      .another('first', { ...fixture.store, settle })
      .send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    await database.endLeases()
    fixture.world.monotonic.advance(60_000)
    return {
      find: () => fixture.store.findMessage(appId, sent.message.id),
      /** @returns the message as the first holder has it then */
      tell() {
        isBack = true
        goesOn()
        return sent.attempted
      },
    }
  }
  const takeOver = (messages: MessageStore = elsewhere) =>
    fixture.another('second', messages).resume()
  const outcomeUnknown = { state: 'unknown', reason: { code: 'outcome_unknown' } }

  /**
   * What the first holder knows, how the message stands then, and the uses. @param waits if it may
   * be tried again
   */
  const outcomes = (waits: object): [string, Answer, object, object][] => [
    ['sent', answered(0), { state: 'sent' }, { free: 2, reserved: 0 }],
    [
      'refused',
      answered(40037),
      { state: 'refused', reason: { code: 'template_unknown' } },
      { free: 3, reserved: 0 },
    ],
    [
      'a dead credit',
      answered(41028),
      { state: 'refused', reason: { code: 'credits_rejected' } },
      { free: 0, reserved: 0 },
    ],
    ['busy', answered(-1), waits, { free: 3, reserved: 0 }],
    ['never sent', notSent, waits, { free: 3, reserved: 0 }],
  ]

  describe('of a payment', () => {
    beforeEach(() => fixture.credit('p1', 'payment'))

    // What was told as unknown is not sent again.
    it.each(outcomes({ state: 'refused', reason: { code: 'deadline' } }))(
      'puts right what others told as unknown: %s',
      async (_what, answer, told, uses) => {
        const first = await call(answer)
        expect(await takeOver()).toBe(1)
        expect(await first.find()).toMatchObject(outcomeUnknown)
        expect(await first.tell()).toMatchObject(told)
        expect(await first.find()).toMatchObject(told)
        expect(fixture.presented).toEqual(['p1'])
        expect(await fixture.uses()).toEqual(uses)
      },
    )

    it.each(outcomes({ state: 'queued' }))(
      'is heard before who took it over and has not said so: %s',
      async (_, answer, told, uses) => {
        const first = await call(answer)
        let doubts = () => {}
        const isHeard = new Promise<void>((resolve) => (doubts = resolve))
        const settle: MessageStore['settle'] = async (input) => {
          await isHeard
          return elsewhere.settle(input)
        }
        let isClaimed = () => {}
        const claims = new Promise<void>((resolve) => (isClaimed = resolve))
        const claimMessages: MessageStore['claimMessages'] = (input) =>
          elsewhere.claimMessages(input).finally(isClaimed)
        const second = takeOver({ ...elsewhere, settle, claimMessages })
        await claims
        expect(await first.tell()).toMatchObject(told)
        doubts()
        expect(await second).toBe(1)
        expect(await first.find()).toMatchObject(told)
        expect(fixture.presented).toEqual(['p1'])
        expect(await fixture.uses()).toEqual(uses)
      },
    )

    it('knows no more than others of a call whose reply was lost', async () => {
      const first = await call(lost)
      await takeOver()
      expect(await first.tell()).toMatchObject(outcomeUnknown)
      expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
    })

    it('takes a late reply although a takeover has made the message unknown', async () => {
      let comes = (_reply: ReturnType<typeof answered>) => {}
      const late = new Promise<ReturnType<typeof answered>>((resolve) => (comes = resolve))
      const first = await call({ ...lost, lateReply: late } as Answer)
      await takeOver()
      expect(await first.tell()).toMatchObject(outcomeUnknown)
      comes(answered(0))
      while ((await first.find())?.state !== 'sent') await new Promise(setImmediate)
      expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
    })
  })

  describe('of a form, which others show again', () => {
    beforeEach(async () => {
      await fixture.credit('f1')
      await fixture.credit('f2')
    })
    const used = { free: 1, reserved: 0 }

    it('tells that it arrived, whatever they are told', async () => {
      fixture.answers.push(lost, lost, lost)
      const first = await call(answered(0))
      await takeOver()
      expect(await first.find()).toMatchObject({ ...outcomeUnknown, attempts: 4 })
      expect(await first.tell()).toMatchObject({ state: 'sent', inferred: false })
      expect(fixture.presented).toEqual(['f1', 'f1', 'f1', 'f1'])
      expect(await fixture.uses()).toEqual(used)
    })

    it('tells that it arrived, while they ask', async () => {
      let answers = (_reply: ReturnType<typeof answered>) => {}
      fixture.answers.push(new Promise((resolve) => (answers = resolve)))
      const first = await call(answered(0))
      const second = takeOver()
      while (fixture.presented.length < 2) await new Promise(setImmediate)
      expect(await first.tell()).toMatchObject({ state: 'sent', inferred: false })
      answers(answered(41029))
      expect(await second).toBe(1)
      expect(await first.find()).toMatchObject({ state: 'sent', inferred: false, attempts: 2 })
      expect(await fixture.uses()).toEqual(used)
    })

    const theirs = [
      ['0', answered(0), { state: 'sent', inferred: false }],
      ['41029', answered(41029), { state: 'sent', inferred: true }],
      ['40037', answered(40037), outcomeUnknown],
    ] as const
    const own = outcomes({}).filter(([what]) => what !== 'sent')

    it.each(
      own.flatMap(([what, answer]) =>
        theirs.map(([code, found, told]) => [what, code, { answer, found, told }] as const),
      ),
    )('that was %s: what they found holds, %s', async (_what, _code, { answer, found, told }) => {
      fixture.answers.push(found)
      const first = await call(answer)
      await takeOver()
      expect(await first.tell()).toMatchObject({ ...told, attempts: 2 })
      expect(await first.find()).toMatchObject(told)
      expect(fixture.presented).toEqual(['f1', 'f1'])
      expect(await fixture.uses()).toEqual(used)
    })

    it('leaves it to them where they are at it', async () => {
      fixture.answers.push(hang)
      const first = await call(answered(40037))
      void takeOver()
      while (fixture.presented.length < 2) await new Promise(setImmediate)
      expect(await first.tell()).toMatchObject({ state: 'sending', attempts: 2 })
      expect(await fixture.uses()).toEqual({ free: 1, reserved: 1 })
    })
  })
})
