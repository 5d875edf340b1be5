import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/operations.ts'
import type { ReadyReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { message } from '../../support/server/samples.ts'
import { expectShape } from '../../support/server/shape.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeEach(async () => {
  server = await startReach()
})
afterEach(() => server.close())

const ready = () => server.ask<ReadyReply>('GET /readyz', { token: null })
const healthy = () => server.ask('GET /healthz', { token: null })

describe('a server that works', () => {
  it('says so without a key', async () => {
    const health = await healthy()
    expect(health).toMatchObject({ status: 200, type: expect.stringMatching(/^application\/json/) })
    expectShape(schemas.healthReply, health.body)
    const { status, body } = await ready()
    expectShape(schemas.readyReply, body)
    expect({ status, body }).toEqual({
      status: 200,
      body: { status: 'ready', checks: { store: { ok: true }, process: { ok: true } } },
    })
  })
})

describe('a server that stops', () => {
  it('is not ready, and still answers', async () => {
    server.reach.drain()
    expect(await ready()).toMatchObject({
      status: 503,
      body: { status: 'not_ready', checks: { process: { ok: false, detail: 'stopping' } } },
    })
    expect((await healthy()).status).toBe(200)
    expect((await server.ask('GET /v1/users/alice-0001/credits')).status).toBe(200)
  })
})

describe('a server whose database is away', () => {
  it('is alive and not ready', async () => {
    await server.reach.close()
    expect((await healthy()).status).toBe(200)
    const { status, body } = await ready()
    expectShape(schemas.readyReply, body)
    expect(status).toBe(503)
    expect(body).toMatchObject({ status: 'not_ready', checks: { store: { ok: false } } })
  })

  it('asks whoever wants something written to come again', async () => {
    const alice = await server.phone('alice-0001')
    await alice.postEvents({ type: 'share.opened', scene: 1001, page: 'a' })
    await server.reach.close()
    const form = { id: 'event-0001', at: 0, type: 'form.submitted', formId: 'f-1', page: 'a' }
    const answers = [
      await alice.post({ sentAt: 0, events: [form] }),
      await server.ask('POST /v1/messages', {
        body: message,
        headers: { 'Idempotency-Key': 'key-1' },
      }),
      await server.ask('POST /v1/credits/payment', {
        body: { openId: 'alice-0001', prepayId: 'wx2018' },
      }),
    ]
    for (const answer of answers) {
      expectProblem(answer, 503, 'store_unavailable')
      expect(Number(answer.headers.get('Retry-After'))).toBeGreaterThan(0)
    }
  })
})
