/** What /readyz knows of the AppSecret at WeChat and of the secret key of the database. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/operations.ts'
import type { ReachApp } from '../../../server/runtime/apps.ts'
import type { ReadyReply } from '../../../shared/wire/index.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach, type StartedReach } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

async function readiness({ ask }: StartedReach, token?: null) {
  const { status, body } = await ask<ReadyReply>('GET /readyz', token === null ? { token } : {})
  expectShape(schemas.readyReply, body)
  return { status, checks: body.checks }
}

/** Other requests of the load balancer, until one finds this status. */
async function untilReady(server: StartedReach, status: number) {
  for (;;) {
    const found = await readiness(server, null)
    if (found.status === status) return found
  }
}

const refuse = ({ sandbox }: StartedReach, errcode: number, appId = app.appId) =>
  sandbox('POST /sandbox/faults', { body: { path: '/cgi-bin/token', errcode, appId } })
const fetchToken = ({ ask }: StartedReach, appId = app.appId) =>
  ask(`GET /v1/access-token?appId=${appId}`)

describe('a server whose AppSecret WeChat refuses', () => {
  const server = useReach()

  it('is not ready from its start on, and says what to do', async () => {
    await server.sandbox('POST /sandbox/secret', { body: { appId: app.appId } })
    server.reach.start()
    const { checks } = await untilReady(server, 503)
    expect(checks).toMatchObject({
      credentials: { ok: false, detail: expect.stringMatching(/40125.*WECHAT_SECRET/) },
      store: { ok: true },
    })
    expect(JSON.stringify(checks)).not.toContain(app.appId)
  })

  it('is ready again once WeChat gives a token, although no request asks for one', async () => {
    await refuse(server, 40164)
    expect((await fetchToken(server)).status).toBe(502)
    const { status, checks } = await readiness(server, null)
    expect([status, checks.credentials]).toEqual([
      503,
      { ok: false, detail: expect.stringMatching(/40164.*IP white list/) },
    ])
    server.monotonic.advance(1_000)
    await untilReady(server, 200)
    expect((await readiness(server, null)).checks).not.toHaveProperty('credentials')
  })

  it('stays ready while an earlier token lives', async () => {
    await fetchToken(server)
    await refuse(server, 40125)
    server.clock.advance(7_000_000)
    await fetchToken(server)
    expect((await readiness(server)).status).toBe(200)
  })
})

describe('a server of two apps', () => {
  const other: ReachApp = { ...app, appId: 'wxfedcba9876543210' }
  const server = useReach({ apps: [app, other] })

  it('is ready although WeChat refuses one, which it names to the holder of a key', async () => {
    await refuse(server, 40125, other.appId)
    await fetchToken(server, other.appId)
    const { status, checks } = await readiness(server)
    expect([status, Object.keys(checks).sort()]).toEqual([
      200,
      ['process', 'store', `${other.appId} credentials`],
    ])
    expect(Object.keys((await readiness(server, null)).checks).sort()).toEqual(['process', 'store'])
    await refuse(server, 40125)
    await fetchToken(server)
    expect((await readiness(server)).status).toBe(503)
  })
})

describe('a server with another secret key than the access_token of the database', () => {
  let folder: string
  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wx-reach-ready-'))
  })
  afterEach(() => rmSync(folder, { recursive: true }))

  const startUnder = (byte: number) =>
    startReach({
      settings: {
        secretKeys: [Buffer.alloc(32, byte)],
        database: { engine: 'sqlite', path: join(folder, 'reach.db') },
      },
    })

  it('is not ready until it has fetched a token of its own', async () => {
    const before = await startUnder(1)
    await fetchToken(before)
    await before.close()
    const after = await startUnder(2)
    try {
      const { status, checks } = await readiness(after)
      expect([status, checks.secretKey]).toEqual([
        503,
        { ok: false, detail: expect.stringContaining('REACH_SECRET_KEY') },
      ])
      await fetchToken(after)
      expect((await readiness(after)).status).toBe(200)
    } finally {
      await after.close()
    }
  })

  it('is ready once that token has ended', async () => {
    const before = await startUnder(1)
    await fetchToken(before)
    await before.close()
    const after = await startUnder(2)
    after.clock.advance(7_200_000)
    expect((await readiness(after)).status).toBe(200)
    await after.close()
  })
})
