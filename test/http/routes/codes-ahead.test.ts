import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { postCode } from '../../../server/http/routes/codes.ts'
import { codeQueuedReply } from '../../../server/http/schemas/codes.ts'
import type { Services } from '../../../server/http/services.ts'
import type { CodeQueuedReply, CodesUsageReply } from '../../../shared/wire/index.ts'
import { becomes } from '../../codes/code-server.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

describe('a code that is asked for with Prefer: respond-async', () => {
  let server: StartedReach
  beforeEach(async () => {
    server = await startReach()
  })
  afterEach(() => server.close())

  const headers = { Prefer: 'respond-async' }
  const ask = (body: object) => server.ask<CodeQueuedReply>('POST /v1/codes', { body, headers })
  const waiting = async () =>
    (await server.ask<CodesUsageReply>('GET /v1/codes/usage')).body.scene.waiting

  it('is queued, and the same request answers the image', async () => {
    const body = { kind: 'scene', payload: { table: 7 } }
    const first = await ask(body)
    expect(first.status).toBe(202)
    expectShape(codeQueuedReply, first.body)
    await becomes(async () => (await waiting()) === 0)
    const second = await ask(body)
    expect(second).toMatchObject({ status: 200, type: 'image/png' })
    expect(second.headers.get('Code-Known')).toBe('true')
    expect(second.headers.get('Code-Scene')).toMatch(/^[\w-]{1,32}$/)
  })

  it('is checked at once', async () => {
    const body = { kind: 'scene', scene: '中文' }
    expectProblem(
      await server.ask('POST /v1/codes', { body, headers }),
      400,
      'invalid_body',
      '/scene',
    )
  })
})

describe('a code', () => {
  const act = (codes: object) =>
    postCode.act(
      {
        body: { kind: 'path', path: 'a' },
        query: {},
        params: {},
        header: () => undefined,
        address: () => '',
        app,
      },
      { codes } as Services,
    )
  const code = { bytes: Buffer.from('image'), contentType: 'image/png' }

  it.each([
    [89_999, undefined],
    [90_000, expect.stringContaining('90000 of 100000')],
  ])('that is number %d warns: %p', async (lasting, warning) => {
    const answer = await act({ make: async () => ({ was: 'made', code, lasting }) })
    expect(answer.headers?.['Code-Warning']).toEqual(warning)
  })

  it('whose turn is too far off is a 429 that says when to come again', async () => {
    const refused = act({ make: async () => ({ was: 'too_many', waitMs: 41_001 }) })
    await expect(refused).rejects.toMatchObject({ status: 429, retryAfterSeconds: 42 })
  })

  it('that another process makes is a 202', async () => {
    expect(await act({ make: async () => ({ was: 'underWay' }) })).toMatchObject({ status: 202 })
  })
})
