import { expect, it } from '@jest/globals'
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

  it('leaves the keys unchanged when a sign-in brings none', async () => {
    const { store } = current()
    const user = await store.signIn(signIn('ada'))
    await store.signIn(signIn('ada', { sealedKey: null, tokenHash: hashOf('2') }))
    expect(await store.findSessionKeys(user, 0)).toEqual([Buffer.from('key of ada')])
  })
}
