/** Each line about WeChat and an app of it, provoked at the sandbox. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DatabaseSync } from '@photostructure/sqlite'
import { engines, type Engine } from '../support/engines.ts'
import { createConnectProxy } from '../support/connect-proxy.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { app, deploy, type Deployment } from './deployment.ts'

const sqlite = engines[0] as Engine
let deployment: Deployment
beforeAll(async () => {
  deployment = await deploy(sqlite)
})
afterAll(() => deployment.close())

const control = (name: string, body: object) =>
  deployment.server.sandbox(`POST /sandbox/${name}`, { body: { appId: app.appId, ...body } })
const refuse = (path: string, errcode: number) => control('faults', { path, errcode })
const token = '/cgi-bin/stable_token'

describe('the way to WeChat', () => {
  it('that leads nowhere is a problem, and what follows is skipped', async () => {
    const env = { WECHAT_API_BASE: 'http://127.0.0.1:1' }
    expect(await deployment.find('wechat', { env })).toEqual({
      status: 'problem',
      detail: expect.stringMatching(/WECHAT_API_BASE.*ECONNREFUSED/),
    })
    expect(await deployment.find('app-secret', { env })).toMatchObject({
      status: 'skipped',
      detail: 'not looked at: see wechat',
    })
    expect(await deployment.find('database', { env })).toMatchObject({ status: 'ok' })
  })

  it('at which another answers is a problem', async () => {
    const env = { WECHAT_API_BASE: deployment.server.url }
    expect(await deployment.find('wechat', { env })).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining('gateway'),
    })
  })

  it('through a proxy is fine, and the proxy is told without its password', async () => {
    const proxy = await createConnectProxy()
    const { host } = new URL(proxy.url)
    const env = { REACH_HTTPS_PROXY: `http://u:the-word-of-the-proxy@${host}` }
    const findings = await deployment.examine({ env })
    expect(findings.find(({ name }) => name === 'proxy')).toEqual({
      name: 'proxy',
      status: 'ok',
      detail: `${host} takes connections`,
    })
    expect(findings.find(({ name }) => name === 'app-secret')).toMatchObject({ status: 'ok' })
    expect(JSON.stringify(findings)).not.toContain('the-word-of-the-proxy')
    expect(proxy.connects.length).toBeGreaterThan(1)
    proxy.answer(407)
    expect(await deployment.find('wechat', { env })).toMatchObject({
      status: 'problem',
      detail: expect.stringMatching(/REACH_HTTPS_PROXY.*PROXY_407/),
    })
    await proxy.close()
    expect(await deployment.find('proxy', { env })).toEqual({
      status: 'problem',
      detail: `${host} takes no connection (ECONNREFUSED)`,
      advice: expect.stringContaining('REACH_HTTPS_PROXY'),
    })
  })
})

describe('the AppSecret', () => {
  it('that WeChat refuses is a problem, and the white list is not known', async () => {
    const env = { WECHAT_SECRET: 'fedcba9876543210fedcba9876543210' }
    expect(await deployment.find('app-secret', { env })).toEqual({
      appId: app.appId,
      status: 'problem',
      detail: 'WeChat gives no access_token (40125 secret_wrong)',
      advice: expect.stringContaining('WECHAT_SECRET'),
    })
    expect(await deployment.find('ip-white-list', { env })).toMatchObject({ status: 'skipped' })
    expect(await deployment.find('edition', { env })).toMatchObject({
      status: 'skipped',
      detail: `not looked at: see app-secret ${app.appId}`,
    })
  })

  it('that cannot be looked at is a problem', async () => {
    await control('faults', { path: token, status: 502 })
    expect(await deployment.find('app-secret')).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining('HTTP_502'),
    })
  })
})

describe('the IP white list', () => {
  it('that lacks our address is a problem, which names the address to enter', async () => {
    await refuse(token, 40164)
    const findings = await deployment.examine()
    expect(findings.find(({ name }) => name === 'ip-white-list')).toEqual({
      name: 'ip-white-list',
      appId: app.appId,
      status: 'problem',
      detail: 'WeChat refuses calls from 203.0.113.7 (40164)',
      advice: 'Enter 203.0.113.7 at 开发管理 → 开发设置 → IP 白名单.',
    })
    expect(findings.find(({ name }) => name === 'app-secret')).toMatchObject({ status: 'skipped' })
  })

  it.each([89501, 89503, 89506, 89507])('says what to do after %i', async (errcode) => {
    await refuse(token, errcode)
    expect(await deployment.find('ip-white-list')).toMatchObject({
      status: 'problem',
      advice: expect.stringContaining('administrator'),
    })
  })
})

describe('the edition', () => {
  it.each([
    ['2026', '2018', '45103 template_send_retired'],
    ['2018', '2026', '40066 address_invalid'],
  ] as const)('of an account of %s is a problem where we follow %s', async (theirs, ours, code) => {
    await control('edition', { edition: theirs })
    const env = { WECHAT_EDITION: ours }
    expect(await deployment.find('edition', { env })).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining(code),
      advice: `Set WECHAT_EDITION to ${theirs}.`,
    })
    expect(await deployment.find('templates', { env })).toMatchObject({ status: 'skipped' })
    const own = { WECHAT_EDITION: theirs }
    expect(await deployment.find('edition', { env: own })).toMatchObject({ status: 'ok' })
    await control('edition', { edition: '2026' })
  })

  it('says what to do when WeChat shuts the list itself', async () => {
    const list = '/wxaapi/newtmpl/gettemplate'
    await refuse(list, 48001)
    expect(await deployment.find('edition')).toMatchObject({
      status: 'problem',
      advice: expect.stringContaining('站内信'),
    })
    await control('faults', { path: list, hangUp: true })
    expect(await deployment.find('edition')).toMatchObject({ status: 'problem' })
  })
})

describe('the templates', () => {
  const send = (templateId: string, key: string) =>
    deployment.server.ask('POST /v1/messages', {
      body: {
        channel: 'subscribe',
        openId: 'alice-0001',
        templateId,
        data: { thing1: { value: '咖啡' } },
      },
      headers: { 'Idempotency-Key': key },
    })

  it('that messages used and the account lacks are a warning', async () => {
    await deployment.server.phone('alice-0001')
    await control('subscriptions', {
      openId: 'alice-0001',
      templateId: 'a-template-held',
      answer: 'accept',
    })
    expect((await send('a-template-held', 'key-1')).status).toBeLessThan(300)
    expect(await deployment.find('templates')).toMatchObject({ status: 'ok' })
    await send('a-template-that-is-gone', 'key-2')
    expect(await deployment.find('templates')).toEqual({
      appId: app.appId,
      status: 'warning',
      detail: 'messages used a-template-that-is-gone, which the account lacks',
      advice: expect.stringContaining('站内信'),
    })
  })

  it('of another channel are not compared', async () => {
    await control('edition', { edition: '2018' })
    expect(await deployment.find('templates', { env: { WECHAT_EDITION: '2018' } })).toEqual({
      appId: app.appId,
      status: 'ok',
      detail: 'messages used 0, and the account holds them all',
    })
    await control('edition', { edition: '2026' })
  })
})

describe('the quotas', () => {
  const path = '/cgi-bin/openapi/quota/get'
  const quota = (used: number) => {
    const body = { errcode: 0, quota: { daily_limit: 100, used, remain: 100 - used } }
    return control('faults', { path, reply: { body: JSON.stringify(body) } })
  }

  it('of today are told, with the codes that are made for ever', async () => {
    await quota(7)
    expect(await deployment.find('quotas')).toMatchObject({
      status: 'ok',
      detail: expect.stringMatching(
        / 7 of 100;.*; codes of the kinds path and qrcode 0 of 100000$/,
      ),
    })
    const asked = await platformCalls(deployment.server, path)
    expect(asked.map(({ body }) => (body as { cgi_path: string }).cgi_path)).toContain(
      '/cgi-bin/message/subscribe/send',
    )
  })

  it.each([
    [90, 'warning', /清零/],
    [100, 'problem', /midnight/],
  ] as const)('that are used to %i %% are a %s', async (used, status, advice) => {
    await quota(used)
    expect(await deployment.find('quotas')).toMatchObject({
      status,
      detail: expect.stringContaining(`${used} of 100`),
      advice: expect.stringMatching(advice),
    })
  })

  it('that WeChat does not tell are no problem', async () => {
    await control('edition', { edition: '2018' })
    expect(await deployment.find('quotas', { env: { WECHAT_EDITION: '2018' } })).toMatchObject({
      status: 'ok',
      detail: expect.stringContaining('WeChat tells none to this account'),
    })
    await control('edition', { edition: '2026' })
  })

  it('of codes that are nearly used up are a warning', async () => {
    await deployment.server.ask('POST /v1/codes', { body: { kind: 'qrcode', path: 'pages/a' } })
    const file = new DatabaseSync(deployment.env.DATABASE_URL!.slice('sqlite:'.length))
    file.exec('UPDATE wxa_code_counts SET lasting = 95000')
    file.close()
    expect(await deployment.find('quotas')).toEqual({
      appId: app.appId,
      status: 'warning',
      detail: expect.stringMatching(/^95000 of 100000.*use the kind scene/),
    })
  })

  it('of codes that are used up are a problem', async () => {
    await control('quotas', { codes: 0 })
    const body = { kind: 'qrcode', path: 'pages/index' }
    await deployment.server.ask('POST /v1/codes', { body })
    expect(await deployment.find('quotas')).toMatchObject({
      status: 'problem',
      advice: 'Make codes of the kind scene.',
    })
  })
})
