import { describe, expect, it } from '@jest/globals'
import { addCredit, recordCredit } from '../../../server/store/operations/credits.ts'
import { userRules } from '../../../server/store/operations/sweep.ts'
import type { Operation, Sql } from '../../../server/store/sql.ts'
import { appId, day, form, hashOf, nowMs, signIn, subscription } from '../builders.ts'
import { expectSums } from '../sums.ts'
import { interleave } from './interleave.ts'
import { twoProcesses } from './two-processes.ts'

const two = twoProcesses()
const ended = { endsAtMs: nowMs + 1, usableUntilMs: nowMs }
const record = (openId: string, ref: string, rest = {}) =>
  two().first.recordCredit({ appId, openId, nowMs, credit: form(ref, rest) })

describe('two sweeps at once', () => {
  it('end each credit once, and delete each once', async () => {
    const users = Array.from({ length: 30 }, (_, n) => `user-${n}`)
    for (const openId of users) await record(openId, 'f1', ended)
    const sweep = (days: number) =>
      Promise.all(
        [two().first, two().second].map((store) => store.sweep({ nowMs: nowMs + days * day })),
      )
    const [a, b] = await sweep(1)
    expect(a! + b!).toBe(30)
    for (const openId of users) {
      await expectSums(two().first, appId, openId)
      const history = await two().first.findHistory(appId, openId)
      expect(history.map(({ change }) => change)).toEqual(['recorded', 'expired'])
    }
    const [c, d] = await sweep(10)
    expect(c! + d!).toBe(30)
  })

  it('sweep more users than one step takes', async () => {
    const { first } = two()
    const users = Array.from({ length: 450 }, (_, n) =>
      first.signIn(signIn(`user-${n}`, { tokenHash: hashOf(`${n}`), sealedKey: null })),
    )
    await Promise.all(users)
    await record('user-7', 'f1', ended)
    await record('user-449', 'f1', ended)
    // 450 sessions end, and two credits.
    expect(await first.sweep({ nowMs: nowMs + 40 * day })).toBeGreaterThanOrEqual(452)
    expect(await first.findHistory(appId, 'user-449')).toEqual([])
  })
})

describe('a sweep beside other operations on a user', () => {
  const steps = (days: number) =>
    function* (sql: Sql): Operation<void> {
      for (const sweep of userRules) yield* sweep(sql, { from: 0, to: 2 ** 48 }, nowMs + days * day)
    }

  it('ends the uses that were added while it waited', async () => {
    const more = { ...subscription('T'), uses: 2, ...ended }
    const add = (sql: Sql) => recordCredit(sql, { appId, openId: 'ada', nowMs, credit: more })
    await two().first.recordCredit({ appId, openId: 'ada', nowMs, credit: more })
    await interleave(two().database, add, steps(1))
    const history = await two().first.findHistory(appId, 'ada')
    expect(history.map(({ usesDelta }) => usesDelta)).toEqual([2, 2, -4])
    await expectSums(two().first, appId, 'ada')
  })

  it('ends the uses that a single statement added while it waited', async () => {
    const more = { ...subscription('T'), ...ended }
    await two().first.recordCredit({ appId, openId: 'ada', nowMs, credit: more })
    const user = (await two().first.findUser(appId, 'ada'))!
    const nobodyWatches = { app: 1, watched: 0 }
    const add = (sql: Sql) =>
      addCredit(sql, { ...nobodyWatches, user, belowMinimum: false, nowMs }, more)
    await interleave(two().database, add, steps(1))
    const history = await two().first.findHistory(appId, 'ada')
    expect(history.map(({ usesDelta }) => usesDelta)).toEqual([1, 1, -2])
    await expectSums(two().first, appId, 'ada')
  })

  it('deletes a credit that is recorded again at the same moment and begins anew', async () => {
    await record('ada', 'f1', ended)
    const again = (sql: Sql) =>
      recordCredit(sql, { appId, openId: 'ada', nowMs: nowMs + 10 * day, credit: form('f1') })
    const [, recorded] = await interleave(two().database, steps(10), again)
    expect(recorded).toBe('accepted')
    await expectSums(two().first, appId, 'ada')
    expect(await two().first.findHistory(appId, 'ada')).toHaveLength(1)
  })
})
