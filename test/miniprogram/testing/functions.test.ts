/** Functions of the testing phone's `wx` that an app's own code calls. */
import { describe, expect, it } from '@jest/globals'
import { createPhone } from '../../../miniprogram/client/testing'
import { createRecord } from './record'

describe('functions of wx', () => {
  it('return a promise where no callback is given', async () => {
    const { platform, wx } = createPhone().start()
    expect(await platform.login!({})).toMatchObject({ code: expect.any(String) })
    wx.results.login = () => ({ errMsg: 'login:fail' })
    await expect(platform.login!({})).rejects.toEqual({ errMsg: 'login:fail' })
    expect(platform.login!({ fail() {} })).toBeUndefined()
  })

  it('accept every template, unless the test says otherwise', async () => {
    const { platform, wx } = createPhone().start()
    const ask = () => platform.requestSubscribeMessage!({ tmplIds: ['a', 'b'] })
    expect(await ask()).toMatchObject({ a: 'accept', b: 'accept' })
    wx.results.requestSubscribeMessage = () => ({ a: 'reject' })
    expect(await ask()).toMatchObject({ a: 'reject' })
  })

  it('are added by the test, to every life', () => {
    const said: string[] = []
    const phone = createPhone({ wx: { showToast: ({ title }) => said.push(title) } })
    for (const life of [phone.start(), phone.start()]) life.platform.showToast({ title: 'ok' })
    expect(said).toEqual(['ok', 'ok'])
  })
})

describe('navigation', () => {
  /** Three pages, `a` open, and the calls of all. */
  function begin() {
    const { calls, all } = createRecord()
    const life = createPhone().start()
    const restore = life.defineGlobals()
    const { Page } = globalThis as unknown as { Page(options: object): void }
    for (const name of ['a', 'b', 'c']) {
      life.load(`pages/${name}/${name}`, () => Page(all(['onShow', 'onHide', 'onUnload'], name)))
    }
    restore()
    life.open('pages/a/a')
    const go = (name: string, options?: object) => {
      calls.splice(0)
      void life.platform[name](options)
      return [life.pages.map(({ route }) => route!.slice(-1)).join(''), calls.join(' ')]
    }
    return { life, go }
  }

  it('moves the page stack as the platform does', () => {
    const { life, go } = begin()
    expect(go('navigateTo', { url: '/pages/b/b?x=1' })).toEqual(['ab', 'aonHide bonShow'])
    expect(life.pages[1]!.options).toEqual({ x: '1' })
    expect(go('redirectTo', { url: '../c/c' })).toEqual(['ac', 'bonUnload conShow'])
    expect(go('navigateTo', { url: './../b/b' })).toEqual(['acb', 'conHide bonShow'])
    expect(go('navigateBack', { delta: 2 })).toEqual(['a', 'bonUnload conUnload aonShow'])
    expect(go('navigateBack')).toEqual(['a', ''])
    expect(go('navigateTo', { url: '/pages/b/b' })).toEqual(['ab', 'aonHide bonShow'])
    expect(go('switchTab', { url: '/pages/a/a' })).toEqual(['a', 'bonUnload aonShow'])
    expect(go('switchTab', { url: '/pages/a/a' })).toEqual(['a', ''])
    expect(go('switchTab', { url: '/pages/b/b' })).toEqual(['b', 'aonUnload bonShow'])
    expect(go('reLaunch', { url: '/pages/c/c' })).toEqual(['c', 'bonUnload conShow'])
  })

  it('to a page that is not loaded is noted, and opens nothing', async () => {
    const { life, go } = begin()
    expect(go('navigateTo', { url: '/pages/other/other?id=7' })).toEqual(['a', ''])
    expect(life.wx.calls.at(-1)).toEqual({
      name: 'navigateTo',
      options: { url: '/pages/other/other?id=7' },
    })
    life.wx.results.navigateTo = () => ({ errMsg: 'navigateTo:fail webview count limit exceed' })
    expect(await life.platform.navigateTo({ url: '/pages/b/b' }).catch(() => 'failed')).toBe(
      'failed',
    )
    expect(life.pages).toHaveLength(1)
  })
})

describe('the storage of an app’s own code', () => {
  it('is that of the phone, by callbacks and promises as well', async () => {
    const phone = createPhone()
    const { platform } = phone.start()
    await platform.setStorage({ key: 'a', data: { n: 1 } })
    expect(phone.storage.get('a')).toEqual({ n: 1 })
    expect((await platform.getStorage({ key: 'a' })).data).toEqual({ n: 1 })
    expect(await platform.getStorageInfo()).toMatchObject({ keys: ['a'] })
    await expect(platform.getStorage({ key: 'b' })).rejects.toEqual({
      errMsg: 'getStorage:fail data not found',
    })
    await platform.removeStorage({ key: 'a' })
    expect(phone.storage.keys()).toEqual([])
    platform.setStorageSync('c', 1)
    platform.clearStorageSync()
    platform.setStorageSync('d', 1)
    await platform.clearStorage()
    expect(phone.storage.keys()).toEqual([])
    phone.storage.limitTo(2)
    await expect(platform.setStorage({ key: 'a', data: 'long' })).rejects.toEqual({
      errMsg: 'setStorage:fail exceed storage max size',
    })
  })
})
