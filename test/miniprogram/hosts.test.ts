/**
 * Hosts with fewer functions than a mini-program of its own: subpackages, plugins, frameworks, a
 * second copy.
 */
import { describe, expect, it } from '@jest/globals'
import { install } from '../../miniprogram/client/install'
import type { Platform } from '../../miniprogram/client/platform'
import { launchApp, start, submit } from '../support/phone/start'

const shareId = 'SSSSSSSSSSSSSSSS'
const launch = { path: 'pages/home', query: { _wxr: shareId }, scene: 1044, shareTicket: 't1' }

describe('an independent subpackage', () => {
  it('has no App: the listeners of wx report arrivals, hiding and showing [case 25]', async () => {
    const { life, phone, reach } = start({ launch })
    life.show()
    phone.network.online = false
    submit(reach, 'f1')
    life.hide()
    await phone.clock.settle()
    phone.network.online = true
    life.show()
    await phone.clock.settle()
    expect(phone.server.events.map(({ type }) => type)).toEqual(['share.opened', 'form.submitted'])
  })

  it('is hidden by wx.onAppHide: one attempt, no timer until shown [case 25]', async () => {
    const { life, phone, reach } = start()
    const posts = () => phone.network.bodies('/v1/events').length
    phone.network.reply = (request) =>
      request.path === '/v1/events' ? { status: 500 } : phone.server.reply(request)
    submit(reach, 'f1')
    await phone.clock.settle()
    expect([posts(), phone.clock.timers()]).toEqual([1, 1])
    life.hide()
    await phone.clock.settle()
    expect([posts(), phone.clock.timers()]).toEqual([2, 0])
    await phone.clock.advance(3_600_000)
    expect(posts()).toBe(2)
    phone.network.reply = (request) => phone.server.reply(request)
    life.show()
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('whose App is loaded later makes no second arrival [case 25]', async () => {
    const running = start({ launch })
    running.life.show()
    launchApp(running)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toHaveLength(1)
  })

  it('lets install do without App', () => {
    const { reach } = start()
    const page = () => 'registered'
    const values: Record<string, unknown> = { Page: page }
    const installed = install(reach, {
      get: (name) => values[name] as typeof page | undefined,
      set: (name, value) => void (values[name] = value),
      hasApp: () => false,
    })
    expect(installed.ok).toBe(true)
    expect(Object.keys(values)).toEqual(['Page'])
  })
})

describe('a plugin', () => {
  const least = [
    'request',
    'getStorageSync',
    'setStorageSync',
    'removeStorageSync',
    'getStorageInfoSync',
    'login',
  ]

  it('gets along with requests, storage and sign-in alone [case 25]', async () => {
    const all = Object.keys(start().life.wx.platform) as (keyof Platform)[]
    const without = all.filter((name) => !least.includes(name))
    const { reach, life, phone } = start({ launch, without, appId: 'wx0123456789abcdef' })
    life.App(reach.app({}))
    submit(reach, 'f1')
    const card = await life.tapShare(life.open(reach.page({ onShareAppMessage: () => ({}) })))
    life.hide()
    await phone.clock.settle()
    expect(card?.path).toContain('_wxr=')
    expect(phone.server.events.map(({ type }) => type)).toEqual([
      'share.opened',
      'form.submitted',
      'share.started',
    ])
    expect(life.warnings).toEqual([expect.stringContaining('not_supported (getShareInfo)')])
  })

  it('that may not even sign in keeps everything, and throws nothing', async () => {
    const { reach, phone } = start({ without: ['login'] })
    submit(reach, 'f1')
    await phone.clock.advance(60_000)
    expect(reach.inspect().queued).toHaveLength(1)
    expect(phone.network.requests).toEqual([])
  })
})

describe('a framework', () => {
  it('wraps the one callback that it has, whose this is no page [case 9]', async () => {
    const { reach, life, phone } = start()
    life.open({}, { route: 'pages/taro', options: { id: '7' } })
    const onShare = reach.share(function (this: unknown) {
      return { title: String(this) }
    })
    const content = onShare.call(undefined as never, { from: 'menu', target: undefined })
    expect(content).toMatchObject({
      title: 'undefined',
      path: expect.stringMatching(/^\/pages\/taro\?id=7&_wxr=/),
    })
    await phone.clock.settle()
    expect(phone.server.events).toEqual([expect.objectContaining({ page: 'pages/taro' })])
  })
})

describe('two copies of the library', () => {
  it('give one share id to a handler that both have wrapped', async () => {
    const one = start()
    const two = start({ phone: one.phone })
    const handler = two.reach.share(one.reach.share(() => ({ path: '/a' })))
    expect(handler()).toMatchObject({ path: expect.stringMatching(/^\/a\?_wxr=[\w-]{16}$/) })
    await one.phone.clock.settle()
    expect(one.phone.server.events).toHaveLength(1)
  })

  it('each make their own arrival, of the same share, and neither loses the other’s', async () => {
    const one = start({ launch })
    const two = start({ phone: one.phone, launch })
    launchApp(one)
    launchApp(two)
    await one.phone.clock.settle()
    const { events } = one.phone.server
    expect(events).toEqual([
      expect.objectContaining({ type: 'share.opened', shareId }),
      expect.objectContaining({ type: 'share.opened', shareId }),
    ])
    expect(new Set(events.map(({ id }) => id)).size).toBe(2)
    expect(one.phone.server.tokens).toHaveLength(2)
  })
})
