import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/http/routes/routes.ts'
import type { Message } from '../../shared/wire/index.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { isWithin, sourceFiles, textOf } from '../structure/source-files.ts'
import { message } from '../support/server/samples.ts'
import { apiKey, app, startReach, type StartedReach } from '../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

interface Line {
  route?: string
  status?: number
  keyId?: string
  msg?: string
}
const page = readFileSync(join(__dirname, '../../docs/operations.md'), 'utf8')
const section = /^## The log$([^]*?)^## /m.exec(page)![1]!
const told = () => server.lines.map((line) => JSON.parse(line) as Line)

describe('the log', () => {
  it('has the id, route pattern, status, duration, key and network of each request', async () => {
    const { headers } = await server.ask('GET /v1/users/alice-0001/credits')
    expect(told()).toEqual([
      {
        level: 'info',
        msg: 'request',
        requestId: headers.get('X-Request-Id'),
        method: 'GET',
        route: '/v1/users/:openId/credits',
        status: 200,
        ms: expect.any(Number),
        keyId: expect.stringMatching(/^env_/),
        network: '127.0.0.0/24',
      },
    ])
  })

  it('names the key of a request that it may not make, and none of a stranger', async () => {
    const narrow = await startReach({ apiKeys: [{ key: 'key-that-reads', scopes: ['read'] }] })
    await narrow.ask('GET /v1/access-token', { token: 'key-that-reads' })
    await narrow.ask('GET /v1/access-token', { token: 'key-of-a-stranger' })
    const [forbidden, unauthorized] = narrow.lines.map((line) => JSON.parse(line) as Line)
    expect(forbidden).toMatchObject({ status: 403, keyId: expect.stringMatching(/^env_/) })
    expect(unauthorized).toMatchObject({ status: 401 })
    expect(unauthorized).not.toHaveProperty('keyId')
    await narrow.close()
  })

  it('has requests outside the routes, without their path', async () => {
    expectProblem(await server.ask('GET /v1/users/alice-0001/nothing'), 404, 'not_found')
    expectProblem(await server.ask('DELETE /v1/messages'), 405, 'method_not_allowed')
    expect(told()).toMatchObject([
      { msg: 'request', method: 'GET', status: 404, network: '127.0.0.0/24' },
      { msg: 'request', method: 'DELETE', status: 405 },
    ])
    expect(server.lines.join()).not.toMatch(/alice|nothing/)
  })

  it('has a line for each message that is refused, with the words of WeChat', async () => {
    const alice = await server.phone('alice-0001')
    const send = async (key: string) => {
      const headers = { 'Idempotency-Key': key }
      return (await server.ask<Message>('POST /v1/messages', { body: message, headers })).body.id
    }
    const withoutCredit = await send('key-1')
    await alice.postEvents({ type: 'payment.made', prepayId: await alice.pay() })
    const body = { path: '/cgi-bin/message/wxopen/template/send', errcode: 40_037 }
    await server.sandbox('POST /sandbox/faults', { body })
    const ofWechat = await send('key-2')
    // A replay is no second refusal.
    expect(await send('key-2')).toBe(ofWechat)
    const refused = { appId: app.appId, channel: 'template', msg: 'a message was refused' }
    expect(told().filter(({ msg }) => msg === refused.msg)).toEqual([
      { level: 'info', ...refused, message: withoutCredit, code: 'no_credit' },
      {
        level: 'warn',
        ...refused,
        message: ofWechat,
        code: 'template_unknown',
        wechat: { errcode: 40_037, errmsg: expect.any(String), meaning: 'template_unknown' },
      },
    ])
  })

  it('has no field that docs/operations.md does not name', async () => {
    await server.ask('POST /v1/messages', { body: message, headers: { 'Idempotency-Key': 'key' } })
    const named = new Set([...section.matchAll(/`(\w+)`/g)].map(([, name]) => name!))
    const fields = new Set(told().flatMap((line) => Object.keys(line)))
    expect(fields.size).toBeGreaterThan(8)
    expect([...fields].filter((field) => !named.has(field))).toEqual([])
  })

  it('has the lines that docs/operations.md names', () => {
    const [, rows = ''] = /^\| `msg` begins([^]*?)\n\n/m.exec(section)!
    const begins = [...rows.matchAll(/^\| `([^`]+)`/gm)].map(([, begin]) => begin!)
    expect(begins.length).toBeGreaterThan(4)
    const sources = sourceFiles.filter(isWithin('server')).map(textOf).join()
    expect(begins.filter((begin) => !sources.includes(begin))).toEqual([])
  })

  it('contains no openId, no formId and no secret', async () => {
    // `close` searches the lines for every secret that was sent or received.
    const alice = await server.phone('alice-0001')
    const path = '/cgi-bin/message/wxopen/template/send'
    for (const fault of [{ errcode: 48_001 }, { hangUp: true }, { status: 502 }]) {
      await server.sandbox('POST /sandbox/faults', { body: { path, ...fault } })
    }
    for (const key of ['key-1', 'key-2', 'key-3']) {
      await alice.postEvents({
        type: 'form.submitted',
        formId: await alice.submitForm(),
        page: 'a',
      })
      const headers = { 'Idempotency-Key': key }
      await server.ask('POST /v1/messages', { body: message, headers })
    }
    const seen = told().flatMap(({ route }) => route ?? [])
    expect(seen).toContain('/v1/messages')
    expect(routes.map((route) => route.path)).toEqual(expect.arrayContaining(seen))
  })

  it('fails the test when it contains one', async () => {
    const careless = await startReach()
    await careless.phone('alice-0001')
    const lines = careless.lines as string[]
    lines.push(`{"message":"the key is ${apiKey}"}`)
    await expect(careless.close()).rejects.toThrow(/must not: the-key/)
  })
})

describe('a server in an app of yours', () => {
  /** What it prints, in a process of its own, given the options of its second argument. */
  function printedWith(options: string): string[] {
    const entry = pathToFileURL(join(__dirname, '../../dist/server/index.js')).href
    const script = `
      import { createReachServer } from '${entry}'
      const reach = createReachServer({
        apps: [], apiKeys: [], secretKeys: [Buffer.alloc(32, 1)], apiBase: 'http://127.0.0.1:9',
        database: { engine: 'sqlite', path: ':memory:' }, trustedProxies: 0,
        warnings: [{ setting: 'A_SETTING', message: 'Change it.' }],
      }${options})
      await reach.close()`
    const args = ['--input-type=module', '--eval', script]
    const printed = execFileSync(process.execPath, args, { encoding: 'utf8' })
    return printed.split('\n').filter((line) => line !== '')
  }

  it('logs lines of JSON on standard output', () => {
    const lines = printedWith('').map((line) => JSON.parse(line) as object)
    expect(lines).toMatchObject([{ level: 40, setting: 'A_SETTING', msg: 'Change it.' }])
  })

  it('logs nothing with `log: false`', () => {
    expect(printedWith(', { log: false }')).toEqual([])
  })

  it('logs through your logger instead', () => {
    const warn = '(fields, text) => console.log("mine:", text)'
    expect(printedWith(`, { log: { warn: ${warn} } }`)).toEqual(['mine: Change it.'])
  })
})

describe('X-Forwarded-For', () => {
  const headers = { 'X-Forwarded-For': '198.51.100.7' }
  const warnings = ({ lines }: StartedReach) => lines.filter((line) => line.includes('"warn"'))

  it('is told once in the log when TRUST_PROXY is not set', async () => {
    await server.ask('GET /healthz')
    expect(warnings(server)).toEqual([])
    await server.ask('GET /healthz', { headers })
    await server.ask('GET /v1/nothing', { headers })
    expect(warnings(server)).toHaveLength(1)
    expect(warnings(server)[0]).toMatch(/set TRUST_PROXY/)
  })

  it.each([
    ['198.51.100.7', '198.51.100.0/24'],
    ['203.0.113.9, 198.51.100.7', '198.51.100.0/24'],
    ['198.51.100.7:50123', '198.51.100.0/24'],
    ['[2001:db8:1:2::3]:50123', '2001:db8:1::/48'],
    ['[2001:db8:1:2::3]', '2001:db8:1::/48'],
    ['unknown', '127.0.0.0/24'],
    ['x'.repeat(8_000), '127.0.0.0/24'],
    [','.repeat(8_000), '127.0.0.0/24'],
  ])('names the address of the client behind a proxy: %.40s', async (value, network) => {
    const behind = await startReach({ trustedProxies: 1 })
    await behind.ask('GET /healthz', { headers: { 'X-Forwarded-For': value } })
    expect(behind.lines.map((line) => JSON.parse(line) as object)).toMatchObject([{ network }])
    await behind.close()
  })
})
