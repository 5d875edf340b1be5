import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { minute, second, start, type Started } from './start.ts'

const openId = 'OPENID'
const hour = 60 * minute
let wechat: Started

beforeEach(async () => {
  wechat = await start()
  await wechat.post('/sandbox/users', { openId })
})
afterEach(() => wechat.close())

const send = async () => {
  const body = { touser: openId, msgtype: 'text', text: { content: 'Hello World' } }
  return (await wechat.call('/cgi-bin/message/custom/send', body)).errcode
}
const sendAll = async (times: number) => {
  const codes: number[] = []
  for (let time = 0; time < times; time++) codes.push(await send())
  return codes
}
const write = () => wechat.post('/sandbox/pushes', { openId, msgtype: 'text', content: '你好' })
const enter = () =>
  wechat.post('/sandbox/pushes', { openId, msgtype: 'event', event: 'user_enter_tempsession' })
const advance = (ms: number) => wechat.sandbox.clock.advance(ms)

describe('the windows of customer service', () => {
  it('are closed to a user who did nothing', async () => {
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

  it('are not added up: to enter and then to write is five', async () => {
    await enter()
    await write()
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
  })

  it('of five, half used, is five again when the user enters while it is open', async () => {
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

  it('forget the larger one once it is over', async () => {
    await write()
    advance(48 * hour - 30 * second)
    await enter()
    advance(30 * second)
    // The end is that of the entering now; the uses were set when both were open.
    expect(await sendAll(6)).toEqual([0, 0, 0, 0, 0, 45047])
    await enter()
    expect(await sendAll(2)).toEqual([0, 45047])
  })
})
