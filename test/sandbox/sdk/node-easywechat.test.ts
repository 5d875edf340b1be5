/**
 * node-easywechat, as it is published: its one setting is the address. It is a receiver of pushes,
 * too.
 */
// Not from its index, which asks for a file that its own dependency no longer has.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import CacheInterface from 'node-easywechat/dist/Core/Contracts/CacheInterface.js'
import ServerRequest from 'node-easywechat/dist/Core/Http/ServerRequest.js'
import MiniApp from 'node-easywechat/dist/MiniApp/Application.js'
import { app, startSandbox, type StartedSandbox } from '../../support/server/start-sandbox.ts'
import { png } from '../pictures.ts'
import { scan } from '../scan.ts'

const openId = 'OPENID'
const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const [token, aesKey] = ['push-token', 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG']
let wechat: StartedSandbox
let sdk: MiniApp
let folder: string

/** Its own keeps tokens in files, and a later run would find them. */
class MemoryCache extends CacheInterface {
  readonly #kept = new Map<string, unknown>()
  override async get(key: string) {
    return this.#kept.get(key)
  }
  override async has(key: string) {
    return this.#kept.has(key)
  }
  override async set(key: string, data: unknown) {
    this.#kept.set(key, data)
    return true
  }
  override async delete(key: string) {
    return this.#kept.delete(key)
  }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sandbox-sdk-'))
  wechat = await startSandbox({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId })
  sdk = createSdk()
  sdk.setCache(new MemoryCache())
})
afterEach(async () => {
  await wechat.close()
  await rm(folder, { recursive: true })
})

function createSdk(): MiniApp {
  return new MiniApp({
    app_id: app.appId,
    secret: app.secret,
    token,
    aes_key: aesKey,
    use_stable_access_token: true,
    http: { baseURL: `${wechat.url}/`, throw: false },
  })
}

const post = async (path: string, json: object) =>
  (await sdk.getClient().postJson(path, json)).toObject()

describe('node-easywechat as a client of the sandbox', () => {
  it('takes a stable token', async () => {
    const taken = await sdk.getAccessToken().getToken()
    expect(taken.length).toBeGreaterThan(100)
    expect(await sdk.getAccessToken().getToken()).toBe(taken)
    expect((await wechat.get('/sandbox/calls')).calls).toMatchObject([
      { method: 'POST', path: '/cgi-bin/stable_token', status: 200 },
    ])
  })

  it('signs a user in', async () => {
    const { code } = await wechat.post('/sandbox/login-codes', { openId })
    expect(await sdk.getUtils().codeToSession(code)).toMatchObject({ openid: openId })
  })

  it('sends a template message by the rules of 2018', async () => {
    await wechat.post('/sandbox/edition', { edition: '2018' })
    const { formId } = await wechat.post('/sandbox/form-ids', { openId })
    const body = { touser: openId, template_id: templateId, form_id: formId }
    const path = '/cgi-bin/message/wxopen/template/send'
    expect(await post(path, body)).toEqual({ errcode: 0, errmsg: 'ok' })
  })

  it('sends a subscribe message and adds its template', async () => {
    const added = await post('/wxaapi/newtmpl/addtemplate', { tid: '401', kidList: [1, 2] })
    const template_id = String(added['priTmplId'])
    await wechat.post('/sandbox/subscriptions', {
      openId,
      templateId: template_id,
      answer: 'accept',
    })
    const data = { thing1: { value: 'TIT' }, date2: { value: '2016年8月8日' } }
    const body = { touser: openId, template_id, data }
    expect(await post('/cgi-bin/message/subscribe/send', body)).toMatchObject({ errcode: 0 })
    expect(await post('/cgi-bin/message/subscribe/send', body)).toMatchObject({ errcode: 43101 })
  })

  it('uploads a file and sends it to a user who wrote', async () => {
    const file = join(folder, '图片.png')
    await writeFile(file, png)
    const client = sdk.getClient().withFile(file, 'media')
    const uploaded = await client.post('cgi-bin/media/upload', { params: { type: 'image' } })
    const { media_id } = uploaded.toObject<{ media_id: string }>()
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'text' })
    const body = { touser: openId, msgtype: 'image', image: { media_id } }
    expect(await post('/cgi-bin/message/custom/send', body)).toMatchObject({ errcode: 0 })
  })

  it('makes links, and asks what is left of their quota', async () => {
    const expiry = { expire_type: 1, expire_interval: 30 }
    const jump_wxa = { path: '/pages/index/index', query: 'id=1' }
    expect(await post('/wxa/generatescheme', { jump_wxa, ...expiry })).toMatchObject({
      openlink: expect.stringContaining('weixin://'),
    })
    expect(await post('/wxa/generate_urllink', { ...jump_wxa, ...expiry })).toMatchObject({
      url_link: expect.stringContaining('https://'),
    })
    expect((await wechat.get('/sandbox/links')).links).toHaveLength(2)
    const cgi_path = '/wxa/generatescheme'
    expect(await post('/cgi-bin/openapi/quota/get', { cgi_path })).toMatchObject({
      quota: { used: 2 },
    })
  })

  it('makes a code, and tells it from an error', async () => {
    const path = '/wxa/getwxacodeunlimit'
    const options = { responseType: 'arraybuffer' } as const
    const made = await sdk.getClient().postJson(path, { scene: 'a=1&b=2' }, options)
    expect(made.is('image')).toBe(true)
    const bytes = Buffer.from(made.toDataUrl().split(',')[1]!, 'base64')
    expect(scan(bytes).text()).toContain('"scene":"a=1&b=2"')
    const refused = await sdk.getClient().postJson(path, { scene: '中' }, options)
    expect(refused.is('json')).toBe(true)
  })
})

describe('node-easywechat as a receiver of pushes', () => {
  let server: Server
  let heard: Record<string, unknown>[]

  beforeEach(async () => {
    heard = []
    server = createServer((request, reply) => {
      void ServerRequest.createFromIncomingMessage(request).then(async (read) => {
        const served = createSdk().setRequest(read).getServer()
        served.with(async (message, next) => {
          heard.push(JSON.parse(message.toJson()) as Record<string, unknown>)
          return next?.(message)
        })
        const answer = await served.serve()
        reply.end(String(answer.getBody()))
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  })
  afterEach(async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })

  it.each([
    ['plain', 'json'],
    ['plain', 'xml'],
    // It reads no JSON that is encrypted.
    ['safe', 'xml'],
  ])('hears a text: %s %s', async (mode, format) => {
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
    const settings = { url, token, aesKey, mode, format }
    expect(await wechat.post('/sandbox/push-config', settings)).toEqual({ verified: true })
    const pushed = await wechat.post('/sandbox/pushes', {
      openId,
      msgtype: 'text',
      content: '你好',
    })
    expect(pushed).toMatchObject({ accepted: true, attempts: 1 })
    expect(heard).toMatchObject([{ FromUserName: openId, Content: '你好' }])
  })
})
