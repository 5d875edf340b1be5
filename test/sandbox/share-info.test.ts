import { createDecipheriv } from 'node:crypto'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startMs } from '../support/server/start-reach.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/sandbox/share-info'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId: 'oMe' })
  await wechat.post('/sandbox/users', { openId: 'oYou' })
})
afterEach(() => wechat.close())

function decrypt(sessionKey: string, encryptedData: string, iv: string): unknown {
  const [key, data, first] = [sessionKey, encryptedData, iv].map((s) => Buffer.from(s, 'base64'))
  const decipher = createDecipheriv('aes-128-cbc', key!, first!)
  return JSON.parse(Buffer.concat([decipher.update(data!), decipher.final()]).toString('utf8'))
}

describe('share info', () => {
  it("is decrypted with the user's session_key and holds group, app and time", async () => {
    const sessionKey = await wechat.signIn('oMe')
    const info = await wechat.post(path, { openId: 'oMe', group: 'family' })
    expect(decrypt(sessionKey, info.encryptedData, info.iv)).toEqual({
      openGId: info.openGId,
      watermark: { timestamp: startMs / 1_000, appid: app.appId },
    })
  })

  it('names the same group for every user, and another group for another name', async () => {
    await wechat.signIn('oMe')
    await wechat.signIn('oYou')
    const groupOf = async (openId: string, group: string) =>
      (await wechat.post(path, { openId, group })).openGId
    const family = await groupOf('oMe', 'family')
    expect(await groupOf('oYou', 'family')).toBe(family)
    expect(await groupOf('oMe', 'friends')).not.toBe(family)
  })

  it('is decrypted only with the current session_key', async () => {
    const earlier = await wechat.signIn('oMe')
    const current = await wechat.signIn('oMe')
    const info = await wechat.post(path, { openId: 'oMe', group: 'family' })
    const open = (key: string) => decrypt(key, info.encryptedData, info.iv)
    expect(open(current)).toMatchObject({ openGId: info.openGId })
    expect(() => open(earlier)).toThrow(/bad decrypt/)
  })

  it('is refused for a user who has never signed in', async () => {
    expect(await wechat.post(path, { openId: 'oMe', group: 'family' })).toEqual({
      error: expect.stringContaining('never signed in'),
    })
  })

  it('names another group for another app', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await startSandbox({ apps: [app, other] })
    const openGIds: string[] = []
    for (const { appId, secret } of [app, other]) {
      await wechat.post('/sandbox/users', { appId, openId: 'oMe' })
      const { code } = await wechat.post('/sandbox/login-codes', { appId, openId: 'oMe' })
      const query = { appid: appId, secret, js_code: code, grant_type: 'authorization_code' }
      await wechat.get('/sns/jscode2session', query)
      const info = await wechat.post(path, { appId, openId: 'oMe', group: 'family' })
      openGIds.push(info.openGId)
    }
    expect(new Set(openGIds).size).toBe(2)
  })
})
