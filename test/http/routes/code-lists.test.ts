/** The list of codes, and their images. */
import { describe, expect, it } from '@jest/globals'
import * as schemas from '../../../server/http/schemas/codes.ts'
import type { CodesReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { usePhone, useReach } from '../../support/server/use-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
const server = useReach({ apps: [app, other] })
const bob = usePhone(server, 'bob-0001')

const own = `appId=${app.appId}`
const make = (body: object) => server.ask(`POST /v1/codes?${own}`, { body })
const list = async (query = own) => {
  const { status, body } = await server.ask<CodesReply>(`GET /v1/codes?${query}`)
  expect(status).toBe(200)
  expectShape(schemas.codesReply, body)
  return body
}

describe('the list of codes', () => {
  it('has what each was asked for, its payload and its opens, the last one first', async () => {
    await make({ kind: 'path', path: 'pages/index?query=1', width: 280 })
    server.clock.advance(1_000)
    const payload = { order: 42 }
    await make({ kind: 'scene', page: 'pages/index', payload, shareId: 'share-0001' })
    const opened = { type: 'share.opened', shareId: 'share-0001', scene: 1047, page: 'pages/a' }
    await bob.postEvents(opened, opened)
    const at = (ms: number) => new Date(ms).toISOString()
    const common = { id: expect.any(String), state: 'made', contentType: 'image/jpeg' }
    expect((await list()).codes).toEqual([
      {
        ...common,
        request: { kind: 'scene', page: 'pages/index', shareId: 'share-0001' },
        askedAt: at(startMs + 1_000),
        madeAt: at(startMs + 1_000),
        scene: expect.stringMatching(/^[\w-]{22}$/),
        payload,
        shareId: 'share-0001',
        opens: 2,
      },
      {
        ...common,
        request: { kind: 'path', path: 'pages/index?query=1', width: 280 },
        askedAt: at(startMs),
        madeAt: at(startMs),
      },
    ])
    const first = await list(`${own}&limit=1`)
    expect((await list(`${own}&limit=1&cursor=${first.cursor}`)).codes).toHaveLength(1)
    expect((await list(`appId=${other.appId}`)).codes).toEqual([])
  })

  it('leads to the image, which asks nothing of WeChat', async () => {
    const made = await make({ kind: 'qrcode', path: 'pages/index' })
    const { id } = (await list()).codes[0]!
    const image = await server.ask(`GET /v1/codes/${id}/image?${own}`)
    expect(image).toMatchObject({ status: 200, type: 'image/jpeg' })
    expect(image.bytes).toEqual(made.bytes)
    expect(await platformCalls(server, '/cgi-bin/wxaapp/createwxaqrcode')).toHaveLength(1)
    for (const path of [
      `${id}/image?appId=${other.appId}`,
      `9999/image?${own}`,
      `a/image?${own}`,
    ]) {
      expectProblem(await server.ask(`GET /v1/codes/${path}`), 404, 'not_found')
    }
  })
})
