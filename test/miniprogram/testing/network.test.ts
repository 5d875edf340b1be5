/** `wx.request` of the testing phone, as an app's own code calls it. */
import { describe, expect, it } from '@jest/globals'
import { createPhone, type Phone, type PhoneReply } from '../../../miniprogram/client/testing'

type Asked = Record<string, unknown>

/** A request by an app's own code, and the callbacks that it gets. */
function ask(phone: Phone, options: Asked) {
  const seen: unknown[] = []
  const note = (name: string) => (result: object) => void seen.push([name, result])
  const life = phone.start()
  const callbacks = { success: note('success'), fail: note('fail'), complete: note('complete') }
  const task = life.platform.request({ ...options, ...callbacks } as never) as { abort(): void }
  return { seen, task, settled: () => phone.clock.settle() }
}

const ok: PhoneReply = { status: 200, body: { name: '小明' } }

describe('a request', () => {
  it('needs no header and no method, and calls complete after success', async () => {
    const phone = createPhone({ reply: () => ok })
    const { seen, settled } = ask(phone, { url: 'https://app.example.com/me' })
    await settled()
    const result = {
      errMsg: 'request:ok',
      statusCode: 200,
      data: { name: '小明' },
      header: {},
    }
    expect(seen).toEqual([
      ['success', result],
      ['complete', result],
    ])
    expect(phone.network.requests).toMatchObject([{ method: 'GET', path: '/me', header: {} }])
  })

  it('calls complete after a failure, too', async () => {
    const { seen, settled } = ask(createPhone({ reply: () => 'fail' }), { url: 'https://a.test/' })
    await settled()
    const error = { errMsg: 'request:fail ' }
    expect(seen).toEqual([
      ['fail', error],
      ['complete', error],
    ])
  })

  it('ends as aborted where the app aborts it', async () => {
    const phone = createPhone({ reply: () => 'hang' })
    const { seen, task } = ask(phone, { url: 'https://a.test/' })
    task.abort()
    task.abort()
    expect(seen[0]).toEqual(['fail', { errMsg: 'request:fail abort' }])
    expect([seen.length, phone.network.aborted, phone.network.inFlight]).toEqual([2, 1, 0])
  })

  it.each([
    ['https://app.example.com/a', 'app.example.com', '/a'],
    ['https://App.Example.com:8443/a?b=1#c', 'app.example.com:8443', '/a?b=1'],
    ['http://127.0.0.1:3000', '127.0.0.1:3000', '/'],
    ['https://app.example.com?b=1', 'app.example.com', '/?b=1'],
  ])('to %s goes to the host %s', async (url, host, path) => {
    const phone = createPhone({ reply: () => ok })
    await ask(phone, { url }).settled()
    expect(phone.network.requests).toMatchObject([{ host, path }])
  })

  it.each(['/orders', '', 'app.example.com/orders', 'ftp://a.test'])(
    'to the address %j fails, and leaves nothing',
    async (url) => {
      const phone = createPhone({ reply: () => ok })
      const { seen, settled } = ask(phone, { url })
      await settled()
      expect(seen[0]).toEqual(['fail', { errMsg: `request:fail invalid url "${url}"` }])
      expect([seen.length, phone.network.requests, phone.network.inFlight]).toEqual([2, [], 0])
    },
  )

  it('carries the data of a GET in its query, and of a POST in its body', async () => {
    const phone = createPhone({ reply: () => ok })
    const data = { q: '你 好', n: 1 }
    await ask(phone, { url: 'https://a.test/x?y=0', data }).settled()
    await ask(phone, { url: 'https://a.test/x', method: 'POST', data }).settled()
    await ask(phone, { url: 'https://a.test/x', method: 'POST', data: 'a=1' }).settled()
    const sent = phone.network.requests.map(({ path, body }) => [path, body])
    expect(sent).toEqual([
      ['/x?y=0&q=%E4%BD%A0%20%E5%A5%BD&n=1', undefined],
      ['/x', data],
      ['/x', 'a=1'],
    ])
  })

  it('names its headers in lower case, and the bearer token by itself', async () => {
    const phone = createPhone({ reply: () => ok })
    const header = { Authorization: 'Bearer mine', 'X-Version': 3 }
    await ask(phone, { url: 'https://a.test/x', header }).settled()
    expect(phone.network.requests).toMatchObject([
      { token: 'mine', header: { authorization: 'Bearer mine', 'x-version': '3' } },
    ])
  })

  it('fails with what the test’s own reply has thrown', async () => {
    const phone = createPhone({
      reply: ({ body }) => ({ status: 200, body: body.missing.name }),
    })
    const { seen, settled } = ask(phone, { url: 'https://a.test/me', method: 'POST', data: {} })
    await settled()
    const [, error] = seen[0] as [string, { errMsg: string }]
    expect(error.errMsg).toMatch(/^request:fail the test's reply to \/me threw TypeError/)
  })

  it('gets a copy of the reply: what the app changes is not changed in the test', async () => {
    const rows = [{ place: 1 }]
    const phone = createPhone({ reply: () => ({ status: 200, body: { rows } }) })
    const { seen, settled } = ask(phone, { url: 'https://a.test/x' })
    await settled()
    const [[, { data }]] = seen as [[string, { data: { rows: object[] } }]]
    data.rows.push({ place: 2 })
    expect(rows).toEqual([{ place: 1 }])
  })

  it('hands bytes on as they are', async () => {
    const bytes = new ArrayBuffer(3)
    const phone = createPhone({ reply: () => ({ status: 200, body: bytes }) })
    const { seen, settled } = ask(phone, { url: 'https://a.test/x.png' })
    await settled()
    expect((seen[0] as [string, { data: unknown }])[1].data).toBe(bytes)
  })
})

describe('the hosts', () => {
  it('are told apart: those that the test names, and the wx-reach server', async () => {
    const phone = createPhone({ hosts: { 'app.example.com': () => ok } })
    const own = ask(phone, { url: 'https://app.example.com/v1/session', method: 'POST', data: {} })
    const reach = ask(phone, {
      url: 'https://reach.example.com/v1/session',
      method: 'POST',
      data: {},
    })
    await phone.clock.settle()
    expect(own.seen[0]).toMatchObject(['success', { data: { name: '小明' } }])
    expect(reach.seen[0]).toMatchObject(['success', { statusCode: 201 }])
    expect(phone.server.tokens).toHaveLength(1)
  })

  it('can be added later', async () => {
    const phone = createPhone()
    phone.network.hosts['late.example.com'] = () => ({ status: 204 })
    const { seen, settled } = ask(phone, { url: 'https://late.example.com/' })
    await settled()
    expect(seen[0]).toMatchObject(['success', { statusCode: 204, data: '' }])
  })

  it('that are not named get 404 of the wx-reach server, which says how to name them', async () => {
    const { seen, settled } = ask(createPhone(), { url: 'https://app.example.com/orders' })
    await settled()
    const data = { detail: expect.stringContaining('createPhone({ hosts: { … } })') }
    expect(seen[0]).toMatchObject(['success', { statusCode: 404, data }])
  })

  it('are names, not addresses', () => {
    const hosts = { 'https://app.example.com/': () => ok }
    const words = "hosts: 'https://app.example.com/' is an address. Name its host alone: 'app.exam"
    expect(() => createPhone({ hosts })).toThrow(words)
  })

  it('may have the wx-reach server under a path of its own', async () => {
    const phone = createPhone()
    const url = 'https://app.example.com/reach/v1/session'
    const { seen, settled } = ask(phone, { url, method: 'POST', data: {} })
    await settled()
    expect(seen[0]).toMatchObject(['success', { statusCode: 201 }])
  })
})
