/** Each line about the push address, provoked at a running server. */
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { engines, type Engine } from '../support/engines.ts'
import { pushAesKey } from '../support/server/start-pushes.ts'
import { app, deploy, type Deployment, type Env } from './deployment.ts'

const sqlite = engines[0] as Engine

describe('the backend that pushes are forwarded to', () => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(sqlite)
  })
  afterAll(() => deployment.close())

  const find = (url: string) =>
    deployment.find('forward-pushes', { env: { REACH_FORWARD_PUSHES: url } })

  it('is none where the setting is absent', async () => {
    expect(await deployment.find('forward-pushes')).toMatchObject({ status: 'ok' })
  })

  it('takes the token, at an address with a query', async () => {
    const { url } = deployment.server
    expect(await find(`${url}/v1/push/${app.appId}?shop=7`)).toEqual({
      appId: app.appId,
      status: 'ok',
      detail: `${new URL(url).host}/v1/push/${app.appId} takes the token`,
    })
  })

  it('that does not know the token, or is another program, is a problem', async () => {
    const { url } = deployment.server
    expect(await find(`${url}/elsewhere`)).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining('with 404'),
      advice: expect.stringContaining('REACH_FORWARD_PUSHES'),
    })
  })

  it('that is dead is a problem', async () => {
    const dead = createServer()
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve))
    const { port } = dead.address() as AddressInfo
    await new Promise((resolve) => dead.close(resolve))
    expect(await find(`http://127.0.0.1:${port}/push`)).toMatchObject({
      status: 'problem',
      detail: `127.0.0.1:${port} does not answer from here (ECONNREFUSED)`,
    })
  })
})

describe('the push address', () => {
  let deployment: Deployment
  beforeAll(async () => {
    deployment = await deploy(sqlite)
  })
  afterAll(() => deployment.close())

  const find = async (changes: { env?: Env; pushUrl?: string } = {}) => {
    const { url: pushUrl } = deployment.server
    return deployment.find('push-address', { pushUrl, ...changes })
  }

  /** What stands in place of the server. */
  async function before(listener: RequestListener, work: (url: string) => Promise<void>) {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await work(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }

  it('takes token and key, and remembers nobody', async () => {
    expect(await find()).toEqual({
      appId: app.appId,
      status: 'ok',
      detail: `${deployment.server.url}/v1/push/${app.appId} takes token and key`,
    })
    const refused = deployment.server.lines.filter((line) => line.includes('push'))
    expect(refused.filter((line) => line.includes('"warn"'))).toEqual([])
  })

  it('that is not known is skipped, with how to name it', async () => {
    expect(await deployment.find('push-address')).toMatchObject({
      status: 'skipped',
      advice: 'Add --push-url https://… to doctor.',
    })
  })

  it('without a token is a warning', async () => {
    const env = { WECHAT_PUSH_TOKEN: '', WECHAT_PUSH_AES_KEY: '' }
    expect(await find({ env })).toMatchObject({
      status: 'warning',
      detail: expect.stringContaining('WECHAT_PUSH_TOKEN is not set'),
    })
  })

  it.each<[string, Env, string]>([
    ['another token', { WECHAT_PUSH_TOKEN: 'a-token-of-another-day' }, 'WECHAT_PUSH_TOKEN'],
    [
      'another key',
      { WECHAT_PUSH_AES_KEY: [...pushAesKey].reverse().join('') },
      'WECHAT_PUSH_AES_KEY',
    ],
    ['another mode', { WECHAT_PUSH_MODE: 'plain' }, 'WECHAT_PUSH_MODE'],
  ])('of a server with %s is a problem', async (_, env, setting) => {
    expect(await find({ env })).toMatchObject({
      status: 'problem',
      detail: `/v1/push/${app.appId} answers 403`,
      advice: expect.stringContaining(setting),
    })
  })

  it.each<[string, RequestListener, RegExp]>([
    ['redirects', (_, reply) => void reply.writeHead(301, { Location: '/' }).end(), /redirect/],
    ['serves nothing there', (_, reply) => void reply.writeHead(404).end(), /prefix/],
    ['answers with a page', (_, reply) => void reply.end('<html>'), /reach serve/],
    ['is in trouble', (_, reply) => void reply.writeHead(503).end(), /readyz/],
    ['hangs up', (request) => void request.socket.destroy(), /firewall/],
  ])('at which something %s is a problem', async (_, listener, advice) => {
    await before(listener, async (pushUrl) => {
      expect(await find({ pushUrl })).toMatchObject({
        status: 'problem',
        advice: expect.stringMatching(advice),
      })
    })
  })

  it('at which nothing listens is a problem', async () => {
    let closed = ''
    await before(
      () => {},
      async (url) => void (closed = url),
    )
    expect(await find({ pushUrl: closed })).toMatchObject({
      status: 'problem',
      detail: `${new URL(closed).host} does not answer from here (ECONNREFUSED)`,
    })
  })

  it('at a port that WeChat does not call is a warning', async () => {
    const pushUrl = deployment.server.url.replace('127.0.0.1', '0.0.0.0')
    expect(await find({ pushUrl })).toMatchObject({
      status: 'warning',
      advice: expect.stringContaining('443'),
    })
  })

  it('whose server cannot record pushes is a problem', async () => {
    await deployment.server.reach.close()
    expect(await find()).toMatchObject({
      status: 'problem',
      detail: expect.stringContaining('503'),
    })
  })
})
