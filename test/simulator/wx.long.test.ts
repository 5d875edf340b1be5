/** Functions of `wx` on a simulated phone, without a sandbox. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const privacy = `Page({
  data: { asked: 0 },
  onLoad() {
    wx.onNeedPrivacyAuthorization((resolve) => {
      this.resolve = resolve
      this.setData({ asked: this.data.asked + 1 })
    })
  },
  agree() { this.resolve({ event: 'agree', buttonId: 'agree' }) },
  refuse() { this.resolve({ event: 'disagree' }) },
})`

let played: PlayedPages
let server: Server
let address: string
/** How often the server was asked. */
let asked = 0

beforeAll(async () => {
  server = createServer((request, response) => {
    asked += 1
    // A request of /never has no reply.
    if (request.url !== '/never') response.end('{"a":1}')
  })
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
  address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  played = await playPages({
    home: '<view>home</view>',
    privacy: [
      '<view>asked {{asked}}</view><button id="agree" bindtap="agree">agree</button>' +
        '<button bindtap="refuse">refuse</button>',
      privacy,
    ],
  })
})
afterAll(async () => {
  await played.stop()
  server.closeAllConnections()
  await new Promise((closed) => server.close(closed))
})
beforeEach(() => played.open('home'))

const panel = async () => (await played.phone.frame()).locator('.ui-panel')

describe('requestPayment', () => {
  const payment = { package: 'prepay_id=wx2016', timeStamp: '1', nonceStr: 'n', paySign: 's' }

  it('shows a panel, and tells whether the user paid', async () => {
    const paid = played.call('requestPayment', payment)
    await (await panel()).getByText('确认支付').click()
    expect(await paid).toEqual({ errMsg: 'requestPayment:ok' })
    const refused = played.call('requestPayment', payment)
    await (await panel()).getByText('取消').click()
    expect(await refused).toEqual({ errMsg: 'requestPayment:fail cancel' })
    expect(await (await panel()).count()).toBe(0)
  })

  it('shows none for what is no prepay_id', async () => {
    const { errMsg } = await played.call('requestPayment', { ...payment, package: 'wx2016' })
    expect(errMsg).toMatch(/^requestPayment:fail parameter error: package/)
  })
})

describe('privacy authorisation', () => {
  it('is asked of the page once, and what needs it fails until the user agrees', async () => {
    await played.open('privacy')
    const setting = () => played.call('getPrivacySetting')
    expect(await setting()).toMatchObject({ needAuthorization: true })
    const refused = played.call('requirePrivacyAuthorize')
    await played.phone.sees('asked 1')
    await played.phone.tap('refuse')
    expect(await refused).toMatchObject({ errno: 104 })

    const agreed = played.call('requirePrivacyAuthorize')
    await played.phone.sees('asked 2')
    await played.phone.tap('agree')
    expect(await agreed).toEqual({ errMsg: 'requirePrivacyAuthorize:ok' })
    expect(await setting()).toMatchObject({ needAuthorization: false })
    expect(await played.call('requirePrivacyAuthorize')).toMatchObject({
      errMsg: 'requirePrivacyAuthorize:ok',
    })
    expect(await played.data()).toMatchObject({ asked: 2 })
  })
})

describe('request', () => {
  it('that arrives without a reply fails as interrupted', async () => {
    await played.phone.network('interrupted')
    const before = asked
    const { errMsg } = await played.call('request', { url: `${address}/a` })
    await played.phone.network('wifi')
    expect(errMsg).toBe('request:fail interrupted')
    expect(asked).toBe(before + 1)
  })

  it('fails when the phone has been in the background for five seconds', async () => {
    const given = played.call('request', { url: `${address}/never` })
    await played.phone.background()
    await played.phone.foreground()
    const hiddenAt = Date.now()
    await played.phone.background()
    expect(await given).toMatchObject({ errMsg: 'request:fail interrupted', errno: 600_003 })
    expect(Date.now() - hiddenAt).toBeGreaterThanOrEqual(5_000)
  })

  it('does not leave an offline phone, and takes two seconds more on a slow network', async () => {
    const before = asked
    await played.phone.network('none')
    expect(await played.call('getNetworkType')).toMatchObject({ networkType: 'none' })
    const { errMsg } = await played.call('request', { url: `${address}/a` })
    expect(errMsg).toBe('request:fail net::ERR_INTERNET_DISCONNECTED')
    expect(asked).toBe(before)

    await played.phone.network('slow')
    expect(await played.call('getNetworkType')).toMatchObject({ networkType: '2g' })
    const start = Date.now()
    expect(await played.call('request', { url: `${address}/a` })).toMatchObject({
      data: { a: 1 },
      statusCode: 200,
    })
    expect(Date.now() - start).toBeGreaterThanOrEqual(2_000)
    await played.phone.network('wifi')
  })

  it('ends by its timeout, and does not leave for a domain that is not listed', async () => {
    expect(await played.call('request', { url: `${address}/never`, timeout: 50 })).toMatchObject({
      errMsg: 'request:fail timeout',
      errno: 5,
    })
    const listed = await playPages({ home: '<view />' }, { domains: ['https://a.example'] })
    const reply = await listed.call('request', { url: `${address}/a` })
    await listed.stop()
    expect(reply).toMatchObject({ errMsg: 'request:fail url not in domain list' })
  })
})

describe('storage', () => {
  const mega = 1_024 * 1_024
  /** What is kept beside the text of a value. */
  const overhead = JSON.stringify({ type: 'string', value: '' }).length

  /** Sets texts of these lengths, which are made on the phone. */
  const setAll = async (lengths: Record<string, number>) =>
    (await played.phone.frame()).evaluate((given) => {
      const { wx } = globalThis as unknown as {
        wx: { setStorageSync(key: string, value: string): void }
      }
      return Object.entries(given).map(([key, length]) => {
        try {
          wx.setStorageSync(key, 'a'.repeat(length))
          return 'ok'
        } catch (error) {
          return (error as Error).message
        }
      })
    }, lengths)

  it('takes 1 MB for a key, and 10 MB in all', async () => {
    const full = mega - overhead
    expect(await setAll({ large: full + 1 })).toEqual([
      'setStorageSync:fail exceed storage item max length',
    ])
    const ten = Array.from({ length: 10 }, (_, n): [string, number] => [`key${n}`, full])
    expect(await setAll(Object.fromEntries(ten))).toEqual(ten.map(() => 'ok'))
    expect(await setAll({ more: 1 })).toEqual(['setStorageSync:fail exceed storage max size 10Mb'])
    // A value that takes the place of another counts once.
    expect(await setAll({ key0: full })).toEqual(['ok'])
    expect(await played.call('setStorage', { key: 'more', data: 'a' })).toEqual({
      errMsg: 'setStorage:fail exceed storage max size 10Mb',
    })
    await played.open('home')
    expect(await played.call('getStorageInfo')).toMatchObject({
      currentSize: 10_240,
      limitSize: 10_240,
    })
    await played.call('clearStorage')
    expect(await played.call('getStorageInfo')).toMatchObject({ keys: [], currentSize: 0 })
  })

  it('outlives a kill, and is empty after the user has cleared it', async () => {
    await played.call('setStorage', { key: 'kept', data: { when: [1, 2] } })
    await played.phone.kill()
    await played.phone.launch()
    expect(await played.call('getStorage', { key: 'kept' })).toMatchObject({
      data: { when: [1, 2] },
    })
    await played.phone.page.getByRole('tab', { name: '开关' }).click()
    await played.phone.page.getByRole('button', { name: '清除数据缓存' }).click()
    await played.phone.sees('home')
    expect(await played.call('getStorage', { key: 'kept' })).toEqual({
      errMsg: 'getStorage:fail data not found',
    })
  })
})

describe('a base library', () => {
  async function launch(library: string): Promise<void> {
    const { page } = played.phone
    await page.goto(`${new URL(page.url()).origin}/?users=Alice&lang=zh&library=${library}`)
    await played.phone.sees('home')
  }

  /** Functions, the base library that brought each, and one before it. */
  const since: [before: string, at: string, names: string[]][] = [
    ['1.0.0', '1.1.0', ['getShareInfo', 'showShareMenu', 'onNetworkStatusChange']],
    ['1.1.0', '1.2.0', ['updateShareMenu', 'getSetting', 'authorize']],
    ['1.5.0', '1.9.90', ['getUpdateManager']],
    ['2.3.0', '2.10.4', ['requestSubscribeMessage', 'getGroupEnterInfo', 'getEnterOptionsSync']],
    ['2.17.3', '3.17.0', ['requirePrivacyAuthorize', 'getPrivacySetting', 'getWindowInfo']],
  ]

  it.each(since)('%s lacks what %s has', async (before, at, names) => {
    await launch(before)
    expect(await played.typesOf(...names)).toEqual(names.map(() => 'undefined'))
    await launch(at)
    expect(await played.typesOf(...names)).toEqual(names.map(() => 'function'))
  })

  it('has no task of a request before 1.4.0, and no promise before 2.10.2', async () => {
    const made = async (library: string) => {
      await launch(library)
      return (await played.phone.frame()).evaluate((url) => {
        const { wx } = globalThis as unknown as { wx: Record<string, (given: object) => unknown> }
        const kind = (value: unknown) =>
          value instanceof Promise ? 'promise' : value === undefined ? 'nothing' : 'task'
        return [kind(wx['request']!({ url })), kind(wx['getStorageInfo']!({}))]
      }, `${address}/a`)
    }
    expect(await made('1.2.4')).toEqual(['nothing', 'nothing'])
    expect(await made('1.5.0')).toEqual(['task', 'nothing'])
    expect(await made('2.10.4')).toEqual(['promise', 'promise'])
  })

  it('has the folder of its files as wx.env, which is no function', async () => {
    await launch('3.17.0')
    const env = await (
      await played.phone.frame()
    ).evaluate(() => (globalThis as unknown as { wx: { env: unknown } }).wx.env)
    expect(env).toEqual({ USER_DATA_PATH: 'http://usr' })
    expect(await played.phone.problems()).toEqual([])
  })

  it('knows nothing of a name that is not played, and tells it once', async () => {
    await launch('3.17.0')
    expect(await played.typesOf('startBeaconDiscovery', 'startBeaconDiscovery')).toEqual([
      'undefined',
      'undefined',
    ])
    expect(await played.phone.problems()).toEqual([
      expect.stringContaining('wx.startBeaconDiscovery'),
    ])
  })
})
