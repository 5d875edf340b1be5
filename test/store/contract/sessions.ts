import { expect, it } from '@jest/globals'
import type { SealedKey, SealedKeyPosition } from '../../../server/store/store.ts'
import { appId, day, hashOf, nowMs, signIn } from '../builders.ts'
import type { Current } from './store-under-test.ts'

export function sessionPromises(current: Current): void {
  it('finds a session by the hash of its token until it ends', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    const hash = hashOf('token of ada')
    const found = { appId, user, openId: 'ada', expiresAtMs: nowMs + 30 * day }
    expect(await store.findSession(hash, nowMs)).toEqual(found)
    expect(await store.findSession(hash, nowMs + 30 * day)).toBeUndefined()
    expect(await store.findSession(hashOf('another'), nowMs)).toBeUndefined()
  })

  it('gives a user one number in each app', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    expect(await store.findUser(appId, 'ada')).toBe(user)
    expect(await store.signIn(signIn('ada', { tokenHash: hashOf('2') }))).toBe(user)
    const elsewhere = signIn('ada', { appId: 'wx2', tokenHash: hashOf('3') })
    expect(await store.signIn(elsewhere)).not.toBe(user)
    expect(await store.findUser(appId, 'bob')).toBeUndefined()
  })

  it('keeps the ten latest sessions of a user', async () => {
    const { store } = current()
    const grant = (n: number, openId = 'ada') =>
      store.signIn(
        signIn(openId, {
          sealedKey: null,
          tokenHash: hashOf(`${openId} ${n}`),
          expiresAtMs: nowMs + n,
        }),
      )
    await grant(1, 'bob')
    for (let n = 1; n <= 12; n += 1) await grant(n)
    const lives = async (n: number, openId = 'ada') =>
      (await store.findSession(hashOf(`${openId} ${n}`), nowMs)) !== undefined
    expect([await lives(1), await lives(2), await lives(3), await lives(12)]).toEqual([
      false,
      false,
      true,
      true,
    ])
    expect(await lives(1, 'bob')).toBe(true)
  })

  it('keeps ten sessions, and the own one, when a user signs in many times at once', async () => {
    const { store } = current()
    const hashes = Array.from({ length: 30 }, (_, n) => hashOf(`${n}`))
    const last = hashOf('last')
    await Promise.all(hashes.map((tokenHash) => store.signIn(signIn('ada', { tokenHash }))))
    await store.signIn(signIn('ada', { tokenHash: last }))
    expect(await store.findSession(last, nowMs)).toBeDefined()
    const found = hashes.map((tokenHash) => store.findSession(tokenHash, nowMs))
    expect((await Promise.all(found)).filter((session) => session !== undefined)).toHaveLength(9)
  })

  it('deletes one session, or all of a user, in their own app alone', async () => {
    const { store } = current()
    const at = async (...names: string[]) => {
      const found = names.map((name) => store.findSession(hashOf(name), nowMs))
      return (await Promise.all(found)).map((session) => session !== undefined)
    }
    for (const name of ['a1', 'a2', 'a3']) {
      await store.signIn(signIn('ada', { tokenHash: hashOf(name) }))
    }
    await store.signIn(signIn('bob', { tokenHash: hashOf('b1') }))
    await store.signIn(signIn('ada', { appId: 'wx2', tokenHash: hashOf('c1') }))
    expect(await store.deleteSessions({ appId: 'wx2', tokenHash: hashOf('a1') })).toBe(0)
    expect(await store.deleteSessions({ appId, tokenHash: hashOf('a1') })).toBe(1)
    expect(await store.deleteSessions({ appId, tokenHash: hashOf('a1') })).toBe(0)
    expect(await at('a1', 'a2', 'a3', 'b1', 'c1')).toEqual([false, true, true, true, true])
    expect(await store.deleteSessions({ appId, openId: 'ada' })).toBe(2)
    expect(await store.deleteSessions({ appId, openId: 'nobody' })).toBe(0)
    expect(await at('a1', 'a2', 'a3', 'b1', 'c1')).toEqual([false, false, false, true, true])
    const user = (await store.findUser(appId, 'ada'))!
    expect(await store.findSessionKeys(user, 0)).not.toEqual([])
  })

  it('keeps the last four session keys, and returns those replaced since a time', async () => {
    const { store } = current()
    for (const n of [1, 2, 3, 4, 5]) {
      const sealedKey = Buffer.from(`key ${n}`)
      const tokenHash = hashOf(`token ${n}`)
      await store.signIn(signIn('ada', { sealedKey, tokenHash, nowMs: nowMs + n }))
    }
    const user = (await store.findUser(appId, 'ada'))!
    const texts = async (sinceMs: number) =>
      (await store.findSessionKeys(user, sinceMs)).map((key) => key.toString())
    expect(await texts(0)).toEqual(['key 5', 'key 4', 'key 3', 'key 2'])
    expect(await texts(nowMs + 5)).toEqual(['key 5', 'key 4'])
    expect(await texts(nowMs + 6)).toEqual(['key 5'])
  })

  it('finds the session keys that another secret key sealed, in steps', async () => {
    const { store } = current()
    const count = 10
    const bytes = (n: number) => Buffer.from(`${n % 2 === 0 ? 'even' : 'odd '}, key ${n}`)
    await Promise.all(
      Array.from({ length: count }, (_, n) =>
        store.signIn(signIn(`u${n}`, { sealedKey: bytes(n), tokenHash: hashOf(`${n}`) })),
      ),
    )
    const found: SealedKey[] = []
    let after: SealedKeyPosition | undefined
    let steps = 0
    do {
      const step = await store.findSealedKeys({
        limit: 4,
        exceptKeyId: Buffer.from('even'),
        ...(after && { after }),
      })
      found.push(...step.keys)
      after = step.next
      steps += 1
    } while (after)
    expect(steps).toBe(3)
    expect(found).toHaveLength(count / 2)
    expect(new Set(found.map(({ sealed }) => `${sealed}`)).size).toBe(count / 2)
    for (const { sealed, openId, user, ...rest } of found) {
      expect(rest).toEqual({ appId })
      expect(`${sealed}`).toBe(`odd , key ${openId.slice(1)}`)
      expect(await store.findSessionKeys(user, 0)).toEqual([sealed])
    }
    expect((await store.findSealedKeys({ limit: 4 })).keys).toHaveLength(4)
  })

  it('replaces a sealed key only while it is as it was read', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada', { sealedKey: Buffer.from('old') }))
    const replacement = Buffer.from('new')
    const replace = () =>
      store.replaceSealedKeys([
        { user, sealed: Buffer.from('other'), replacement: Buffer.from('wrong') },
        { user, sealed: Buffer.from('old'), replacement },
      ])
    expect(await replace()).toBe(1)
    expect(await replace()).toBe(0)
    expect(await store.findSessionKeys(user, 0)).toEqual([replacement])
  })

  it('leaves the keys unchanged when a sign-in brings none', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    await store.signIn(signIn('ada', { sealedKey: null, tokenHash: hashOf('2') }))
    expect(await store.findSessionKeys(user, 0)).toEqual([Buffer.from('key of ada')])
  })
}
