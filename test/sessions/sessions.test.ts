import { beforeEach, describe, expect, it } from '@jest/globals'
import { createSeal } from '../../server/crypto/seal.ts'
import { sessionRules } from '../../server/rules/sessions.ts'
import { createSessions, isBelowMinimum } from '../../server/sessions/sessions.ts'
import type { Sessions } from '../../server/sessions/sessions.ts'
import type { Session, SessionStore, SignIn, UserNumber } from '../../server/store/store.ts'
import type { WechatReply } from '../../server/wechat/http.ts'
import type { SignedIn } from '../../server/wechat/sign-in.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const appId = 'wx123456'
const user = 1 as UserNumber
const hour = 3_600_000
const sessionKey = Buffer.alloc(16, 9).toString('base64')

/** A store with the rows of one user, newest first. */
function createOneUserStore() {
  const signIns: SignIn[] = []
  let lookUps = 0
  const store: SessionStore = {
    async signIn(input) {
      signIns.unshift(input)
      return user
    },
    async findSession(hash, nowMs): Promise<Session | undefined> {
      lookUps++
      const row = signIns.find((each) => each.tokenHash.equals(hash) && each.expiresAtMs > nowMs)
      return row && { appId: row.appId, openId: row.openId, expiresAtMs: row.expiresAtMs, user }
    },
    async findSessionKeys(_user, sinceMs) {
      const rows = signIns.filter(({ sealedKey }) => sealedKey !== null)
      const kept = rows.filter((_, index) => index === 0 || rows[index - 1]!.nowMs >= sinceMs)
      return kept.map(({ sealedKey }) => sealedKey!)
    },
    async deleteSessions(input) {
      const isKept = ({ openId, tokenHash }: SignIn) =>
        'openId' in input ? openId !== input.openId : !tokenHash.equals(input.tokenHash)
      const kept = signIns.filter(isKept)
      return signIns.splice(0, signIns.length, ...kept).length - kept.length
    },
    findSealedKeys: async () => ({ keys: [] }),
    async replaceSealedKeys(replacements) {
      for (const { sealed, replacement } of replacements) {
        const row = signIns.find(({ sealedKey }) => sealedKey?.equals(sealed))
        if (row) row.sealedKey = replacement
      }
      return replacements.length
    },
    listSessions: async () => [],
    findUser: async () => user,
  }
  return { store, signIns, lookUps: () => lookUps }
}

describe('sessions', () => {
  let world: FakeWorld
  let rows: ReturnType<typeof createOneUserStore>
  let reply: WechatReply<SignedIn>
  let sessions: Sessions

  beforeEach(() => {
    world = createFakeWorld()
    rows = createOneUserStore()
    const body = { openId: 'o1', sessionKey }
    reply = { result: 'answered', errcode: 0, errmsg: '', body }
    sessions = createSessions({
      store: rows.store,
      world,
      seal: createSeal([Buffer.alloc(32, 3)], systemRandom),
      wechatOf: () => ({ code2Session: async () => reply }),
    })
  })

  const signIn = async (wechatVersion?: string) => {
    const granted = await sessions.signIn({
      appId,
      code: 'c',
      ...(wechatVersion ? { wechatVersion } : {}),
    })
    if (!granted.ok) throw new Error('not signed in')
    return granted
  }

  it('give a phone a token for thirty days', async () => {
    const { token, expiresAtMs } = await signIn()
    expect(expiresAtMs).toBe(world.clock.now() + sessionRules.lastsMs)
    expect(await sessions.verify(token)).toMatchObject({ appId, openId: 'o1', user, expiresAtMs })
    expect(await sessions.verify(`${token}x`)).toBeUndefined()
    world.clock.advance(sessionRules.lastsMs)
    expect(await sessions.verify(token)).toBeUndefined()
  })

  it('have a new token at each sign-in, also with the same session_key', async () => {
    const [first, second] = [await signIn(), await signIn()]
    expect(first.token).toMatch(/^[\w-]{43}$/)
    expect(first.token).not.toBe(second.token)
  })

  it('store neither the token nor the session_key in clear', async () => {
    const { token } = await signIn()
    const [row] = rows.signIns
    const stored = Buffer.concat([row?.tokenHash ?? Buffer.of(), row?.sealedKey ?? Buffer.of()])
    expect(stored.includes(token)).toBe(false)
    expect(stored.includes(Buffer.from(token, 'base64url'))).toBe(false)
    expect(stored.includes(Buffer.from(sessionKey, 'base64'))).toBe(false)
  })

  it('are looked up again after eight seconds', async () => {
    const { token } = await signIn()
    await sessions.verify(token)
    await sessions.verify(token)
    expect(rows.lookUps()).toBe(1)
    world.monotonic.advance(sessionRules.recent.ageMs)
    await sessions.verify(token)
    expect(rows.lookUps()).toBe(2)
  })

  it('end at once where they are ended, one by its token or all of a user', async () => {
    const [first, second, third] = [await signIn(), await signIn(), await signIn()]
    const work = async () => {
      const all = [first, second, third].map(({ token }) => sessions.verify(token))
      return (await Promise.all(all)).map((session) => session !== undefined)
    }
    expect(await work()).toEqual([true, true, true])
    expect(await sessions.end({ appId, token: second.token })).toBe(1)
    expect(await work()).toEqual([true, false, true])
    expect(await sessions.end({ appId, openId: 'o1' })).toBe(2)
    expect(await work()).toEqual([false, false, false])
    expect(await sessions.end({ appId, openId: 'o1' })).toBe(0)
  })

  it('end within ten seconds in a process that has just verified them', async () => {
    const { token } = await signIn()
    let ended: Promise<unknown> | undefined
    const findSession = rows.store.findSession
    rows.store.findSession = async (...asked) => {
      const found = await findSession(...asked)
      // Another process ends it while this look-up takes two seconds.
      ended ??= rows.store.deleteSessions({ appId, openId: 'o1' })
      world.monotonic.advance(2_000)
      return found
    }
    expect(await sessions.verify(token)).toBeDefined()
    world.monotonic.advance(7_999)
    expect(await sessions.verify(token)).toBeUndefined()
  })

  it('open the keys of their own user alone, newest first', async () => {
    await signIn()
    await sessions.adopt({
      appId,
      openId: 'o1',
      sessionKey: Buffer.alloc(16, 8).toString('base64'),
    })
    const keys = await sessions.openKeys({ appId, openId: 'o1', user })
    expect(keys).toEqual([Buffer.alloc(16, 8), Buffer.alloc(16, 9)])
    expect(await sessions.openKeys({ appId, openId: 'o2', user })).toEqual([])
  })

  it('keep the newest four keys', async () => {
    for (let i = 0; i < 5; i++) {
      const key = Buffer.alloc(16, i).toString('base64')
      await sessions.adopt({ appId, openId: 'o1', sessionKey: key })
    }
    const keys = await sessions.openKeys({ appId, openId: 'o1', user })
    expect(keys.map((key) => key[0])).toEqual([4, 3, 2, 1])
  })

  it('keep earlier keys when WeChat gives the current one repeatedly', async () => {
    const earlier = Buffer.alloc(16, 8).toString('base64')
    await sessions.adopt({ appId, openId: 'o1', sessionKey: earlier })
    for (let i = 0; i < 5; i++) await signIn()
    const keys = await sessions.openKeys({ appId, openId: 'o1', user })
    expect(keys).toEqual([Buffer.alloc(16, 9), Buffer.alloc(16, 8)])
    expect(rows.signIns.filter(({ sealedKey }) => sealedKey !== null)).toHaveLength(2)
  })

  it('open the current key at any age, and earlier ones for 72 hours after it', async () => {
    const adopt = (byte: number) =>
      sessions.adopt({
        appId,
        openId: 'o1',
        sessionKey: Buffer.alloc(16, byte).toString('base64'),
      })
    const open = async () =>
      (await sessions.openKeys({ appId, openId: 'o1', user })).map((key) => key[0])
    await adopt(1)
    world.clock.advance(30 * 24 * hour)
    expect(await open()).toEqual([1])
    await adopt(2)
    world.clock.advance(72 * hour)
    expect(await open()).toEqual([2, 1])
    world.clock.advance(1)
    expect(await open()).toEqual([2])
  })

  it('refuse a key that is not 16 bytes of base64', async () => {
    for (const bad of ['', 'a2V5', `${sessionKey} `, 'x'.repeat(24)]) {
      const adopted = await sessions.adopt({ appId, openId: 'o1', sessionKey: bad })
      expect(adopted).toEqual({ ok: false, refusal: 'bad_session_key' })
    }
    expect(rows.signIns).toEqual([])
  })

  it('report how WeChat refused a code, and a lost reply', async () => {
    reply = { result: 'answered', errcode: 40163, errmsg: 'code been used', body: undefined }
    expect(await sessions.signIn({ appId, code: 'c' })).toEqual({
      ok: false,
      refusal: { result: 'refused', errcode: 40163, errmsg: 'code been used' },
    })
    reply = { result: 'unknown', cause: 'late' }
    expect(await sessions.signIn({ appId, code: 'c' })).toEqual({ ok: false, refusal: reply })
    expect(rows.signIns).toEqual([])
  })

  it('mark a phone below the minimum version, but not one without a version', async () => {
    await signIn('6.5.1')
    await signIn('8.0.5')
    await signIn()
    expect(rows.signIns.map((row) => row.belowMinimumVersion)).toEqual([undefined, false, true])
  })
})

describe('sessions under a new secret key', () => {
  const [oldKey, newKey] = [Buffer.alloc(32, 3), Buffer.alloc(32, 4)]
  const owner = { appId, openId: 'o1', user }
  let rows: ReturnType<typeof createOneUserStore>
  let world: FakeWorld

  const under = (...secretKeys: Buffer[]) =>
    createSessions({
      store: rows.store,
      world,
      seal: createSeal(secretKeys, systemRandom),
      wechatOf: () => {
        throw new Error('no call of WeChat is needed')
      },
    })
  const adopt = (sessions: Sessions) => sessions.adopt({ appId, openId: 'o1', sessionKey })
  const opened = async (...secretKeys: Buffer[]) =>
    (await under(...secretKeys).openKeys(owner)).length

  beforeEach(async () => {
    world = createFakeWorld()
    rows = createOneUserStore()
    await adopt(under(oldKey))
  })

  it('open their keys and seal them again, so that the earlier secret key can go', async () => {
    expect(await opened(newKey)).toBe(0)
    expect(await opened(newKey, oldKey)).toBe(1)
    expect(await opened(newKey)).toBe(1)
    expect(await opened(oldKey)).toBe(0)
  })

  it('seal the key again at a sign-in that brings the same one', async () => {
    await adopt(under(newKey, oldKey))
    expect(rows.signIns.map(({ sealedKey }) => sealedKey !== null)).toEqual([false, true])
    expect(await opened(newKey)).toBe(1)
  })

  it('open their keys while the database takes no write', async () => {
    rows.store.replaceSealedKeys = async () => {
      throw new Error('read-only')
    }
    expect(await opened(newKey, oldKey)).toBe(1)
    expect(world.lines.join()).toContain('could not be sealed again')
  })
})

describe('the minimum version of WeChat', () => {
  it.each([
    ['6.5.1', true],
    ['6.4.99', true],
    ['6.5', true],
    ['6.5.2', false],
    ['6.5.2.1', false],
    ['6.5.10', false],
    ['8.0.5', false],
    ['10.0', false],
    ['', undefined],
    ['six', undefined],
    [undefined, undefined],
  ])('is higher than %s: %s', (version, isBelow) => {
    expect(isBelowMinimum(version)).toBe(isBelow)
  })
})
