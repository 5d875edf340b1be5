import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { minute, second } from '../../server/rules/time.ts'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const openId = 'OPENID'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const write = () => wechat.post('/sandbox/pushes', { openId, msgtype: 'text', content: '你好' })
const advance = (ms: number) => wechat.sandbox.clock.advance(ms)

describe('the windows of customer service', () => {
  const hour = 60 * minute

  const send = async () => {
    const body = { touser: openId, msgtype: 'text', text: { content: 'Hello World' } }
    return (await wechat.call('/cgi-bin/message/custom/send', body)).errcode
  }
  const sendAll = async (times: number) => {
    const codes: number[] = []
    for (let time = 0; time < times; time++) codes.push(await send())
    return codes
  }
  const enter = () =>
    wechat.post('/sandbox/pushes', { openId, msgtype: 'event', event: 'user_enter_tempsession' })

  it('are closed until the user acts', async () => {
    expect(await send()).toBe(45015)
  })

  it('open for 48 hours and five messages when the user writes', async () => {
    await write()
    advance(48 * hour - 1)
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
    advance(1)
    expect(await send()).toBe(45015)
  })

  it.each([
    ['2018', [0, 45047]],
    ['2026', [0, 0, 45047]],
  ])('open for a minute when the user enters, in %s for %j', async (edition, codes) => {
    await wechat.post('/sandbox/edition', { edition })
    await enter()
    advance(minute - 1)
    expect(await sendAll(codes.length)).toEqual(codes)
    await enter()
    advance(minute)
    expect(await send()).toBe(45015)
  })

  it('do not open for another event', async () => {
    await wechat.post('/sandbox/pushes', { openId, msgtype: 'event', event: 'debug_demo' })
    expect(await send()).toBe(45015)
  })

  it('are not added up: entering and then writing allows five', async () => {
    await enter()
    await write()
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
  })

  it('of five, partly used, allows five again when the user enters while it is open', async () => {
    await write()
    await sendAll(4)
    await enter()
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
  })

  it('keep the furthest end', async () => {
    await write()
    advance(hour)
    await enter()
    advance(46 * hour)
    expect(await send()).toBe(0)
    advance(hour)
    expect(await send()).toBe(45015)
  })

  it('do not count the larger one after its end', async () => {
    await write()
    advance(48 * hour - 30 * second)
    await enter()
    advance(30 * second)
    // The end is now that of entering; the uses were set while both were open.
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
    await enter()
    expect(await sendAll(2)).toEqual([0, 45047])
  })
})

describe('the typing state', () => {
  const paths = {
    '2018': '/cgi-bin/message/custom/typing',
    '2026': '/cgi-bin/message/custom/business/typing',
  } as const

  const type = async (command: unknown = 'Typing', edition: keyof typeof paths = '2018') =>
    (await wechat.call(paths[edition], { touser: openId, command })).errcode

  it('has one path in edition 2018, and in edition 2026 both', async () => {
    await write()
    expect(await type('Typing', '2026')).toBe(40066)
    await wechat.post('/sandbox/edition', { edition: '2026' })
    expect(await type('Typing', '2026')).toBe(0)
    expect(await type('CancelTyping', '2018')).toBe(0)
  })

  it('lasts 15 seconds and cannot begin twice', async () => {
    await write()
    expect([await type(), await type()]).toEqual([0, 45081])
    advance(15 * second)
    expect(await type()).toBe(0)
  })

  it('can be cancelled, and a message ends it', async () => {
    await write()
    expect([await type(), await type('CancelTyping'), await type()]).toEqual([0, 0, 0])
    const body = { touser: openId, msgtype: 'text', text: { content: 'x' } }
    await wechat.call('/cgi-bin/message/custom/send', body)
    expect(await type()).toBe(0)
  })

  it('requires a message within 30 seconds and an open window', async () => {
    expect(await type()).toBe(45015)
    await write()
    advance(30 * second)
    expect(await type()).toBe(45080)
  })

  it('refuses unknown commands and unknown users', async () => {
    await write()
    expect([await type('typing'), await type(null)]).toEqual([45072, 45072])
    const body = { touser: 'oUnknown', command: 'Typing' }
    expect(await wechat.call(paths['2018'], body)).toMatchObject({ errcode: 40003 })
  })
})
