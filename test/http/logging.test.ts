import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { routes } from '../../server/http/routes/routes.ts'
import { message } from '../support/server/samples.ts'
import { apiKey, startReach, type StartedReach } from '../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const told = () =>
  server.lines.map((line) => JSON.parse(line) as { route?: string; status?: number; ms?: number })

describe('the log', () => {
  it('has the route pattern, status and duration of each request', async () => {
    await server.ask('GET /v1/users/alice-0001/credits?appId=wx0123456789abcdef')
    await server.ask('GET /v1/users/alice-0001/credits', { token: null })
    const [good, bad] = told()
    expect(good).toEqual({
      level: 'info',
      message: 'request',
      method: 'GET',
      route: '/v1/users/:openId/credits',
      status: 200,
      ms: expect.any(Number),
    })
    expect(bad).toMatchObject({ route: '/v1/users/:openId/credits', status: 401 })
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
