import { describe, expect, it } from '@jest/globals'
import { createReach, type Arrival } from '../../miniprogram/client'
import type { EnterOptions } from '../../miniprogram/client/platform'
import { launchApp, start, submit, type Running } from '../support/phone/start'

const share = 'SSSSSSSSSSSSSSSS'
const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const
const entry = (shareTicket?: string, query: object = { _wxr: share }) => ({
  path: 'pages/home',
  query,
  scene: 1044,
  ...(shareTicket ? { shareTicket } : {}),
})

describe('an arrival', () => {
  it('is one, though onLaunch, onShow and wx.onAppShow all report it [case 20]', async () => {
    const running = start({ launch: entry('t1') })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([
      expect.objectContaining({
        type: 'share.opened',
        shareId: share,
        scene: 1044,
        page: 'pages/home',
        shareTicket: 't1',
        group: { source: 'groupEnterInfo', encryptedData: 'encrypted-1', iv: 'iv' },
      }),
    ])
  })

  it('is a new one with a new ticket, none when the user only comes back [case 20]', async () => {
    const running = start({ launch: entry('t1') })
    launchApp(running)
    running.life.hide()
    running.life.show(entry('t1'))
    running.life.hide()
    running.life.show({ ...entry(), scene: 1089 })
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
    running.life.show(entry('t2'))
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(2)
  })

  it('is a new one when the card is opened after another entry, even without ticket', async () => {
    const running = start({ launch: { ...entry(), scene: 1007 } })
    launchApp(running)
    for (const times of [2, 3]) {
      running.life.show({ ...entry(undefined, {}), scene: 1001 })
      running.life.show({ ...entry(), scene: 1007 })
      await running.phone.clock.settle()
      expect(running.phone.server.events).toHaveLength(times)
    }
  })

  it('has no group without a ticket where the phone has no other function [case 21]', async () => {
    const running = start({ launch: entry(), without: ['getGroupEnterInfo'] })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
    expect(running.phone.server.events[0]).not.toHaveProperty('group')
    expect(running.life.wx.calls.map(({ name }) => name)).toEqual(['login'])
  })

  it('is none where nothing was shared', async () => {
    const running = start()
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.network.requests).toEqual([])
  })

  it('is told by the mark of the notice of a broadcast, as by a share', async () => {
    const mark = 'AbC-_0123456'
    const launch = { path: 'pages/home', query: { _wxb: mark }, scene: 1107 }
    const running = start({ launch })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([
      expect.objectContaining({ type: 'share.opened', scene: 1107, shareId: mark }),
    ])
  })

  it('is that of the share where a card was shared from the page of a notice', async () => {
    const query = { _wxb: 'AbC-_0123456', _wxr: share }
    const running = start({ launch: { path: 'pages/home', query, scene: 1007 } })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toMatchObject([{ shareId: share, scene: 1007 }])
  })

  it('is noticed by wx.onAppShow alone, where there is no App', async () => {
    const { life, phone } = start({ launch: entry('t1') })
    life.show()
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it.each([
    ['a new base library', []],
    ['one before 2.9.4', ['getEnterOptionsSync' as const]],
  ])('is noticed by who begins after the launch of %s, and only once', async (_, without) => {
    const running = start({ launch: entry('t1'), without })
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
    running.life.show()
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
  })

  it('is where the user has come in last, for who begins after that', async () => {
    const { life, phone } = start({ without: ['onAppShow'] })
    life.show(entry('t1'))
    createReach({ ...options, platform: life.platform }, life.world)
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ shareId: share, shareTicket: 't1' }])
  })

  it('asks for nothing without a launch and without a share', async () => {
    const { life, phone } = start()
    await phone.clock.advance(60_000)
    expect([phone.network.requests, life.wx.calls, phone.storage.keys()]).toEqual([[], [], []])
  })

  it('happens on a phone that has next to nothing', async () => {
    const running = start({
      launch: entry('t1'),
      appId: 'wx0123456789abcdef',
      without: [
        ...(['getGroupEnterInfo', 'getShareInfo', 'onAppShow', 'onAppHide'] as const),
        ...(['onNetworkStatusChange', 'getLaunchOptionsSync', 'getEnterOptionsSync'] as const),
        ...(['getAccountInfoSync', 'getAppBaseInfo', 'getSystemInfoSync'] as const),
      ],
    })
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events[0]).toMatchObject({ group: { unavailable: 'missing' } })
  })

  it.each([
    ['a new base library', []],
    ['one without getLaunchOptionsSync', ['getLaunchOptionsSync' as const]],
  ])(
    'is silent in single-page mode of %s: no network, nothing stored [case 26]',
    async (_, without) => {
      const running = start({ launch: { ...entry('t1'), scene: 1154 }, without })
      launchApp(running)
      running.life.hide()
      await running.phone.clock.settle()
      expect(running.phone.network.requests).toEqual([])
      expect(running.life.wx.calls).toEqual([])
      expect(running.phone.storage.keys()).toEqual([])
    },
  )
})

describe('single-page mode', () => {
  const preview = { ...entry('t1'), scene: 1154 }
  const tap = ({ reach }: Running) => {
    submit(reach, 'f1')
    reach.share(() => ({ path: '/a' }))()
  }

  it('is known before the launch: no capture of a page is recorded [case 26]', async () => {
    const running = start({ launch: preview })
    tap(running)
    await running.reach.flush()
    expect(running.reach.inspect().queued).toEqual([])
    expect([running.phone.network.requests, running.phone.storage.keys()]).toEqual([[], []])
  })

  it('is known by the launch where the platform cannot be asked for it [case 26]', async () => {
    const running = start({ launch: preview, without: ['getLaunchOptionsSync'] })
    launchApp(running)
    tap(running)
    await running.phone.clock.settle()
    expect([running.phone.network.requests, running.phone.storage.keys()]).toEqual([[], []])
  })

  it('is over when the user goes on into the mini-program itself', async () => {
    const running = start({ launch: preview })
    launchApp(running)
    tap(running)
    running.life.show({ path: 'pages/home', query: {}, scene: 1001 })
    submit(running.reach, 'f2')
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([expect.objectContaining({ formId: 'f2' })])
  })
})

describe('the group of an arrival', () => {
  const groupIn = async (launch: EnterOptions) => {
    const running = start({ launch })
    launchApp(running)
    await running.phone.clock.settle()
    const [event] = running.phone.server.events
    return (event as { group?: object }).group
  }

  it.each([1007, 1036, 1096, 1155])(
    'is not asked for without a ticket in scene %d, which has no group [case 21]',
    async (scene) => {
      expect(await groupIn({ ...entry(), scene })).toBeUndefined()
    },
  )

  it.each([1007, 1036, 1096, 1001])(
    'is asked for where there is a ticket, whatever scene %d says [case 21]',
    async (scene) => {
      expect(await groupIn({ ...entry('t1'), scene })).toMatchObject({ iv: 'iv' })
    },
  )

  it.each([1008, 1044, 1158, 1160, 1185])(
    'is asked for in scene %d without a ticket, where getGroupEnterInfo is',
    async (scene) => {
      expect(await groupIn({ ...entry(), scene })).toMatchObject({ source: 'groupEnterInfo' })
    },
  )
})

describe('a page that asks for the group', () => {
  it("gets the server's openGId, before or after the reply [case 24]", async () => {
    const running = start({ launch: entry('t1') })
    const early: Arrival[] = []
    const late: Arrival[] = []
    running.reach.onArrival((arrival) => early.push(arrival))
    launchApp(running)
    expect(early).toEqual([])
    await running.phone.clock.settle()
    running.reach.onArrival((arrival) => late.push(arrival))
    expect(early).toEqual([expect.objectContaining({ shareId: share, openGId: 'G-group' })])
    expect(late).toEqual(early)
  })

  it('gets the share at once where there is no group to wait for', () => {
    const running = start({ launch: entry(), without: ['getGroupEnterInfo'] })
    const seen: Arrival[] = []
    running.phone.network.online = false
    running.reach.onArrival((arrival) => seen.push(arrival))
    launchApp(running)
    expect(seen).toEqual([{ shareId: share }])
  })

  it('gets the latest launch only', async () => {
    const running = start({ launch: entry('t1') })
    const seen: Arrival[] = []
    running.reach.onArrival((arrival) => seen.push(arrival))
    running.phone.network.online = false
    launchApp(running)
    running.life.show(entry('t2', { _wxr: 'TTTTTTTTTTTTTTTT' }))
    running.phone.network.online = true
    await running.reach.flush()
    await running.phone.clock.advance(10_000)
    expect(running.phone.server.events).toHaveLength(2)
    expect(seen.map(({ shareId }) => shareId)).toEqual(['TTTTTTTTTTTTTTTT'])
  })

  it('gets nothing after it has stopped listening, and cannot break the others', async () => {
    const running = start({ launch: entry('t1') })
    const seen: string[] = []
    running.reach.onArrival(() => {
      throw new Error('my own bug')
    })
    const stop = running.reach.onArrival(() => seen.push('stopped'))
    running.reach.onArrival(() => seen.push('still there'))
    stop()
    launchApp(running)
    await running.phone.clock.settle()
    expect(seen).toEqual(['still there'])
  })
})
