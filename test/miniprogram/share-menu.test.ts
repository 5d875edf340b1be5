import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../miniprogram/client'
import { start, type StartOptions, type Running } from '../support/phone/start'

const names = ['showShareMenu', 'hideShareMenu', 'updateShareMenu'] as const

/** The menu functions that a page with a share handler calls when it is opened. */
function calls({ life }: Running) {
  return life.wx.calls.map(({ name, options }) => [
    name,
    (options as { withShareTicket?: boolean }).withShareTicket,
  ])
}

function openPage(
  options: StartOptions = {},
  settings?: { groupTicket?: boolean },
  onLoad?: (r: Running) => void,
) {
  const running = start(options)
  const page = { onLoad: () => onLoad?.(running), onShareAppMessage: () => ({}) }
  running.life.open(running.reach.page(page as object as { onShareAppMessage(): object }, settings))
  return running
}

describe.each(names)('%s', (name) => {
  it("hands the page's own object to the platform, callbacks and all [case 22]", async () => {
    const { reach, life, phone } = start()
    const seen: unknown[] = []
    const options = { withShareTicket: true, success: (result: unknown) => void seen.push(result) }
    expect(reach[name](options)).toBeUndefined()
    expect(life.wx.calls).toEqual([{ name, options }])
    expect(life.wx.calls[0]!.options).toBe(options)
    await phone.clock.settle()
    expect(seen).toEqual([{ errMsg: `${name}:ok` }])
  })

  it('gives a promise without callbacks, also without any argument [case 22]', async () => {
    const { reach, life } = start()
    expect(await reach[name]()).toEqual({ errMsg: `${name}:ok` })
    const error = { errMsg: `${name}:fail` }
    life.wx.results[name] = () => error
    await expect(reach[name]({})).rejects.toEqual(error)
  })

  it('works on a wx that is frozen, and fails where the platform throws', async () => {
    const { life, phone } = start()
    const platform = Object.freeze({ ...life.platform })
    const reach = createReach({ baseUrl: 'b', consent: 'granted', platform }, life.world)
    const seen: unknown[] = []
    const note = (result: { errMsg: string }) => void seen.push(result.errMsg)
    reach[name]({ success: note })
    await phone.clock.settle()
    expect(seen.splice(0)).toEqual([`${name}:ok`])
    life.wx.results[name] = () => {
      throw new TypeError('Cannot assign to read only property')
    }
    reach[name]({ fail: note, complete: note })
    await phone.clock.settle()
    const words = `${name}:fail TypeError: Cannot assign to read only property`
    expect(seen).toEqual([words, words])
    await expect(reach[name]()).rejects.toThrow('read only')
  })

  it('fails, and does not throw, where this base library lacks it', async () => {
    const { reach, phone } = start({ without: [name] })
    const failed: unknown[] = []
    const note = (error: unknown) => void failed.push(error)
    await expect(reach[name]()).rejects.toEqual({ errMsg: `${name}:fail not supported` })
    reach[name]({ fail: note, complete: note })
    await phone.clock.settle()
    expect(failed).toEqual(
      Array.from({ length: 2 }, () => ({ errMsg: `${name}:fail not supported` })),
    )
  })
})

describe('the share ticket', () => {
  it('is not asked for unless the app or the page wants it [case 22]', () => {
    expect(calls(openPage())).toEqual([])
    expect(calls(openPage({ groupTicket: true }, { groupTicket: false }))).toEqual([])
  })

  it('is asked for with updateShareMenu and nothing else in the call [case 22]', () => {
    for (const running of [openPage({ groupTicket: true }), openPage({}, { groupTicket: true })]) {
      expect(calls(running)).toEqual([['updateShareMenu', true]])
      const [call] = running.life.wx.calls
      expect(JSON.parse(JSON.stringify(call!.options))).toEqual({ withShareTicket: true })
    }
  })

  const old: StartOptions = { groupTicket: true, without: ['updateShareMenu'] }

  it.each<[string, (running: Running) => void]>([
    ['by reach', ({ reach }) => void reach.hideShareMenu()],
    ['by wx', ({ life }) => void life.platform.hideShareMenu!({})],
  ])('uses showShareMenu before 1.2.0, and a menu hidden %s stays hidden [case 22]', (_, hide) => {
    expect(calls(openPage(old))).toEqual([['showShareMenu', true]])
    const hiding = openPage(old, {}, hide)
    hiding.life.hide()
    hiding.life.show()
    expect(calls(hiding)).toEqual([
      ['showShareMenu', true],
      ['hideShareMenu', undefined],
    ])
    expect(hiding.life.menuOf()).toEqual([])
  })

  it('before 1.2.0 is asked for once for each instance of a page, despite others', async () => {
    const running = start(old)
    const { reach, life } = running
    const options = reach.page({ onShareAppMessage: () => ({}) })
    const hiding = { ...options, onLoad: () => void reach.hideShareMenu() }
    const hidden = life.open(reach.page(hiding))
    life.wx.results.hideShareMenu = () => ({ errMsg: 'hideShareMenu:fail' })
    const shown = life.open(reach.page(hiding))
    await reach.hideShareMenu().catch(() => {})
    life.open(options)
    expect(calls(running).slice(-1)).toEqual([['showShareMenu', true]])
    expect([hidden, shown].map((page) => life.menuOf(page))).toEqual([[], ['shareAppMessage']])
  })

  it('cannot be had on a phone without any share menu: the developer is warned', () => {
    const running = openPage({ groupTicket: true, without: [...names] })
    expect(running.life.wx.calls).toEqual([])
    expect(running.life.warnings).toEqual([expect.stringContaining('not_supported')])
  })
})

describe('getShareInfo', () => {
  it('is the platform’s with callbacks, and a promise without [case 22]', async () => {
    const { reach, life } = start()
    const shareTicket = life.createTicket()
    const options = { shareTicket, success: () => {} }
    reach.getShareInfo(options)
    expect(life.wx.calls[0]!.options).toBe(options)
    expect(await reach.getShareInfo({ shareTicket })).toMatchObject({ iv: 'iv' })
  })

  it('ends its callbacks after its timeout, once, where the platform never replies', async () => {
    const { reach, life, phone } = start()
    const seen: unknown[] = []
    const note = (name: string) => (result: { errMsg: string }) =>
      void seen.push(name, result.errMsg)
    const callbacks = { success: note('ok'), fail: note('fail'), complete: note('complete') }
    const shareTicket = life.createTicket()
    const options = Object.freeze({ shareTicket, timeout: 50, ...callbacks })
    life.wx.results.getShareInfo = () => 'hang'
    expect(reach.getShareInfo(options)).toBeUndefined()
    expect(life.wx.calls[0]!.options).toMatchObject({ shareTicket, timeout: 50 })
    await phone.clock.advance(50)
    const words = 'getShareInfo:fail timeout'
    expect(seen.splice(0)).toEqual(['fail', words, 'complete', words])
    // A late reply changes nothing.
    const late = life.wx.calls[0]!.options as { success(result: object): void }
    late.success({ errMsg: 'getShareInfo:ok' })
    delete life.wx.results.getShareInfo
    reach.getShareInfo(options)
    await phone.clock.advance(50)
    expect(seen).toEqual(['ok', 'getShareInfo:ok', 'complete', 'getShareInfo:ok'])
  })

  it('ends after its timeout also where the platform knows none', async () => {
    const { reach, life, phone } = start()
    life.wx.results.getShareInfo = () => 'hang'
    const asked = reach.getShareInfo({ shareTicket: 't', timeout: 50 })
    await phone.clock.advance(50)
    await expect(asked).rejects.toEqual({ errMsg: 'getShareInfo:fail timeout' })
  })
})
