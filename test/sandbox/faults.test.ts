import { connect } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { MonotonicClock } from '../../server/runtime/world.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { app, startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/cgi-bin/message/wxopen/template/send'
const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
let wechat: StartedSandbox
let waits: number[]

/** Every wait ends at once, and no time-out comes. */
const monotonic: MonotonicClock = {
  now: () => 0,
  wait: (ms) => {
    waits.push(ms)
    return Promise.resolve()
  },
  after: () => () => {},
}

beforeEach(async () => {
  waits = []
  wechat = await startSandbox({ monotonic })
  await wechat.post('/sandbox/users', { openId: 'OPENID' })
  await wechat.post('/sandbox/form-ids', { openId: 'OPENID', formId: 'FORMID' })
})
afterEach(() => wechat.close())

const send = () => wechat.call(path, { touser: 'OPENID', template_id, form_id: 'FORMID' })
const arrived = async () => (await wechat.get('/sandbox/inbox/OPENID')).messages.length

describe('a fault', () => {
  it('before: returns an errcode, and the call has no effect', async () => {
    await wechat.post('/sandbox/faults', { path, times: 1, when: 'before', errcode: -1 })
    expect(await send()).toEqual({ errcode: -1, errmsg: 'system error' })
    expect(await arrived()).toBe(0)
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('40164 names the address in its errmsg', async () => {
    await wechat.post('/sandbox/faults', { path, times: 1, errcode: 40164 })
    expect(await send()).toMatchObject({ errmsg: expect.stringContaining('203.0.113.7') })
  })

  it('after: returns an errcode, and the call has taken effect', async () => {
    await wechat.post('/sandbox/faults', { path, times: 1, when: 'after', errcode: -1 })
    expect(await send()).toMatchObject({ errcode: -1 })
    expect(await arrived()).toBe(1)
    expect(await send()).toMatchObject({ errcode: 41029 })
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('%s: returns a status and HTML, as a gateway does', async (when, count) => {
    await wechat.post('/sandbox/faults', { path, when, status: 502 })
    const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
    const body = JSON.stringify({ touser: 'OPENID', template_id, form_id: 'FORMID' })
    const reply = await fetch(url, { method: 'POST', body })
    expect(reply.status).toBe(502)
    expect(reply.headers.get('content-type')).toMatch('text/html')
    expect(await arrived()).toBe(count)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('%s: hangs up', async (when, count) => {
    await wechat.post('/sandbox/faults', { path, when, hangUp: true })
    await expect(send()).rejects.toThrow('fetch failed')
    expect(await arrived()).toBe(count)
  })

  it.each([['before'], ['after']])('%s: delays the reply', async (when) => {
    await wechat.post('/sandbox/faults', { path, when, delayMs: 3_000 })
    expect(await send()).toMatchObject({ errcode: 0 })
    expect(waits).toEqual([3_000])
    expect(await arrived()).toBe(1)
  })

  it.each([
    ['before', 0],
    ['after', 1],
  ])('%s: a caller who hangs up during the delay has sent %i messages', async (when, count) => {
    await wechat.close()
    const driven = createDrivenMonotonic()
    wechat = await startSandbox({ monotonic: driven })
    await wechat.post('/sandbox/users', { openId: 'OPENID' })
    await wechat.post('/sandbox/form-ids', { openId: 'OPENID', formId: 'FORMID' })
    await wechat.post('/sandbox/faults', { path, when, delayMs: 600_000 })
    const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
    const body = JSON.stringify({ touser: 'OPENID', template_id, form_id: 'FORMID' })
    const leaving = new AbortController()
    const asked = fetch(url, { method: 'POST', body, signal: leaving.signal })
    await driven.waitedFor(600_000)
    leaving.abort()
    await expect(asked).rejects.toThrow('aborted')
    await driven.endedFor(600_000)
    expect(await arrived()).toBe(count)
  })

  describe('of a reply', () => {
    const damage = (reply: object, when?: string) =>
      wechat.post('/sandbox/faults', { path, reply, ...(when && { when }) })
    const exchange = async () => {
      const url = `${wechat.url}${path}?access_token=${await wechat.token()}`
      const body = JSON.stringify({ touser: 'OPENID', template_id, form_id: 'FORMID' })
      return fetch(url, { method: 'POST', body })
    }

    it.each([
      ['HTML with status 200', { contentType: 'text/html', body: '<html></html>' }, 'text/html'],
      ['JSON that is cut', { body: '{"errcode":0,"err' }, 'application/json; charset=utf-8'],
      ['JSON under an image type', { contentType: 'image/jpeg', body: '{}' }, 'image/jpeg'],
      ['a control character', { body: '{"errmsg":"\u0008"}' }, 'application/json; charset=utf-8'],
    ])('replaces it by %s, without an effect or after it', async (_, reply, type) => {
      for (const [when, count] of [
        ['before', 0],
        ['after', 1],
      ] as const) {
        await damage(reply, when)
        const got = await exchange()
        expect([got.status, got.headers.get('content-type')]).toEqual([200, type])
        expect(await got.text()).toBe(reply.body)
        expect(await arrived()).toBe(count)
      }
    })

    it('replaces it by bytes that are no text', async () => {
      await damage({ bodyBase64: Buffer.from([0x7b, 0xe6, 0x9d]).toString('base64') })
      expect(Buffer.from(await (await exchange()).arrayBuffer())).toEqual(
        Buffer.from([0x7b, 0xe6, 0x9d]),
      )
    })

    it('changes status and headers, compresses it, and lets the call take effect', async () => {
      await damage({ status: 201, headers: { 'X-Wechat': 'odd' }, gzip: true })
      const got = await exchange()
      expect([got.status, got.headers.get('x-wechat')]).toEqual([201, 'odd'])
      expect(got.headers.get('content-encoding')).toBe('gzip')
      expect(await got.json()).toEqual({ errcode: 0, errmsg: 'ok' })
      expect(await arrived()).toBe(1)
    })

    it('sends each header once, also while it drips', async () => {
      await damage({ dripMs: 1, headers: { 'content-type': 'text/plain', 'content-length': '3' } })
      const got = await exchange()
      expect(got.headers.get('content-type')).toBe('text/plain')
      expect(await got.json()).toEqual({ errcode: 0, errmsg: 'ok' })
    })

    it('makes it drip', async () => {
      await damage({ dripMs: 500 })
      expect(await (await exchange()).json()).toEqual({ errcode: 0, errmsg: 'ok' })
      // 27 bytes in parts of 16.
      expect(waits).toEqual([500, 500])
    })

    it('sends twice the length that it promised', async () => {
      await damage({ overrun: true })
      const token = await wechat.token()
      const sent = JSON.stringify({ touser: 'OPENID', template_id, form_id: 'FORMID' })
      const socket = connect(Number(new URL(wechat.url).port), '127.0.0.1')
      socket.end(
        `POST ${path}?access_token=${token} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n` +
          `Content-Length: ${sent.length}\r\n\r\n${sent}`,
      )
      const whole = await text(socket)
      expect(whole).toContain('Content-Length: 27\r\n')
      expect(whole.split('\r\n\r\n')[1]).toBe('{"errcode":0,"errmsg":"ok"}'.repeat(2))
    })

    it.each([
      [{}, '/reply'],
      [{ body: 'a', bodyBase64: 'YQ==' }, 'body and bodyBase64'],
      [{ headers: { 'X-A': 'a\r\nX-B: b' } }, '/reply/headers'],
      [{ headers: { 'X A': 'a' } }, '/reply/headers'],
      [{ dripMs: 0 }, '/reply/dripMs'],
    ])('is refused: %j', async (reply, hint) => {
      expect(await damage(reply)).toEqual({ error: expect.stringContaining(hint) })
    })
  })

  it('applies the given number of times, and then the next fault applies', async () => {
    await wechat.post('/sandbox/faults', { path, times: 2, errcode: -1 })
    await wechat.post('/sandbox/faults', { path, errcode: 45009 })
    const answers = [await send(), await send(), await send(), await send()]
    expect(answers.map(({ errcode }) => errcode)).toEqual([-1, -1, 45009, 0])
  })

  it('applies to its path however a caller writes it', async () => {
    await wechat.post('/sandbox/faults', { path: '/cgi-bin/token', errcode: -1 })
    expect(await wechat.get('/CGI-BIN/token/')).toMatchObject({ errcode: -1 })
  })

  it('applies to one path', async () => {
    await wechat.post('/sandbox/faults', { path: '/sns/jscode2session', errcode: -1 })
    expect(await send()).toMatchObject({ errcode: 0 })
  })

  it('can be limited to one app', async () => {
    await wechat.close()
    const other = { appId: 'wx1111111111sandbox', secret: 'other' }
    wechat = await startSandbox({ apps: [app, other] })
    const token = { path: '/cgi-bin/token', errcode: -1 }
    await wechat.post('/sandbox/faults', { ...token, appId: other.appId })
    const ask = ({ appId, secret }: typeof app) =>
      wechat.get(token.path, { grant_type: 'client_credential', appid: appId, secret })
    expect(await ask(app)).toMatchObject({ expires_in: 7200 })
    expect(await ask(other)).toMatchObject({ errcode: -1 })
  })

  it.each([
    [{ path: '/cgi-bin/tokens', errcode: -1 }, '/cgi-bin/token'],
    [{ path }, 'errcode, status, delayMs, hangUp and reply'],
    [{ path, errcode: -1, hangUp: true }, 'errcode, status, delayMs, hangUp and reply'],
    [{ path, errcode: -1, times: 0 }, '/times'],
    [{ path, errcode: -1, when: 'during' }, 'before,after'],
  ])('is refused: %j', async (fault, hint) => {
    expect(await wechat.post('/sandbox/faults', fault)).toEqual({
      error: expect.stringContaining(hint),
    })
  })
})
