import { expect, it } from '@jest/globals'
import { appId, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function tokenPromises(current: Current): void {
  const token = {
    sealed: Buffer.from('sealed'),
    fetchedAtMs: nowMs,
    expiresAtMs: nowMs + 7_200_000,
  }
  const lease = (holder: string, leaseMs = 60_000, app = appId) =>
    current().store.leaseToken({ appId: app, holder, leaseMs })
  const end = (holder: string, kept?: typeof token) =>
    current().store.endTokenLease({ appId, holder, ...(kept && { token: kept }) })

  it('are fetched by one holder at a time, for each app', async () => {
    const holders = ['a', 'b', 'c']
    const all = await Promise.all(holders.map((holder) => lease(holder)))
    expect(all.filter(Boolean)).toHaveLength(1)
    const again = await Promise.all(holders.map((holder) => lease(holder)))
    const first = holders[again.indexOf(true)]!
    expect(again.filter(Boolean)).toHaveLength(1)
    const other = first === 'b' ? 'c' : 'b'
    expect(await lease(other, 60_000, 'wx2')).toBe(true)
    await end(other)
    expect(await lease(other)).toBe(false)
    await end(first)
    expect(await lease(other)).toBe(true)
  })

  it('may be fetched by another holder after the lease ended', async () => {
    await lease('a', 0)
    expect(await lease('b')).toBe(true)
    await end('a', token)
    expect(await current().store.findToken(appId)).toBeUndefined()
  })

  it('are stored when the lease ends', async () => {
    const { store } = current()
    expect(await store.findToken(appId)).toBeUndefined()
    await lease('a')
    expect(await store.findToken(appId)).toBeUndefined()
    await end('a', token)
    expect(await store.findToken(appId)).toEqual(token)
    expect(await lease('b')).toBe(true)
    await end('b')
    expect(await store.findToken(appId)).toEqual(token)
    expect(await store.findToken('wx2')).toBeUndefined()
  })

  it('are sealed again only while they are as they were read', async () => {
    const { store } = current()
    const replace = (sealed: string, app = appId) =>
      store.replaceSealedToken({
        appId: app,
        sealed: Buffer.from(sealed),
        replacement: Buffer.from('sealed again'),
      })
    await lease('a')
    await end('a', token)
    expect([await replace('other'), await replace('sealed', 'wx2')]).toEqual([0, 0])
    expect(await store.findToken(appId)).toEqual(token)
    expect([await replace('sealed'), await replace('sealed')]).toEqual([1, 0])
    expect(await store.findToken(appId)).toEqual({ ...token, sealed: Buffer.from('sealed again') })
  })

  it('survive a restart, and leases do not', async () => {
    await lease('a')
    await end('a', token)
    await lease('a')
    const store = await current().restart()
    expect(await store.findToken(appId)).toEqual(token)
    expect(await store.leaseToken({ appId, holder: 'b', leaseMs: 1 })).toBe(true)
  })

  const force = (holder: string, passedMs = 0) =>
    current().store.forceToken({ appId, holder, nowMs: nowMs + passedMs })

  it('are forced only by the holder of the lease', async () => {
    expect(await force('a')).toBe(false)
    await lease('a')
    expect(await force('b')).toBe(false)
    expect(await force('a')).toBe(true)
    await end('a', token)
    expect(await current().store.findToken(appId)).toEqual(token)
    expect(await force('a', 60_000)).toBe(false)
  })

  it('are forced at most every 30 seconds, by any holder, and 20 times a day', async () => {
    await lease('a')
    await force('a')
    await end('a')
    await lease('b')
    expect(await force('b', 29_999)).toBe(false)
    let forced = 1
    for (let n = 1; n < 30; n++) forced += Number(await force('b', n * 30_000))
    expect(forced).toBe(20)
    expect(await force('b', 24 * 3_600_000 - 1)).toBe(false)
    expect(await force('b', 24 * 3_600_000)).toBe(true)
  })

  it('count as forced after a restart', async () => {
    await lease('a')
    await force('a')
    await end('a')
    const store = await current().restart()
    await store.leaseToken({ appId, holder: 'b', leaseMs: 60_000 })
    expect(await store.forceToken({ appId, holder: 'b', nowMs: nowMs + 1 })).toBe(false)
  })
}
