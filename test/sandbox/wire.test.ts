import { request } from 'node:http'
import { connect } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import {
  app,
  createFixedRandom,
  startSandbox,
  type StartedSandbox,
} from '../support/server/start-sandbox.ts'

const stable = '/cgi-bin/stable_token'
const body = JSON.stringify({
  grant_type: 'client_credential',
  appid: app.appId,
  secret: app.secret,
})
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
})
afterEach(() => wechat.close())

const post = async (sent: string, headers: Record<string, string> = {}) => {
  const reply = await fetch(wechat.url + stable, { method: 'POST', body: sent, headers })
  return (await reply.json()) as object
}
const given = { access_token: expect.any(String), expires_in: 7200 }

describe('what SDKs send', () => {
  it.each([
    ['application/json; charset=utf-8'],
    ['application/x-www-form-urlencoded'],
    ['text/plain'],
    ['multipart/form-data'],
    ['nonsense'],
  ])('is read as JSON under %s', async (type) => {
    expect(await post(body, { 'content-type': type })).toEqual(given)
  })

  it('may begin with a byte order mark and have unknown and empty fields', async () => {
    expect(await post(`\uFEFF${body}`)).toEqual(given)
    expect(await post(body.replace('{', '{"errcode":40013,"lang":null,'))).toEqual(given)
  })

  it('may come under any Host, without a User-Agent and a content type', async () => {
    const text = await new Promise<string>((resolve, reject) => {
      const headers = { host: 'api.weixin.qq.com' }
      const outgoing = request(wechat.url + stable, { method: 'POST', headers }, (reply) => {
        let read = ''
        reply.setEncoding('utf8').on('data', (part: string) => (read += part))
        reply.on('end', () => resolve(read))
      })
      outgoing.on('error', reject).end(body)
    })
    expect(JSON.parse(text)).toEqual(given)
  })

  it('may come without any header at all', async () => {
    const query = `grant_type=client_credential&appid=${app.appId}&secret=${app.secret}`
    const socket = connect(Number(new URL(wechat.url).port), '127.0.0.1')
    socket.write(`GET /cgi-bin/token?${query} HTTP/1.1\r\n\r\n`)
    const text = await new Promise<string>((resolve) =>
      socket.once('data', (part) => resolve(String(part))),
    )
    socket.destroy()
    expect(text).toMatch(/^HTTP\/1.1 200 OK\r\n/)
  })

  it('may have its parameters in any order and repeated', async () => {
    const query = `secret=${app.secret}&x=1&appid=${app.appId}&appid=&grant_type=client_credential`
    const reply = await fetch(`${wechat.url}/cgi-bin/token?${query}`)
    expect(await reply.json()).toEqual(given)
  })

  it.each([
    ['', 44002],
    ['{', 47001],
    ['[]', 47001],
    ['null', 47001],
    ['a=b', 47001],
  ])('%p is refused when it should be a JSON object', async (sent, errcode) => {
    expect(await post(sent)).toMatchObject({ errcode })
  })

  it('is refused when it is larger than four megabytes', async () => {
    expect(await post(' '.repeat(4 * 1024 * 1024 + 1))).toMatchObject({ errcode: 45002 })
  })

  it('is refused with another method', async () => {
    expect(await wechat.get(stable)).toEqual({ errcode: 43002, errmsg: 'require POST method' })
    expect(await wechat.post('/cgi-bin/token')).toEqual({
      errcode: 43001,
      errmsg: 'require GET method',
    })
  })
})

describe('what SDKs get back', () => {
  it('is 200 and compact JSON, for a refusal too', async () => {
    const reply = await fetch(
      `${wechat.url}/cgi-bin/token?grant_type=client_credential&appid=x&secret=x`,
    )
    expect(reply.status).toBe(200)
    expect(reply.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await reply.text()).toBe('{"errcode":40013,"errmsg":"invalid appid"}')
  })

  it('is an errcode with HTTP 200 for an unknown path, and lists the existing ones', async () => {
    const reply = await fetch(`${wechat.url}/cgi-bin/message/template/send`, { method: 'POST' })
    expect(reply.status).toBe(200)
    expect(await reply.json()).toEqual({
      errcode: 40066,
      errmsg: expect.stringContaining('POST /cgi-bin/message/wxopen/template/send'),
    })
  })

  it('is the same for the same random bytes', async () => {
    const first = await wechat.token()
    await wechat.close()
    wechat = await startSandbox({ random: createFixedRandom() })
    expect(await wechat.token()).toBe(first)
  })
})

describe('a request whose body stops arriving', () => {
  it('is dropped after ten seconds', async () => {
    await wechat.close()
    let timeOut = () => {}
    const waiting = new Promise<number>((began) => {
      const after = (ms: number, task: () => void) => {
        timeOut = task
        began(ms)
        return () => {}
      }
      void startSandbox({ monotonic: { now: () => 0, wait: async () => {}, after } }).then(
        (started) => {
          wechat = started
          const socket = connect(Number(new URL(started.url).port), '127.0.0.1')
          socket.write(`POST ${stable} HTTP/1.1\r\nHost: x\r\nContent-Length: 99\r\n\r\n{`)
          socket.on('close', () => dropped())
        },
      )
    })
    let dropped = () => {}
    const closed = new Promise<void>((resolve) => (dropped = resolve))
    expect(await waiting).toBe(10_000)
    timeOut()
    await closed
    const { calls } = await wechat.get('/sandbox/calls')
    expect(calls).toMatchObject([{ path: stable, body: null, status: null, reply: null }])
  })
})
