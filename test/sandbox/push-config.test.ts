import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { receiver, type Receiver } from './receiver.ts'

const aesKey = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
const settings = { token: 'push-token', mode: 'plain', format: 'xml' } as const
let wechat: StartedSandbox
let mine: Receiver

beforeEach(async () => {
  wechat = await startSandbox()
  mine = await receiver()
})
afterEach(async () => {
  await wechat.close()
  await mine.close()
})

const configure = (change: object) =>
  wechat.post('/sandbox/push-config', { url: mine.url, ...settings, ...change })

describe('the settings of pushes', () => {
  it('are checked by requesting an echo', async () => {
    expect(await configure({})).toEqual({ verified: true })
  })

  it('are kept when the receiver does not respond yet', async () => {
    await wechat.post('/sandbox/users', { openId: 'oMe' })
    const { url } = mine
    await mine.close()
    expect(await configure({ url })).toEqual({
      verified: false,
      problem: expect.stringContaining('ECONNREFUSED'),
    })
    expect(await wechat.post('/sandbox/pushes', { openId: 'oMe', msgtype: 'text' })).toMatchObject({
      accepted: false,
      attempts: 3,
    })
    mine = await receiver()
  })

  it('are not verified by another response than the echo', async () => {
    const url = `${wechat.url}/cgi-bin/token`
    expect(await configure({ url })).toEqual({
      verified: false,
      problem: 'the body is not the echostr',
    })
  })

  it.each([
    ['an address elsewhere', { url: 'http://example.com/push' }, 'this machine'],
    ['an address that looks like here', { url: 'http://127.0.0.1.example.com/' }, 'this machine'],
    ['no address', { url: 'push' }, 'http or https'],
    ['another protocol', { url: 'file:///etc/passwd' }, 'http or https'],
    ['a key that is too short', { aesKey: 'abc' }, '43 letters and digits'],
    ['safe mode without a key', { mode: 'safe' }, 'needs an aesKey'],
    ['compatible mode without a key', { mode: 'compatible' }, 'needs an aesKey'],
    ['another mode', { mode: 'encrypted' }, '/mode'],
    ['no token', { token: '' }, '/token'],
  ])('are refused with %s', async (_, change, hint) => {
    expect(await configure(change)).toEqual({ error: expect.stringContaining(hint) })
  })

  it('given at the start outlive a reset', async () => {
    await wechat.close()
    const push = { ...settings, url: mine.url, mode: 'safe', aesKey } as const
    wechat = await startSandbox({ apps: [{ ...app, push }] })
    await wechat.post('/sandbox/reset')
    await wechat.post('/sandbox/users', { openId: 'oMe' })
    const pushed = await wechat.post('/sandbox/pushes', { openId: 'oMe', msgtype: 'text' })
    expect(pushed).toMatchObject({ accepted: true })
    expect(mine.received[0]!.query).toMatchObject({ encrypt_type: 'aes' })
  })

  it('given at the start are checked, and may name another machine if allowed', async () => {
    const push = { ...settings, url: 'https://push.example.com/' }
    const apps = [{ ...app, push }]
    await expect(startSandbox({ apps })).rejects.toThrow('this machine')
    const asked: string[] = []
    const fetch: typeof globalThis.fetch = async (url) => {
      asked.push(new URL(String(url)).host)
      return new Response('success')
    }
    const elsewhere = await startSandbox({ apps, pushAnywhere: true, fetch })
    await elsewhere.post('/sandbox/users', { openId: 'oMe' })
    await elsewhere.post('/sandbox/pushes', { openId: 'oMe', msgtype: 'text' })
    await elsewhere.close()
    expect(asked).toEqual(['push.example.com'])
  })
})
