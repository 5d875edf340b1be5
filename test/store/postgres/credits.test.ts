import { beforeEach, describe, expect, it } from '@jest/globals'
import type { NewCredit, OpenedMessage, OpenMessage, Store } from '../../../server/store/store.ts'
import { createPostgresStore } from '../../../server/store/postgres/store.ts'
import { appId, form, hashOf, message, nowMs, queued } from '../builders.ts'
import { expectSums } from '../sums.ts'
import { twoProcesses } from './two-processes.ts'

const payment = (uses: number): NewCredit => ({ ...form('p1'), kind: 'payment', uses })
const count = (all: OpenedMessage[], was: OpenedMessage['was']) =>
  all.filter((one) => one.was === was).length

describe('one credit of many uses', () => {
  const current = twoProcesses()
  const uses = 1_500
  const tries = 2_000
  const record = (credit: NewCredit) =>
    current().first.recordCredit({ appId, openId: 'ada', nowMs, credit })

  it.each([true, false])(
    'is refused to nobody while it has uses, whoever comes at once (many in one statement: %s)',
    async (batchWrites) => {
      await record(payment(uses))
      const { url } = current().database
      const stores = [1, 2].map(() => createPostgresStore({ url, connections: 4, batchWrites }))
      let next = 0
      const results: OpenedMessage[] = []
      const caller = async (store: Store) => {
        while (next < tries) results.push(await store.openMessage(message(`key ${next++}`)))
      }
      await Promise.all(stores.flatMap((store) => [1, 2, 3, 4].map(() => caller(store))))
      await Promise.all(stores.map((store) => store.close()))
      expect(results).toHaveLength(tries)
      expect(count(results, 'reserved')).toBe(uses)
      const refused = results
        .filter((one) => one.was === 'refused')
        .map((one) => one.message.reason)
      expect(new Set(refused.map((reason) => JSON.stringify(reason)))).toEqual(
        new Set([JSON.stringify({ code: 'no_credit', detail: 'none', reserved: uses })]),
      )
      await expectSums(current().first, appId, 'ada')
    },
    60_000,
  )
})

describe('the credit that ends first', () => {
  const current = twoProcesses()

  it('is taken while it has uses, though others are free and many ask at once', async () => {
    const later = form('f1', { usableUntilMs: form('f1').usableUntilMs! + 1 })
    for (let n = 0; n < 30; n += 1) {
      const openId = `user ${n}`
      for (const credit of [later, payment(2)])
        await current().first.recordCredit({ appId, openId, nowMs, credit })
      const opened = await Promise.all(
        [current().first, current().second].map((store, m) =>
          store.openMessage(message(`key ${m}`, { openId })),
        ),
      )
      expect(opened.map((one) => one.was === 'reserved' && one.credit.ref)).toEqual(['p1', 'p1'])
    }
  })
})

describe('one key asked for by two processes at once', () => {
  const current = twoProcesses()
  const both = (input: OpenMessage) =>
    Promise.all([current().first.openMessage(input), current().second.openMessage(input)])
  beforeEach(async () => {
    const credit = payment(1_000)
    await current().first.recordCredit({ appId, openId: 'ada', nowMs, credit })
  })

  it('is one message', async () => {
    for (let n = 0; n < 100; n += 1) {
      const [one, other] = await both(message(`key ${n}`))
      expect([one.was, other.was].sort()).toEqual(['replayed', 'reserved'])
      expect('message' in one && one.message.id).toBe('message' in other && other.message.id)
    }
    const [row] = await current().first.findCredits(appId, 'ada', nowMs)
    expect(row).toMatchObject({ usesLeft: 900, reserved: 100 })
    await expectSums(current().first, appId, 'ada')
  })

  it('with two bodies is one message and a conflict', async () => {
    for (let n = 0; n < 20; n += 1) {
      const [one, other] = await Promise.all([
        current().first.openMessage(message(`key ${n}`)),
        current().second.openMessage(message(`key ${n}`, { bodyHash: hashOf('another') })),
      ])
      expect([one.was, other.was].sort()).toEqual(['conflict', 'reserved'])
    }
  })

  it('is one message of a new user', async () => {
    for (let n = 0; n < 20; n += 1) {
      const answers = await both(message('key', { openId: `stranger ${n}` }))
      expect(answers.map(({ was }) => was).sort()).toEqual(['refused', 'replayed'])
    }
  })

  it('is settled once', async () => {
    for (let n = 0; n < 20; n += 1) {
      const opened = await current().first.openMessage(message(`key ${n}`))
      if (opened.was !== 'reserved') throw new Error(`It was ${opened.was}.`)
      const { id } = opened.message
      const input = {
        id,
        holder: 'first',
        attempts: 1,
        nowMs,
        credit: { outcome: 'spent' },
      } as const
      const answers = await Promise.all([
        current().first.settle({ ...input, message: { state: 'sent' } }),
        current().second.settle({ ...input, message: queued(60_000) }),
      ])
      expect(answers.filter((one) => one !== undefined)).toHaveLength(1)
    }
    await expectSums(current().first, appId, 'ada')
  })
})
