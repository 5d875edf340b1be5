/** Calls of WeChat through an egress proxy. */
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createWechatHttp, type WechatHttp } from '../../server/wechat/http.ts'
import { createConnectProxy, type ConnectProxy } from '../support/connect-proxy.ts'
import { createScriptedServer, json, reset } from '../support/scripted-server.ts'
import type { ScriptedServer } from '../support/scripted-server.ts'

const call = { method: 'GET', path: '/x', query: { secret: 'hush' } } as const

describe('a call through an egress proxy', () => {
  let server: ScriptedServer
  let proxy: ConnectProxy
  let http: WechatHttp

  beforeEach(async () => {
    server = await createScriptedServer()
    proxy = await createConnectProxy()
    http = through(proxy.url.replace('//', '//user:pa%40ss@'), server.base)
  })
  afterEach(async () => {
    await http.close()
    await proxy.close()
    await server.close()
  })
  const through = (address: string, base: string) =>
    createWechatHttp({ base, proxy: address, connectTimeoutMs: 300, timeoutMs: 3_000 })

  it('is tunnelled, with the user and the password of the proxy', async () => {
    server.on('/x', json({ errcode: 0 }))
    for (const _ of [1, 2, 3, 4]) {
      expect(await http.call(call)).toMatchObject({ result: 'answered' })
    }
    const authorization = `Basic ${Buffer.from('user:pa@ss').toString('base64')}`
    expect(proxy.connects[0]).toEqual({
      target: server.base.slice('http://'.length),
      authorization,
    })
    expect(server.calls).toHaveLength(4)
    expect(proxy.connects.length).toBeLessThanOrEqual(2)
  })

  it.each([407, 403, 502])('was not sent when the proxy answers %i to CONNECT', async (status) => {
    proxy.answer(status)
    const reply = await http.call(call)
    expect(reply).toMatchObject({ result: 'not_sent', cause: { code: `PROXY_${status}` } })
    expect(inspect(reply, { depth: 9 })).not.toMatch(/hush|pa(%40|@)ss/)
    expect(server.calls).toEqual([])
  })

  it('was not sent when the proxy is down', async () => {
    await proxy.close()
    expect(await http.call(call)).toMatchObject({
      result: 'not_sent',
      cause: { code: 'ECONNREFUSED' },
    })
  })

  it('was not sent when the proxy never answers, and closing waits for nothing', async () => {
    proxy.answer('silent')
    const reply = await http.call(call)
    expect(reply).toMatchObject({
      result: 'not_sent',
      cause: { code: 'UND_ERR_HEADERS_TIMEOUT', message: expect.stringMatching(/in time/) },
    })
  })

  it('was not sent when the other end speaks no TLS', async () => {
    const secure = through(proxy.url, server.base.replace('http:', 'https:'))
    expect(await secure.call(call)).toMatchObject({ result: 'not_sent' })
    expect(proxy.connects).toHaveLength(1)
    await secure.close()
  })

  it('has an unknown result when the tunnel breaks after the request', async () => {
    server.on('/x', reset)
    expect(await http.call(call)).toMatchObject({
      result: 'unknown',
      cause: { code: 'UND_ERR_SOCKET' },
    })
  })
})
