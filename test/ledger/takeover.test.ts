/** A holder reports the outcome of its call after another holder has taken the message over. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError, type MessageStore, type Store } from '../../server/store/store.ts'
import { createDeferred } from '../support/deferred.ts'
import { engines, type EngineDatabase } from '../support/engines.ts'
import { answered, appId, lost, notSent, createLedgerFixture, request } from './ledger-fixture.ts'
import type { Answer, LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const
const noReply = new Promise<never>(() => {})

/** What delays the report beyond the end of the lease. */
const delays = ['cannot reach the database', 'receives the reply late'] as const

const table = engines.flatMap((engine) =>
  delays.map((delay) => [delay, engine.name, engine] as const),
)

describe.each(table)('a report of a holder that %s, on %s', (delay, _name, engine) => {
  let database: EngineDatabase
  let fixture: LedgerFixture
  /** The store of another process, where the engine allows several. */
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

  /** The first holder calls WeChat. It can report the outcome only after its lease has ended. */
  async function call(answer: Answer) {
    let isBack = delay === 'receives the reply late'
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
      /** @returns the message once the first holder has reported */
      report() {
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
   * The first holder's outcome, its reply, the message after the report, and the uses.
   *
   * @param ifNotSent the message after a reply that allows another attempt
   */
  const outcomes = (ifNotSent: object): [string, Answer, object, object][] => [
    ['sent', answered(0), { state: 'sent' }, { free: 2, reserved: 0 }],
    [
      'refused',
      answered(40037),
      { state: 'refused', reason: { code: 'template_unknown' } },
      { free: 3, reserved: 0 },
    ],
    [
      'credit rejected',
      answered(41028),
      { state: 'refused', reason: { code: 'credits_rejected' } },
      { free: 0, reserved: 0 },
    ],
    ['busy', answered(-1), ifNotSent, { free: 3, reserved: 0 }],
    ['not sent', notSent, ifNotSent, { free: 3, reserved: 0 }],
  ]

  describe('of a payment', () => {
    beforeEach(() => fixture.credit('p1', 'payment'))

    // A message that was reported as unknown is not sent again.
    it.each(outcomes({ state: 'refused', reason: { code: 'deadline' } }))(
      'corrects the unknown outcome of the takeover: %s',
      async (_what, answer, expected, uses) => {
        const first = await call(answer)
        expect(await takeOver()).toBe(1)
        expect(await first.find()).toMatchObject(outcomeUnknown)
        expect(await first.report()).toMatchObject(expected)
        expect(await first.find()).toMatchObject(expected)
        expect(fixture.presented).toEqual(['p1'])
        expect(await fixture.uses()).toEqual(uses)
      },
    )

    it.each(outcomes({ state: 'queued' }))(
      'takes precedence over the later report of the takeover: %s',
      async (_, answer, expected, uses) => {
        const first = await call(answer)
        const mayReport = createDeferred()
        const settle: MessageStore['settle'] = async (input) => {
          await mayReport.promise
          return elsewhere.settle(input)
        }
        const claimed = createDeferred()
        const claimMessages: MessageStore['claimMessages'] = (input) =>
          elsewhere.claimMessages(input).finally(claimed.resolve)
        const second = takeOver({ ...elsewhere, settle, claimMessages })
        await claimed.promise
        expect(await first.report()).toMatchObject(expected)
        mayReport.resolve()
        expect(await second).toBe(1)
        expect(await first.find()).toMatchObject(expected)
        expect(fixture.presented).toEqual(['p1'])
        expect(await fixture.uses()).toEqual(uses)
      },
    )

    it('leaves the outcome unknown where the reply was lost', async () => {
      const first = await call(lost)
      await takeOver()
      expect(await first.report()).toMatchObject(outcomeUnknown)
      expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
    })

    it('applies a late reply to a message that a takeover has made unknown', async () => {
      const late = createDeferred<ReturnType<typeof answered>>()
      const first = await call({ ...lost, lateReply: late.promise } as Answer)
      await takeOver()
      expect(await first.report()).toMatchObject(outcomeUnknown)
      late.resolve(answered(0))
      while ((await first.find())?.state !== 'sent') await new Promise(setImmediate)
      expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
    })
  })

  describe('of a form, which the takeover presents again', () => {
    beforeEach(async () => {
      await fixture.credit('f1')
      await fixture.credit('f2')
    })
    const used = { free: 1, reserved: 0 }

    it('counts as sent, although the calls of the takeover were lost', async () => {
      fixture.answers.push(lost, lost, lost)
      const first = await call(answered(0))
      await takeOver()
      expect(await first.find()).toMatchObject({ ...outcomeUnknown, attempts: 4 })
      expect(await first.report()).toMatchObject({ state: 'sent', inferred: false })
      expect(fixture.presented).toEqual(['f1', 'f1', 'f1', 'f1'])
      expect(await fixture.uses()).toEqual(used)
    })

    it('counts as sent while the takeover waits for its reply', async () => {
      const reply = createDeferred<ReturnType<typeof answered>>()
      fixture.answers.push(reply.promise)
      const first = await call(answered(0))
      const second = takeOver()
      while (fixture.presented.length < 2) await new Promise(setImmediate)
      expect(await first.report()).toMatchObject({ state: 'sent', inferred: false })
      reply.resolve(answered(41029))
      expect(await second).toBe(1)
      expect(await first.find()).toMatchObject({ state: 'sent', inferred: false, attempts: 2 })
      expect(await fixture.uses()).toEqual(used)
    })

    const ofTakeover = [
      ['0', answered(0), { state: 'sent', inferred: false }],
      ['41029', answered(41029), { state: 'sent', inferred: true }],
      ['40037', answered(40037), outcomeUnknown],
    ] as const
    const own = outcomes({}).filter(([what]) => what !== 'sent')

    it.each(
      own.flatMap(([what, answer]) =>
        ofTakeover.map(
          ([code, reply, expected]) => [what, code, { answer, reply, expected }] as const,
        ),
      ),
    )('(%s) does not change the outcome of the takeover: %s', async (_what, _code, row) => {
      fixture.answers.push(row.reply)
      const first = await call(row.answer)
      await takeOver()
      expect(await first.report()).toMatchObject({ ...row.expected, attempts: 2 })
      expect(await first.find()).toMatchObject(row.expected)
      expect(fixture.presented).toEqual(['f1', 'f1'])
      expect(await fixture.uses()).toEqual(used)
    })

    it('changes nothing while the takeover waits for its reply', async () => {
      fixture.answers.push(noReply)
      const first = await call(answered(40037))
      void takeOver()
      while (fixture.presented.length < 2) await new Promise(setImmediate)
      expect(await first.report()).toMatchObject({ state: 'sending', attempts: 2 })
      expect(await fixture.uses()).toEqual({ free: 1, reserved: 1 })
    })
  })
})
