import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day } from '../../server/rules/time.ts'
import { startMs } from '../support/server/start-reach.ts'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { gif, jpeg, png } from './pictures.ts'

let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

const get = async (mediaId: string) => {
  const query = new URLSearchParams({ access_token: await wechat.token(), media_id: mediaId })
  const reply = await fetch(`${wechat.url}/cgi-bin/media/get?${query}`)
  const bytes = Buffer.from(await reply.arrayBuffer())
  return { type: reply.headers.get('content-type'), bytes, reply }
}
const post = async (body: string, contentType: string) => {
  const url = `${wechat.url}/cgi-bin/media/upload?type=image&access_token=${await wechat.token()}`
  const headers = { 'content-type': contentType }
  const bytes = Buffer.from(body, 'latin1')
  const reply = await fetch(url, { method: 'POST', headers, body: bytes })
  return (await reply.json()) as { errcode: number }
}
const part = (disposition: string, content: string) =>
  `--x\r\nContent-Disposition: form-data; ${disposition}\r\n\r\n${content}\r\n--x--\r\n`

describe('temporary media', () => {
  it.each([
    ['image/png', png],
    ['image/jpeg', jpeg],
    ['image/gif', gif],
  ])('of %s are returned unchanged', async (contentType, bytes) => {
    const uploaded = await wechat.upload(bytes)
    expect(uploaded).toEqual({
      errcode: 0,
      errmsg: 'ok',
      type: 'image',
      media_id: expect.stringMatching(/^[\w-]{64}$/),
      created_at: startMs / 1_000,
    })
    expect(await get(uploaded.media_id)).toMatchObject({ type: contentType, bytes })
  })

  it('have their type in the query or in the form', async () => {
    const form = new FormData()
    form.set('type', 'image')
    form.set('media', new Blob([new Uint8Array(png)]), 'x.png')
    const upload = async (body: FormData) => {
      const url = `${wechat.url}/cgi-bin/media/upload?access_token=${await wechat.token()}`
      return (await (await fetch(url, { method: 'POST', body })).json()) as object
    }
    expect(await upload(form)).toMatchObject({ errcode: 0, type: 'image' })
    form.set('type', 'video')
    expect(await upload(form)).toMatchObject({ errcode: 40004 })
    form.delete('type')
    expect(await upload(form)).toMatchObject({ errcode: 40004 })
  })

  it('last three days', async () => {
    const { media_id } = await wechat.upload(png)
    wechat.sandbox.clock.advance(3 * day - 1)
    expect((await get(media_id)).type).toBe('image/png')
    wechat.sandbox.clock.advance(1)
    const { reply, bytes } = await get(media_id)
    expect(reply.status).toBe(200)
    expect(bytes.toString()).toBe('{"errcode":40007,"errmsg":"invalid media_id"}')
  })

  it('have at most two megabytes', async () => {
    const most = Buffer.concat([png, Buffer.alloc(2 * 1024 * 1024 - png.length)])
    expect(await wechat.upload(most)).toMatchObject({ errcode: 0 })
    const more = Buffer.concat([most, Buffer.alloc(1)])
    expect(await wechat.upload(more)).toMatchObject({ errcode: 40006 })
    expect(await wechat.upload(Buffer.alloc(5 * 1024 * 1024))).toMatchObject({ errcode: 45002 })
  })

  it('are recognised by their bytes, not by their name', async () => {
    expect(await wechat.upload(Buffer.from('<svg/>'))).toMatchObject({ errcode: 40005 })
    expect(await wechat.upload(Buffer.alloc(0))).toMatchObject({ errcode: 44001 })
  })

  it('must have the type image', async () => {
    expect(await wechat.upload(png, { type: 'video' })).toMatchObject({ errcode: 40004 })
    expect(await wechat.upload(png, {})).toMatchObject({ errcode: 40004 })
  })

  it.each([
    ['name="media"; filename="a.png"'],
    ['name="media"; filename="a.png"; filelength=4'],
    ['name=media; filename=a.png'],
    ['filename="a.png"; name="media"'],
    ['name="media"'],
  ])('arrive as %s', async (disposition) => {
    const body = part(disposition, png.toString('latin1'))
    expect(await post(body, 'multipart/form-data; boundary=x')).toMatchObject({ errcode: 0 })
  })

  it.each([
    [
      'another field',
      part('name="file"; filename="a.png"', 'x'),
      'multipart/form-data; boundary=x',
    ],
    ['no boundary', part('name="media"', 'x'), 'multipart/form-data'],
    ['another boundary', part('name="media"', 'x'), 'multipart/form-data; boundary=y'],
    ['an end that is missing', '--x\r\nContent-Disp', 'multipart/form-data; boundary=x'],
    ['bytes alone', png.toString('latin1'), 'image/png'],
  ])('are refused as missing with %s', async (_, body, contentType) => {
    expect(await post(body, contentType)).toMatchObject({ errcode: 41005 })
  })

  it('appear in the list of calls by name and length', async () => {
    const { media_id } = await wechat.upload(png)
    await get(media_id)
    const { calls } = await wechat.get('/sandbox/calls')
    expect(calls).toMatchObject([
      {},
      { body: { media: { name: '图片.png', bytes: png.length } }, reply: { media_id } },
      {},
      { body: null, reply: { name: 'image/png', bytes: png.length } },
    ])
  })

  it('are deleted by a reset', async () => {
    const { media_id } = await wechat.upload(png)
    await wechat.post('/sandbox/reset')
    expect((await get(media_id)).type).toMatch('application/json')
  })
})
