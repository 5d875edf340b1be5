import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createWechatHttp } from '../../server/wechat/http.ts'
import { createWechat, type Wechat } from '../../server/wechat/wechat.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { json, status, type Act } from '../support/scripted-server.ts'
import { startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

const png = Buffer.from('89504e470d0a1a0a00ff0d0a2d2d', 'hex')

describe('uploading an image', () => {
  let server: Server
  let wechat: Wechat
  let close: () => Promise<void>
  let seen: { url: string; method: string; media: ReturnType<FormData['get']>; fields: number }

  beforeEach(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = []
      request.on('data', (chunk: Buffer) => chunks.push(chunk))
      request.on('end', () => {
        // Parsed by an independent implementation.
        const headers = { 'content-type': request.headers['content-type'] ?? '' }
        void new Response(Buffer.concat(chunks), { headers }).formData().then((form) => {
          const { url = '', method = '' } = request
          seen = { url, method, media: form.get('media'), fields: [...form].length }
          response.end('{"type":"image","media_id":"MEDIA_ID","created_at":"1767323045"}')
        })
      })
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const http = createWechatHttp({ base })
    const token = {
      current: async () => ({ ok: true, accessToken: 'tok', expiresAtMs: Infinity }) as const,
      refresh: () => Promise.reject(new Error('not asked')),
      renew: () => Promise.reject(new Error('not asked')),
    }
    const app = { appId: 'wx123456', secret: 'hush', edition: '2018' } as const
    wechat = createWechat({ app, http, token, world: createFakeWorld() })
    close = async () => {
      await http.close()
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    }
  })
  afterEach(() => close())

  it('sends every byte as the file `media`', async () => {
    const reply = await wechat.uploadMedia({ bytes: png, type: 'png' })
    expect(reply).toMatchObject({ body: { mediaId: 'MEDIA_ID', createdAtMs: 1767323045_000 } })
    expect(seen.method).toBe('POST')
    expect(seen.url).toBe('/cgi-bin/media/upload?access_token=tok&type=image')
    expect(seen.fields).toBe(1)
    const media = seen.media as File
    expect([media.name, media.type]).toEqual(['image.png', 'image/png'])
    expect(Buffer.from(await media.arrayBuffer())).toEqual(png)
  })

  it('sends an image as large as the platform allows', async () => {
    const bytes = Buffer.alloc(2 * 2 ** 20, 7)
    expect(await wechat.uploadMedia({ bytes, type: 'jpg' })).toMatchObject({ errcode: 0 })
    expect((seen.media as File).size).toBe(bytes.length)
  })
})

describe('downloading a medium', () => {
  let platform: StartedWechat
  beforeEach(async () => void (platform = await startWechat()))
  afterEach(() => platform.close())

  const path = '/cgi-bin/media/get'
  const bytes =
    (body: Buffer, type: string): Act =>
    (response) =>
      void response.setHeader('content-type', type).end(body)

  it('returns the bytes, and the type that the platform gave', async () => {
    platform.server.on(path, bytes(png, 'image/png'))
    expect(await platform.wechat.getMedia('MEDIA_ID')).toEqual({
      result: 'answered',
      errcode: 0,
      errmsg: '',
      body: { bytes: png, contentType: 'image/png' },
    })
    expect(platform.lastCall()).toMatchObject({
      method: 'GET',
      query: { access_token: 'token1', media_id: 'MEDIA_ID' },
    })
  })

  it('accepts more bytes than a JSON reply may have', async () => {
    platform.server.on(path, bytes(Buffer.alloc(2 * 2 ** 20, 1), 'image/jpeg'))
    const reply = await platform.wechat.getMedia('MEDIA_ID')
    expect(reply).toMatchObject({ body: { bytes: { length: 2 * 2 ** 20 } } })
  })

  it('reports a refusal under any content type', async () => {
    const words = { errcode: 40007, errmsg: 'invalid media_id' }
    platform.server.on(path, json(words, 'image/jpeg'))
    expect(await platform.wechat.getMedia('MEDIA_ID')).toMatchObject({
      ...words,
      result: 'answered',
      body: undefined,
    })
  })

  it('repeats the call with a fresh token when the token was refused', async () => {
    const refused = json({ errcode: 42001, errmsg: 'access_token expired' })
    platform.server.on(path, [refused, bytes(png, 'image/png')])
    expect(await platform.wechat.getMedia('MEDIA_ID')).toMatchObject({ body: { bytes: png } })
    expect(platform.lastCall()?.query.access_token).toBe('token2')
  })

  it.each([
    ['an empty body', status(200), 'NOT_AS_PROMISED'],
    ['an address in place of bytes', json({ video_url: 'http://x' }), 'NO_FILE'],
    ['a 502 page', status(502, 'bad gateway'), 'HTTP_502'],
  ])('does not accept %s as a medium', async (_name, act, code) => {
    platform.server.on(path, act)
    expect(await platform.wechat.getMedia('MEDIA_ID')).toMatchObject({
      result: 'unknown',
      cause: { code },
    })
  })
})
