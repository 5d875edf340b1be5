import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { json, status, type Act } from '../support/scripted-server.ts'
import { startWechat, type StartedWechat } from '../support/server/start-wechat.ts'

const jpeg = Buffer.from('ffd8ffe000104a464946', 'hex')
const paths = {
  path: '/wxa/getwxacode',
  scene: '/wxa/getwxacodeunlimit',
  qrcode: '/cgi-bin/wxaapp/createwxaqrcode',
}
const image =
  (bytes: Buffer, contentType: string): Act =>
  (response) =>
    void response.setHeader('content-type', contentType).end(bytes)

describe('making a code', () => {
  let platform: StartedWechat
  beforeEach(async () => {
    platform = await startWechat()
    for (const path of Object.values(paths)) platform.server.on(path, image(jpeg, 'image/jpeg'))
  })
  afterEach(() => platform.close())

  it('sends the path of a code C', async () => {
    const reply = await platform.wechat.makeQrCode({ path: 'pages/index?query=1', width: 430 })
    expect(reply).toMatchObject({ errcode: 0, body: { bytes: jpeg, contentType: 'image/jpeg' } })
    expect(platform.lastCall()).toEqual({
      method: 'POST',
      path: paths.qrcode,
      query: { access_token: 'token1' },
      body: { path: 'pages/index?query=1', width: 430 },
    })
  })

  it('sends the path of a code A, its colour as decimal text', async () => {
    await platform.wechat.makePathCode({
      path: 'pages/index?query=1',
      width: 430,
      autoColor: false,
      lineColor: { r: 0, g: 17, b: 255 },
    })
    expect(platform.lastCall()).toMatchObject({
      path: paths.path,
      body: {
        path: 'pages/index?query=1',
        width: 430,
        auto_color: false,
        line_color: { r: '0', g: '17', b: '255' },
      },
    })
  })

  it('sends the page and scene of a code B, with the options of 2026', async () => {
    await platform.wechat.makeSceneCode({
      scene: 'a=1',
      page: 'pages/index/index',
      isHyaline: true,
      envVersion: 'trial',
      checkPath: false,
    })
    expect(platform.lastCall()).toMatchObject({
      path: paths.scene,
      body: {
        scene: 'a=1',
        page: 'pages/index/index',
        is_hyaline: true,
        env_version: 'trial',
        check_path: false,
      },
    })
  })

  it('sends no field that the request leaves out', async () => {
    await platform.wechat.makePathCode({ path: 'p' })
    expect(platform.lastCall()?.body).toEqual({ path: 'p' })
    await platform.wechat.makeSceneCode({ scene: 's' })
    expect(platform.lastCall()?.body).toEqual({ scene: 's' })
  })

  it.each([
    ['image/jpeg', 45029],
    ['image/png', 41030],
    ['application/json', 45009],
    ['text/plain', 40159],
  ])('reports a refusal that comes as %s', async (contentType, errcode) => {
    platform.server.on(paths.path, json({ errcode, errmsg: 'no' }, contentType))
    const reply = await platform.wechat.makePathCode({ path: 'p' })
    expect(reply).toMatchObject({ result: 'answered', errcode, errmsg: 'no', body: undefined })
  })

  it('takes the type of the image from its bytes, whatever the platform calls it', async () => {
    const png = Buffer.from('89504e470d0a1a0a0000', 'hex')
    platform.server.on(paths.scene, image(png, 'application/json; charset=utf-8'))
    const reply = await platform.wechat.makeSceneCode({ scene: 's' })
    expect(reply).toMatchObject({ body: { bytes: png, contentType: 'image/png' } })
  })

  it.each([
    ['an empty image', image(Buffer.alloc(0), 'image/jpeg'), 'NOT_AS_PROMISED'],
    [
      'a page that calls itself an image',
      image(Buffer.from('<html>'), 'image/jpeg'),
      'NOT_AS_PROMISED',
    ],
    [
      'text that begins like a bitmap',
      image(Buffer.from('BMW is no code'), 'image/bmp'),
      'NOT_AS_PROMISED',
    ],
    ['an object without an errcode', json({}, 'image/jpeg'), 'NO_FILE'],
    ['ok without an image', json({ errcode: 0, errmsg: 'ok' }), 'NO_FILE'],
    ['a 502 page', status(502), 'HTTP_502'],
  ])('does not accept %s as an image', async (_name, act, code) => {
    platform.server.on(paths.path, act)
    const reply = await platform.wechat.makePathCode({ path: 'p' })
    expect(reply).toMatchObject({
      result: 'unknown',
      cause: { code, call: 'POST /wxa/getwxacode' },
    })
  })
})
