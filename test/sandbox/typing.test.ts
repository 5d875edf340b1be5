import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { second, start, type Started } from './start.ts'

const touser = 'OPENID'
const paths = {
  '2018': '/cgi-bin/message/custom/typing',
  '2026': '/cgi-bin/message/custom/business/typing',
} as const
let wechat: Started

beforeEach(async () => {
  wechat = await start()
  await wechat.post('/sandbox/users', { openId: touser })
})
afterEach(() => wechat.close())

const type = async (command: unknown = 'Typing', edition: keyof typeof paths = '2018') =>
  (await wechat.call(paths[edition], { touser, command })).errcode
const write = () => wechat.post('/sandbox/pushes', { openId: touser, msgtype: 'text' })
const advance = (ms: number) => wechat.sandbox.clock.advance(ms)

describe('showing that customer service is typing', () => {
  it.each([
    ['2018', '2026'],
    ['2026', '2018'],
  ] as const)('has an address of its own in %s', async (edition, other) => {
    await wechat.post('/sandbox/edition', { edition })
    await write()
    expect(await type('Typing', edition)).toBe(0)
    expect(await type('Typing', other)).toBe(edition === '2018' ? 40066 : 45103)
  })

  it('lasts 15 seconds, and is not shown twice', async () => {
    await write()
    expect([await type(), await type()]).toEqual([0, 45081])
    advance(15 * second)
    expect(await type()).toBe(0)
  })

  it('can be cancelled, and a message ends it', async () => {
    await write()
    expect([await type(), await type('CancelTyping'), await type()]).toEqual([0, 0, 0])
    const body = { touser, msgtype: 'text', text: { content: 'x' } }
    await wechat.call('/cgi-bin/message/custom/send', body)
    expect(await type()).toBe(0)
  })

  it('needs a message of the last 30 seconds and an open window', async () => {
    expect(await type()).toBe(45015)
    await write()
    advance(30 * second)
    expect(await type()).toBe(45080)
  })

  it('knows two commands, and its users', async () => {
    await write()
    expect([await type('typing'), await type(null)]).toEqual([45072, 45072])
    const body = { touser: 'oUnknown', command: 'Typing' }
    expect(await wechat.call(paths['2018'], body)).toMatchObject({ errcode: 40003 })
  })
})
