import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

const openId = 'alice-0001'
let server: StartedReach
afterEach(() => server.close())
const begin = async (edition: '2018' | '2026') => {
  server = await startReach({ edition })
  await server.phone(openId)
}
const type = (body: object) => server.ask('POST /v1/typing', { body })
/** The sandbox counts the message although nobody is there to be told of it. */
const write = () =>
  server.sandbox('POST /sandbox/pushes', { body: { openId, msgtype: 'text', content: '在吗' } })

describe.each([
  ['2018', '/cgi-bin/message/custom/typing'],
  ['2026', '/cgi-bin/message/custom/business/typing'],
] as const)('typing in edition %s', (edition, path) => {
  beforeEach(() => begin(edition))

  it('is shown to a user who wrote, and ends', async () => {
    await write()
    expect(await type({ openId, typing: true })).toMatchObject({ status: 204, text: '' })
    expect((await type({ openId, typing: false })).status).toBe(204)
    expect((await platformCalls(server, path)).map(({ body }) => body)).toEqual([
      { touser: openId, command: 'Typing' },
      { touser: openId, command: 'CancelTyping' },
    ])
  })

  it('is refused to a user who did not write', async () => {
    const answer = await type({ openId, typing: true })
    expectProblem(answer, 422, 'wechat_refused')
    expect(answer.body.wechat?.errcode).toBe(45015)
  })

  it('is refused twice in a row', async () => {
    await write()
    await type({ openId, typing: true })
    const answer = await type({ openId, typing: true })
    expectProblem(answer, 422, 'wechat_refused')
    expect(answer.body.wechat).toMatchObject({ errcode: 45081, meaning: 'already_typing' })
  })
})

describe('typing', () => {
  beforeEach(() => begin('2018'))

  it.each([
    [{ openId: 'alice 0001', typing: true }, '/openId'],
    [{ openId }, '/typing'],
    [{ openId, typing: 'Typing' }, '/typing'],
    [{ openId, typing: 1 }, '/typing'],
    [{ openId, typing: true, command: 'Typing' }, '/command'],
  ])('is not asked for with %j', async (body, path) => {
    expectProblem(await type(body), 400, 'invalid_body', path)
  })
})
