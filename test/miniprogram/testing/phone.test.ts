/**
 * The phone for the users' own tests. The first test is the example of the package's README, word
 * for word.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../../miniprogram/client'
import { createPhone } from '../../../miniprogram/client/testing'

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

describe('the example', () => {
  it('keeps a formId over a kill', async () => {
    const phone = createPhone()
    phone.network.online = false

    const life = phone.start()
    const reach = createReach({ ...options, platform: life.platform }, life.world)
    life.App(reach.app({}))
    reach.formSubmit()({ detail: { formId: 'f1', value: {} } })
    await phone.clock.advance(60_000)
    life.kill()

    phone.network.online = true
    const next = phone.start()
    const again = createReach({ ...options, platform: next.platform }, next.world)
    next.App(again.app({}))
    await again.flush()

    expect(phone.server.events).toMatchObject([{ type: 'form.submitted', formId: 'f1' }])
  })

  it.each(['README.md', 'README.zh-CN.md'])('stands in the %s of the package', (name) => {
    const body = (text: string) => /const phone = createPhone\(\)[\s\S]*?'f1' }\]\)/.exec(text)![0]
    const plain = (text: string) => body(text).replace(/^\s+/gm, '')
    const readme = readFileSync(join(__dirname, '../../../miniprogram', name), 'utf8')
    expect(plain(readme)).toBe(plain(readFileSync(__filename, 'utf8')))
  })
})

describe('the phone', () => {
  it('does nothing on a tap on 转发 where the page has no handler [case testing]', async () => {
    const life = createPhone().start()
    expect(await life.tapShare(life.open({}))).toBeUndefined()
  })

  it('fills the empty fields of a card [case testing]', async () => {
    const life = createPhone({ appName: '群排行' }).start()
    const at = { route: 'pages/card', options: { id: '7' } }
    const page = life.open({ onShareAppMessage() {} }, at)
    expect(await life.tapShare(page)).toEqual({
      title: '群排行',
      imageUrl: 'the top of the page',
      path: '/pages/card?id=7',
    })
  })

  it('opens the page of a card, with its query unchanged [case testing]', async () => {
    const phone = createPhone()
    const life = phone.start()
    const page = life.open({ onShareAppMessage: () => ({ path: '/pages/a?x=%E4%BD%A0#top' }) })
    const card = (await life.tapShare(page))!
    const seen: unknown[] = []
    const friend = phone.openCard(card, { shareTicket: 't1' })
    friend.App({ onLaunch: (entered: object) => seen.push(entered) })
    expect(seen).toEqual([
      { path: 'pages/a', query: { x: '%E4%BD%A0' }, scene: 1008, shareTicket: 't1' },
    ])
  })

  it('calls the page’s share callbacks, as old base libraries do, or none', async () => {
    const life = createPhone().start()
    const seen: unknown[] = []
    const callbacks = {
      fail: (error: object) => seen.push(error),
      complete: () => seen.push('end'),
    }
    const page = life.open({ onShareAppMessage: () => callbacks })
    await life.tapShare(page)
    expect(seen).toEqual([])
    const outcome = { errMsg: 'shareAppMessage:fail cancel' }
    await life.tapShare(page, undefined, outcome)
    expect(seen).toEqual([outcome, 'end'])
  })

  it('refuses what does not fit into storage: 1 MB a key, 10 MB in all [case testing]', () => {
    const { platform } = createPhone().start()
    expect(() => platform.setStorageSync('big', 'x'.repeat(1024 * 1024))).toThrow('exceed')
    const phone = createPhone()
    const small = phone.start().platform
    phone.storage.limitTo(10)
    expect(() => small.setStorageSync('a', 'x'.repeat(10))).toThrow('exceed')
    small.setStorageSync('a', 'x')
    expect(small.getStorageSync('a')).toBe('x')
    expect(small.getStorageSync('b')).toBe('')
  })

  it('moves time only when advanced, and calls no callback after a kill', async () => {
    const phone = createPhone({ startMs: 1000 })
    const life = phone.start()
    const seen: unknown[] = []
    life.world.after(500, () => seen.push('due'))
    await phone.clock.advance(499)
    expect([seen, life.world.now()]).toEqual([[], 1499])
    life.platform.login!({ success: () => seen.push('login') })
    life.kill()
    await phone.clock.advance(1000)
    expect(seen).toEqual([])
  })

  it('ends a life for good: no storage, network or timer is left [case testing]', async () => {
    const phone = createPhone()
    phone.network.reply = (request) =>
      request.path === '/v1/session' ? 'hang' : phone.server.reply(request)
    const life = phone.start()
    const reach = createReach({ ...options, platform: life.platform }, life.world)
    life.App(reach.app({}))
    reach.formSubmit()({ detail: { formId: 'f1', value: {} } })
    await phone.clock.settle()
    expect([phone.network.inFlight, phone.clock.timers()]).toEqual([1, 1])
    life.kill()
    expect([phone.network.inFlight, phone.clock.timers()]).toEqual([0, 0])
    const { requests } = phone.network
    const [writes, asked, warned] = [phone.storage.writes, requests, life.warnings].map(
      (list) => list.length,
    )
    reach.formSubmit()({ detail: { formId: 'f2', value: {} } })
    life.show()
    life.hide()
    life.setOnline(true)
    void reach.flush()
    await phone.clock.advance(3_600_000)
    expect([phone.storage.writes.length, requests.length]).toEqual([writes, asked])
    expect([phone.clock.timers(), life.warnings.length]).toEqual([0, warned])
    expect(JSON.stringify(phone.storage.get('wx-reach:1:1'))).not.toContain('f2')
    expect(await life.tapShare(life.open({ onShareAppMessage: () => ({}) }))).toBeUndefined()
  })

  it('ignores the calls of a life that has ended', () => {
    const phone = createPhone()
    const life = phone.start()
    const called: string[] = []
    const record = (name: string) => () => void called.push(name)
    life.platform.onAppShow!(record('show'))
    life.platform.onAppHide!(record('hide'))
    life.platform.onNetworkStatusChange!(record('network'))
    const page = life.open({ onShareAppMessage: record('share') })
    life.kill()
    life.App({ onLaunch: record('launch'), onShow: record('show'), onHide: record('hide') })
    life.open({ onLoad: record('load') })
    life.hide()
    life.setOnline(true)
    void life.tapShare(page)
    life.world.warn('late')
    life.platform.login!({ success: record('login') })
    life.platform.request({ url: 'https://a.test/x', method: 'GET', header: {} })
    life.platform.removeStorageSync('a')
    expect(called).toEqual([])
    expect([phone.network.requests, life.wx.calls, life.warnings]).toEqual([[], [], []])
    expect(life.platform.getStorageSync('wx-reach:1')).toBe('')
  })

  it('leaves the timers of other lives alone when one is killed', async () => {
    const phone = createPhone()
    const [one, other] = [phone.start(), phone.start()]
    const seen: string[] = []
    one.world.after(500, () => seen.push('one'))
    other.world.after(500, () => seen.push('other'))
    one.kill()
    await phone.clock.advance(500)
    expect(seen).toEqual(['other'])
  })

  it('has a server that accepts nothing without a known token', async () => {
    const phone = createPhone({ ownTokens: ['mine'] })
    const life = phone.start()
    const statusOf = (token?: string) =>
      new Promise((resolve) => {
        const header: Record<string, string> = token ? { authorization: `Bearer ${token}` } : {}
        const data = { sentAt: 0, events: [] }
        const success = ({ statusCode }: { statusCode: number }) => resolve(statusCode)
        const url = 'https://reach.test/v1/events'
        life.platform.request({ url, method: 'POST', header, data, success })
      })
    expect(await Promise.all([statusOf(), statusOf('theirs'), statusOf('mine')])).toEqual([
      401, 401, 200,
    ])
    phone.server.ownTokens = ['newer']
    expect(await Promise.all([statusOf('mine'), statusOf('newer')])).toEqual([401, 200])
    phone.server.forgetTokens()
    expect(await statusOf('newer')).toBe(401)
  })

  it.each([
    ['hangs', 3000, () => new Promise(() => {})],
    ['is rejected', 0, () => Promise.reject(new Error('no'))],
    ['comes to nothing', 0, () => Promise.resolve()],
  ])('shows the outer content where the promise of a card %s', async (_, waitMs, promise) => {
    const phone = createPhone()
    const life = phone.start()
    const page = life.open({ onShareAppMessage: () => ({ title: 'at once', promise: promise() }) })
    const tappedAt = phone.clock.now()
    const shown = life.tapShare(page).then((card) => [card!.title, phone.clock.now() - tappedAt])
    await phone.clock.advance(10_000)
    expect(await shown).toEqual(['at once', waitMs])
    expect(phone.clock.timers()).toBe(0)
  })

  it('shows the content of a promise that resolves in time', async () => {
    const life = createPhone().start()
    const page = life.open({
      onShareAppMessage: () => ({ title: 'at once', promise: Promise.resolve({ title: 'later' }) }),
    })
    expect(await life.tapShare(page)).toMatchObject({ title: 'later' })
  })

  it('lets a test reply in place of the server, and calls listeners of the network', async () => {
    const phone = createPhone({ reply: () => ({ status: 503, body: 'away' }) })
    const life = phone.start()
    const seen: unknown[] = []
    life.platform.onNetworkStatusChange!(({ isConnected }) => seen.push(isConnected))
    const request = { url: 'https://a.test/x', method: 'GET', header: {} } as const
    life.platform.request({ ...request, success: ({ statusCode }) => seen.push(statusCode) })
    await phone.clock.settle()
    life.setOnline(false)
    life.platform.request({ ...request, fail: ({ errMsg }) => seen.push(errMsg) })
    await phone.clock.settle()
    expect(seen).toEqual([503, false, 'request:fail '])
    expect(phone.network.requests).toEqual([
      { method: 'GET', host: 'a.test', path: '/x', header: {}, body: undefined },
    ])
  })
})
