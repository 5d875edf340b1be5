import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { createTokenService } from '../../../server/wechat/token-service.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { apiKey, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let service: StartedReach
let server: StartedReach
/** A server whose tokens come from another one, by its address. */
beforeEach(async () => {
  service = await startReach()
  const headers = { Authorization: `Bearer ${apiKey}` }
  const { clock } = service
  const tokens = () => createTokenService({ url: `${service.url}/v1/access-token`, headers, clock })
  server = await startReach({ settings: { tokens, apiBase: service.sandboxUrl } })
})
afterEach(async () => {
  await server.close()
  await service.close()
})

const templates = async () => (await server.ask('GET /v1/templates')).status
const fetched = async () => (await platformCalls(service, '/cgi-bin/token')).length

it('two servers use one token, which one of them keeps', async () => {
  expect(await templates()).toBe(200)
  expect((await service.ask('GET /v1/templates')).status).toBe(200)
  expect(await fetched()).toBe(1)
})

it('a token that WeChat refuses is replaced where it is kept', async () => {
  await templates()
  const path = '/cgi-bin/wxopen/template/list'
  await service.sandbox('POST /sandbox/faults', { body: { path, errcode: 40_001 } })
  expect(await templates()).toBe(200)
  expect(await fetched()).toBe(2)
})

it('what WeChat says of the secret is told here too', async () => {
  const path = '/cgi-bin/token'
  await service.sandbox('POST /sandbox/faults', { body: { path, errcode: 40_164 } })
  const answer = await server.ask('GET /v1/templates')
  expect(answer).toMatchObject({ status: 502, body: { code: 'wechat_credentials' } })
  expect(answer.body.wechat).toMatchObject({ errcode: 40_164, meaning: 'address_not_allowed' })
})
