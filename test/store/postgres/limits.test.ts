import { describe, expect, it } from '@jest/globals'
import { signIn as signInAt } from '../../../server/store/operations/sessions.ts'
import type { Sql } from '../../../server/store/sql.ts'
import { forceToken, leaseToken } from '../../../server/store/operations/tokens.ts'
import { reserveSlot } from '../../../server/store/operations/rate-slots.ts'
import { appId, hashOf, nowMs, signIn } from '../builders.ts'
import { interleave } from './interleave.ts'
import { twoProcesses } from './two-processes.ts'

const two = twoProcesses()

describe('two phones of one user that sign in at once', () => {
  const phone = (name: string) => (sql: Sql) =>
    signInAt(
      sql,
      signIn('ada', { tokenHash: hashOf(name), sealedKey: Buffer.from(name), nowMs: nowMs + 1 }),
    )

  it.each(['new', 'known'])(
    'get the number of one %s user, and both keys are kept',
    async (was) => {
      if (was === 'known') await two().first.signIn(signIn('ada'))
      const [user, same] = await interleave(two().database, phone('a'), phone('b'))
      expect(same).toBe(user)
      const keys = await two().first.findSessionKeys(user, 0)
      expect(keys.slice(0, 2).map(String)).toEqual(['b', 'a'])
      expect(await two().second.findSession(hashOf('a'), nowMs)).toBeDefined()
      expect(await two().second.findSession(hashOf('b'), nowMs)).toBeDefined()
    },
  )
})

describe('the token of two processes', () => {
  const lease = (holder: string) => (sql: Sql) =>
    leaseToken(sql, { appId, holder, leaseMs: 60_000 })

  it('is fetched by one of them', async () => {
    const leased = await interleave(two().database, lease('a'), lease('b'))
    expect(leased).toEqual([true, false])
  })

  it('is fetched by the other once the lease has ended by the clock of the database', async () => {
    await two().first.leaseToken({ appId, holder: 'a', leaseMs: 60_000 })
    expect(await two().second.leaseToken({ appId, holder: 'b', leaseMs: 1 })).toBe(false)
    await two().database.run('UPDATE tokens SET until = until - 60000')
    expect(await two().second.leaseToken({ appId, holder: 'b', leaseMs: 1 })).toBe(true)
  })

  it('is not forced twice at once, nor by a holder that lost its lease', async () => {
    await two().first.leaseToken({ appId, holder: 'a', leaseMs: 0 })
    const forceAt = (ms: number) => (holder: string) => (sql: Sql) =>
      forceToken(sql, { appId, holder, nowMs: ms })
    const force = forceAt(nowMs)
    const [forced, leased] = await interleave(two().database, force('a'), lease('b'))
    expect([forced, leased]).toEqual([true, true])
    const again = forceAt(nowMs + 60_000)
    const twice = await interleave(two().database, again('b'), again('b'))
    expect(twice).toEqual([true, false])
    const tried = await interleave(two().database, force('a'), force('b'))
    expect(tried).toEqual([false, false])
  })
})

describe('rate slots that two processes reserve', () => {
  const slot = { appId, nowMs, maxWaitMs: 0, perMinute: 15 }

  it('are taken one after the other', async () => {
    const reserve = (sql: Sql) => reserveSlot(sql, { ...slot, perMinute: 1 })
    const reserved = await interleave(two().database, reserve, reserve)
    expect(reserved).toEqual([{ atMs: nowMs }, { waitMs: 60_000 }])
  })

  it('are never more than the limit', async () => {
    const stores = [two().first, two().second]
    const all = Array.from({ length: 40 }, (_, n) => stores[n % 2]!.reserveSlot(slot))
    const reserved = (await Promise.all(all)).filter((one) => 'atMs' in one)
    expect(reserved).toHaveLength(15)
    expect(await two().first.countSlots(appId, nowMs)).toBe(15)
  })
})
