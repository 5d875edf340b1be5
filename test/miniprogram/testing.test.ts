/** The phone for the users' own tests. The first test is the example of the package's README, word for word. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../miniprogram/client'
import { createPhone } from '../../miniprogram/client/testing'

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
    const readme = readFileSync(join(__dirname, '../../miniprogram', name), 'utf8')
    expect(plain(readme)).toBe(plain(readFileSync(__filename, 'utf8')))
  })
})

describe('the phone', () => {
  it('does nothing on a tap on 转发 where the page has no handler', async () => {
    const life = createPhone().start()
    expect(await life.tapShare(life.open({}))).toBeUndefined()
  })

  it('shows the name of the app, the top of the page and the page itself where a card says nothing', async () => {
    const life = createPhone({ appName: '群排行' }).start()
    const at = { route: 'pages/card', options: { id: '7' } }
    const page = life.open({ onShareAppMessage() {} }, at)
    expect(await life.tapShare(page)).toEqual({
      title: '群排行',
      imageUrl: 'the top of the page',
      path: '/pages/card?id=7',
    })
  })

  it('opens a card where it leads, with its query as it stands', async () => {
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

  it('tells the page how its share ended, as old base libraries do, or nothing', async () => {
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

  it('refuses what does not fit into storage: 1 MB a key, and what is left in all', () => {
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

  it('stands still in time, and calls nobody back after a kill', async () => {
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

  it('lets a test answer in place of the server, and tells listeners of the network', async () => {
    const phone = createPhone({ answer: () => ({ status: 503, body: 'away' }) })
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
    expect(phone.network.requests).toEqual([{ method: 'GET', path: '/x', body: undefined }])
  })
})
