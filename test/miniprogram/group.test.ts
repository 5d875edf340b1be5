import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { launchApp, start, type StartOptions } from '../support/phone/start'

const launch = { path: 'pages/home', query: {}, scene: 1044, shareTicket: 't1' }
const arrive = (options: StartOptions = {}) => start({ launch, ...options })
const groupOf = (event: unknown) => (event as { group?: object }).group

describe('a server that never has the key', () => {
  it('is not asked for ever about an event without encrypted data [case 24]', async () => {
    const running = start()
    running.phone.server.judge = () => ({ status: 'retry', reason: 'session_stale' })
    running.reach.formSubmit()({ detail: { formId: 'f1', value: {} } })
    const posts = () => running.phone.network.bodies('/v1/events').length
    const seen: number[] = []
    for (let turn = 0; turn < 2; turn++) {
      await running.phone.clock.settle()
      seen.push(posts())
    }
    const { queued } = running.reach.inspect()
    // Before any assertion: a phone that asks for ever would keep the test from ending.
    running.phone.server.judge = () => undefined
    await running.phone.clock.advance(10_000)
    expect([seen, queued.length]).toEqual([[2, 2], 1])
    expect(running.phone.server.events).toEqual([expect.objectContaining({ formId: 'f1' })])
  })
})

describe('the group of an arrival', () => {
  it('comes from getShareInfo where getGroupEnterInfo does not fit [case 23]', async () => {
    const running = arrive()
    running.life.wx.results.getGroupEnterInfo = () => ({
      errMsg: 'getGroupEnterInfo:fail',
      errCode: 40097,
    })
    launchApp(running)
    await running.phone.clock.settle()
    expect(groupOf(running.phone.server.events[0])).toMatchObject({ source: 'shareInfo' })
  })

  it('comes from getGroupEnterInfo without any ticket [case 23]', async () => {
    const running = arrive({ launch: { path: 'pages/home', query: {}, scene: 1008 } })
    launchApp(running)
    await running.phone.clock.settle()
    expect(groupOf(running.phone.server.events[0])).toMatchObject({ source: 'groupEnterInfo' })
  })

  it.each([
    [{}],
    [{ errMsg: 'getGroupEnterInfo:ok' }],
    [{ cloudID: '38_abc' }],
    [{ encryptedData: '', iv: '' }],
    [{ encryptedData: 'data' }],
    [{ iv: 'iv' }],
    [{ encryptedData: null, iv: null }],
  ])('comes from the other function where success says %j alone', async (result) => {
    const running = arrive()
    running.life.wx.results.getGroupEnterInfo = () => result
    launchApp(running)
    await running.phone.clock.settle()
    expect(groupOf(running.phone.server.events[0])).toMatchObject({ source: 'shareInfo' })
    const without = arrive({ without: ['getGroupEnterInfo'] })
    without.life.wx.results.getShareInfo = () => result
    launchApp(without)
    await without.phone.clock.settle()
    expect(without.phone.server.events.map(groupOf)).toEqual([{ unavailable: 'failed' }])
  })

  it('of a ticket of the sharer is unavailable where success has no data', async () => {
    const { reach, life, phone } = start()
    life.wx.results.getShareInfo = ({ shareTicket }: { shareTicket: string }) =>
      shareTicket === 't1' ? { cloudID: '38_abc' } : {}
    const content = reach.share(() => ({ path: '/a' }) as ShareContent)()
    content.success!({ errMsg: 'shareAppMessage:ok', shareTickets: ['t1'] })
    await phone.clock.settle()
    expect(phone.server.events[1]).toMatchObject({ groups: [{ unavailable: 'failed' }] })
  })

  it.each([
    [{ errMsg: 'getShareInfo:fail', errCode: 65206 }, '65206'],
    [{ errMsg: 'getShareInfo:fail 40097 invalid scene' }, '40097'],
    [{ errMsg: 'getShareInfo:fail timeout' }, 'timeout'],
    [{ errMsg: 'getShareInfo:fail invalid shareTicket' }, 'getShareInfo:fail invalid shareTicket'],
  ])('is unavailable, with the reason, after %j [case 23]', async (error, unavailable) => {
    const running = arrive({ without: ['getGroupEnterInfo'] })
    running.life.wx.results.getShareInfo = () => error
    launchApp(running)
    await running.phone.clock.settle()
    expect(groupOf(running.phone.server.events[0])).toEqual({ unavailable })
  })

  it('is awaited for three seconds at most, and a late result is ignored [case 23]', async () => {
    const running = arrive({ without: ['getGroupEnterInfo'] })
    running.life.wx.results.getShareInfo = () => 'hang'
    launchApp(running)
    await running.phone.clock.advance(2999)
    expect(running.phone.server.events).toEqual([])
    await running.phone.clock.advance(1)
    const [call] = running.life.wx.calls.filter(({ name }) => name === 'getShareInfo')
    ;(call!.options as { success(result: object): void }).success({
      encryptedData: 'late',
      iv: 'iv',
    })
    await running.phone.clock.settle()
    expect(running.phone.server.events.map(groupOf)).toEqual([{ unavailable: 'timeout' }])
  })

  it('is asked for only after signing in, and not at all before [case 24]', async () => {
    const running = arrive({ without: ['getGroupEnterInfo'] })
    running.life.wx.results.login = () => 'hang'
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.life.wx.calls.map(({ name }) => name)).toEqual(['login'])
  })

  it('is asked for again after a sign-in where the server lacks the key [case 24]', async () => {
    const running = arrive({ without: ['getGroupEnterInfo'] })
    let attempts = 0
    running.life.wx.results.getShareInfo = () => ({ encryptedData: `try ${++attempts}`, iv: 'iv' })
    running.phone.server.judge = (event) =>
      'group' in event && JSON.stringify(event.group).includes('try 1')
        ? { status: 'retry', reason: 'session_stale' }
        : undefined
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events.map(groupOf)).toEqual([
      { source: 'shareInfo', encryptedData: 'try 2', iv: 'iv' },
    ])
    expect(running.phone.server.tokens).toHaveLength(2)
  })

  it('is given up, not retried for ever, where a new sign-in does not help [case 24]', async () => {
    const running = arrive({ without: ['getGroupEnterInfo'] })
    running.phone.server.judge = (event) =>
      'group' in event && event.group && 'iv' in event.group
        ? { status: 'retry', reason: 'session_stale' }
        : undefined
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events.map(groupOf)).toEqual([{ unavailable: 'session_stale' }])
    expect(running.phone.network.bodies('/v1/events')).toHaveLength(3)
  })

  it('is lost with the life of its ticket: the arrival is sent and says so [case 24]', async () => {
    const first = arrive()
    first.phone.network.online = false
    launchApp(first)
    await first.phone.clock.settle()
    first.life.kill()
    first.phone.network.online = true
    const second = start({ phone: first.phone })
    launchApp(second)
    await second.phone.clock.settle()
    expect(second.phone.server.events).toEqual([
      expect.objectContaining({ shareTicket: 't1', group: { unavailable: 'ticket_expired' } }),
    ])
    expect(second.life.wx.calls.map(({ name }) => name)).toEqual(['login'])
  })

  it('that was found survives a kill before the server has it', async () => {
    const first = arrive()
    first.phone.network.reply = (request) =>
      request.path === '/v1/session' ? first.phone.server.reply(request) : { status: 503 }
    launchApp(first)
    await first.phone.clock.settle()
    first.life.kill()
    first.phone.network.reply = (request) => first.phone.server.reply(request)
    const second = start({ phone: first.phone })
    launchApp(second)
    await second.phone.clock.settle()
    expect(groupOf(second.phone.server.events[0])).toMatchObject({ source: 'groupEnterInfo' })
  })
})
