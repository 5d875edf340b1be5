import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createSeal } from '../../server/crypto/seal.ts'
import { sharingRules } from '../../server/rules/tokens.ts'
import { StoreUnavailableError, type Store, type TokenStore } from '../../server/store/store.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { WechatReply } from '../../server/wechat/http.ts'
import { createSharedFetch, type FetchedToken } from '../../server/wechat/token.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

const appId = 'wx123456'
const minute = 60_000
let world: FakeWorld
let store: Store
/** The fetches so far, by process. */
let calls: string[]
let answer: () => Promise<WechatReply<FetchedToken>>

const given = (accessToken: string): WechatReply<FetchedToken> => ({
  result: 'answered',
  errcode: 0,
  errmsg: '',
  body: { accessToken, expiresInSeconds: 7_200 },
})

beforeEach(() => {
  world = createFakeWorld()
  store = createSqliteStore({ path: ':memory:', world })
  calls = []
  answer = async () => given(`token-${calls.length}`)
})
afterEach(() => store.close())

const share = (holder: string, over: Partial<TokenStore> = {}, ...keys: number[]) =>
  createSharedFetch({
    appId,
    holder,
    world,
    store: { ...store, ...over },
    seal: createSeal(
      (keys.length > 0 ? keys : [3]).map((byte) => Buffer.alloc(32, byte)),
      world.random,
    ),
    fetchToken: (rejected) => {
      calls.push(rejected === undefined ? holder : `${holder} without ${rejected}`)
      return answer()
    },
  })
const tokenOf = (reply: WechatReply<FetchedToken>) =>
  reply.result === 'answered' ? reply.body?.accessToken : reply.result

describe('a token that processes share', () => {
  it('is fetched once, by the first process', async () => {
    const replies = await Promise.all(['a', 'b', 'c'].map((holder) => share(holder)()))
    expect(replies.map(tokenOf)).toEqual(['token-1', 'token-1', 'token-1'])
    expect(calls).toHaveLength(1)
  })

  it('is sealed again under a new secret key, so that the earlier one can go', async () => {
    await share('a', {}, 3)()
    expect(tokenOf(await share('b', {}, 4, 3)())).toBe('token-1')
    expect(tokenOf(await share('c', {}, 4)())).toBe('token-1')
    expect(calls).toEqual(['a'])
  })

  it('serves under a new secret key while the database takes no write', async () => {
    await share('a', {}, 3)()
    const replaceSealedToken = () => Promise.reject(new StoreUnavailableError('read-only'))
    expect(tokenOf(await share('b', { replaceSealedToken }, 4, 3)())).toBe('token-1')
    expect(calls).toEqual(['a'])
    expect(world.lines.join()).toContain('could not be sealed again')
  })

  it('ends for the others when it ends for WeChat', async () => {
    await share('a')()
    world.clock.advance(30 * minute)
    const reply = await share('b')()
    expect(reply).toMatchObject({ body: { accessToken: 'token-1', expiresInSeconds: 5_400 } })
  })

  it('is fetched again when its end is near', async () => {
    await share('a')()
    world.clock.advance(116 * minute - 1)
    expect(tokenOf(await share('b')())).toBe('token-1')
    world.clock.advance(1)
    expect(tokenOf(await share('b')())).toBe('token-2')
    expect(tokenOf(await share('a')())).toBe('token-2')
  })

  it('is replaced once when several processes were refused', async () => {
    await share('a')()
    const replies = await Promise.all(['a', 'b'].map((holder) => share(holder)('token-1')))
    expect(replies.map(tokenOf)).toEqual(['token-2', 'token-2'])
    expect(calls).toEqual(['a', 'a without token-1'])
    expect(tokenOf(await share('c')('token-1'))).toBe('token-2')
    expect(calls).toHaveLength(2)
  })

  it('is fetched by another process when WeChat gave none to the first', async () => {
    answer = async () => ({ result: 'not_sent', cause: 'away' })
    expect(tokenOf(await share('a')())).toBe('not_sent')
    answer = async () => given('token')
    expect(tokenOf(await share('b')())).toBe('token')
  })

  it('is fetched by another process when the first died during the fetch', async () => {
    await store.leaseToken({ appId, holder: 'dead', leaseMs: sharingRules.leaseMs })
    const beganMs = world.monotonic.now()
    expect(tokenOf(await share('b')())).toBe('token-1')
    expect(world.monotonic.now() - beganMs).toBe(sharingRules.leaseMs)
  })

  it('is not required: without the database each process fetches its own', async () => {
    const away = async () => {
      throw new StoreUnavailableError('away')
    }
    expect(tokenOf(await share('a', { findToken: away })())).toBe('token-1')
    expect(tokenOf(await share('a', { endTokenLease: away })())).toBe('token-2')
    expect(world.lines).toHaveLength(2)
  })

  it('is sealed, and unreadable with another key', async () => {
    await share('a')()
    const row = await store.findToken(appId)
    expect(row?.sealed.includes('token-1')).toBe(false)
    expect(tokenOf(await share('b', {}, 4)())).toBe('token-2')
  })
})
