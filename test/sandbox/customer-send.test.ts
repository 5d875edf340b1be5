import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { png } from './pictures.ts'

const touser = 'OPENID'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId: touser })
  await wechat.post('/sandbox/pushes', { openId: touser, msgtype: 'text' })
})
afterEach(() => wechat.close())

const send = (body: object) => wechat.call('/cgi-bin/message/custom/send', body)
const inbox = async () => (await wechat.get(`/sandbox/inbox/${touser}`)).messages
const mediaId = async () => (await wechat.upload(png)).media_id
const text = (content: unknown) => ({ touser, msgtype: 'text', text: { content } })
const link = { title: 'Happy Day', description: 'Is Really A Happy Day' }

describe('sending a customer-service message', () => {
  it.each([
    ['text', async () => ({ content: 'Hello World' })],
    ['image', async () => ({ media_id: await mediaId() })],
    ['link', async () => ({ ...link, url: 'URL', thumb_url: 'THUMB_URL' })],
    [
      'miniprogrampage',
      async () => ({ title: 'title', pagepath: 'pagepath', thumb_media_id: await mediaId() }),
    ],
  ])(
    'accepts the example of the page for %s and delivers it unchanged',
    async (msgtype, content) => {
      const body = { touser, msgtype, [msgtype]: await content() }
      expect(await send(body)).toEqual({ errcode: 0, errmsg: 'ok' })
      expect(await inbox()).toEqual([{ kind: 'customer', at: '2018-06-01T04:00:00.000Z', body }])
    },
  )

  it('accepts a text with links to mini-programs when all link to this one', async () => {
    const to = (appId: string) =>
      `文本内容....<a href="http://www.qq.com" data-miniprogram-appid="${appId}" ` +
      'data-miniprogram-path="pages/index/index">点击跳小程序</a>'
    expect(await send(text(to(app.appId)))).toMatchObject({ errcode: 0 })
    expect(await send(text(to('appid')))).toEqual({ errcode: 40013, errmsg: 'invalid appid' })
    expect(await send(text(to(app.appId) + to('appid')))).toMatchObject({ errcode: 40013 })
    expect(await send(text(`<a data-miniprogram-appid='appid'>x</a>`))).toMatchObject({
      errcode: 40013,
    })
    expect(await inbox()).toHaveLength(1)
  })

  it.each([
    ['behind a > in quotes', '<a href="x>y" data-miniprogram-appid="foreign">x</a>', 40013],
    ['after other links', '<a href="x">y</a><A\nDATA-MINIPROGRAM-APPID=foreign >x</A>', 40013],
    ['inside an address', '<a href="x data-miniprogram-appid=foreign">x</a>', 0],
    ['in another tag', '<abbr data-miniprogram-appid="foreign">x</abbr>', 0],
    ['outside of a tag', 'data-miniprogram-appid="foreign"', 0],
  ])('finds the appid of a link as an attribute: %s', async (_, content, errcode) => {
    expect(await send(text(content))).toMatchObject({ errcode })
  })

  it.each([
    ['pages/index/index?order=1', 0],
    ['', 0],
    ['pages/other', 41030],
    ['https://example.com', 41030],
  ])('checks the path of a link: %j', async (path, errcode) => {
    await wechat.post('/sandbox/pages', { pages: ['pages/index/index'] })
    const to = `data-miniprogram-appid="${app.appId}" data-miniprogram-path="${path}"`
    expect(await send(text(`<a ${to}>x</a>`))).toMatchObject({ errcode })
  })

  it('accepts 2,048 bytes of text and no more', async () => {
    expect(await send(text('字'.repeat(682) + 'ab'))).toMatchObject({ errcode: 0 })
    expect(await send(text('字'.repeat(683)))).toMatchObject({ errcode: 45002 })
  })

  it.each([
    ['an unknown touser', { ...text('x'), touser: 'oUnknown' }, 40003],
    ['no touser', { ...text('x'), touser: null }, 40003],
    ['no msgtype', { touser, text: { content: 'x' } }, 40008],
    ['an unknown msgtype', { touser, msgtype: 'voice', voice: {} }, 40008],
    ['a msgtype that is a property of every object', { touser, msgtype: 'toString' }, 40008],
    ['no content', { touser, msgtype: 'text' }, 40035],
    ['an empty text', text(''), 44004],
    ['an unknown media_id', { touser, msgtype: 'image', image: { media_id: 'MEDIA_ID' } }, 40007],
    ['an image without a media_id', { touser, msgtype: 'image', image: {} }, 40007],
    ['a link without its url', { touser, msgtype: 'link', link }, 40035],
    [
      'a card without a cover',
      { touser, msgtype: 'miniprogrampage', miniprogrampage: { title: 't', pagepath: 'p' } },
      40035,
    ],
  ])('refuses %s without spending a use', async (_, body, errcode) => {
    expect(await send(body)).toMatchObject({ errcode })
    for (let use = 0; use < 5; use++) expect(await send(text('x'))).toMatchObject({ errcode: 0 })
  })

  it('refuses a card to a page that does not exist', async () => {
    await wechat.post('/sandbox/pages', { pages: ['pages/index/index'] })
    const card = (pagepath: string, thumb_media_id: string) => {
      const miniprogrampage = { title: 'title', pagepath, thumb_media_id }
      return send({ touser, msgtype: 'miniprogrampage', miniprogrampage })
    }
    const cover = await mediaId()
    expect(await card('pages/other', cover)).toMatchObject({ errcode: 41030 })
    expect(await card('pages/index/index?foo=bar', cover)).toMatchObject({ errcode: 0 })
    expect(await card('pages/index/index', 'MEDIA_ID')).toMatchObject({ errcode: 40007 })
  })

  it('takes a card without appid, and refuses another app’s in edition 2026', async () => {
    const card = { title: 'title', pagepath: 'pagepath', thumb_media_id: await mediaId() }
    const sendCard = (more: object) =>
      send({ touser, msgtype: 'miniprogrampage', miniprogrampage: { ...card, ...more } })
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(await sendCard({})).toMatchObject({ errcode: 0 })
    expect(await sendCard({ appid: '' })).toMatchObject({ errcode: 0 })
    expect(await sendCard({ appid: 'wx4f4bc4dec97d474b' })).toMatchObject({ errcode: 40013 })
    expect(await sendCard({ appid: app.appId })).toMatchObject({ errcode: 0 })
  })

  it('refuses an unknown token with 40001', async () => {
    const path = '/cgi-bin/message/custom/send?access_token=x'
    expect(await wechat.post(path, text('x'))).toMatchObject({ errcode: 40001 })
  })
})
