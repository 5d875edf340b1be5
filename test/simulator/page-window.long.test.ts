/** The window of a page and its tab bar: their JSON, and what code and components change of it. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const named = `Page({
  onLoad({ title }) { if (title) wx.setNavigationBarTitle({ title }) },
  color() { wx.setNavigationBarColor({ frontColor: '#000000', backgroundColor: '#00ff00' }) },
  busy() { wx.showNavigationBarLoading() },
  done() { wx.hideNavigationBarLoading() },
  other() { wx.navigateTo({ url: '/pages/meta/meta' }) },
})`

const meta = `Page({
  data: { heard: [], root: '20px', top: '', title: 'first title', style: 'color: rgb(1, 2, 3)' },
  note({ type, detail }) { this.setData({ heard: this.data.heard.concat([[type, detail]]) }) },
  down() { this.setData({ top: '400px' }) },
  change() { this.setData({ title: 'second title', style: 'color: rgb(7, 8, 9)' }) },
})`

let played: PlayedPages
beforeAll(async () => {
  played = await playPages(
    {
      home: [
        '<button bindtap="color">color</button><button bindtap="busy">busy</button>' +
          '<button bindtap="done">done</button><button bindtap="other">other</button>',
        named,
      ],
      meta: [
        `<page-meta page-style="{{style}}" background-color="rgb(4, 5, 6)"
           root-font-size="{{root}}" 
           scroll-top="{{top}}" scroll-duration="{{0}}" bindscroll="note" bindscrolldone="note">
           <navigation-bar title="{{title}}" front-color="#000000" background-color="#ffcc00"
             loading="{{true}}" />
         </page-meta>
         <view class="text">text</view><view class="rem">rem</view>
         <button bindtap="down">down</button><button bindtap="change">change</button>
         <view style="height: 3000px">space</view>`,
        meta,
      ],
    },
    {},
    {
      'app.wxss': '.rem { width: 2rem }',
      'pages/home/home.json': JSON.stringify({
        navigationBarTitleText: 'of the JSON',
        navigationBarBackgroundColor: '#123456',
      }),
    },
  )
})
afterAll(() => played.stop())

const title = async () => (await played.phone.frame()).locator('.bar-title').innerText()

const isBusy = async () =>
  (await (await played.phone.frame()).locator('.bar-title[data-loading]').count()) === 1

describe('the window of a page', () => {
  beforeEach(() => played.open('home'))

  it('is that of its JSON until code changes it, also in onLoad', async () => {
    expect(await title()).toBe('of the JSON')
    expect(await played.style('.bar-head', 'background-color')).toBe('rgb(18, 52, 86)')
    await played.phone.enter('pages/home/home?title=of-onLoad')
    expect(await title()).toBe('of-onLoad')
  })

  it('keeps what code has changed while another page is shown', async () => {
    await played.phone.enter('pages/home/home?title=changed')
    await played.phone.tap('color')
    await played.phone.tap('busy')
    await played.phone.tap('other')
    await played.phone.sees('text')
    expect(await title()).toBe('first title')
    await (await played.phone.frame()).getByRole('button', { name: '返回' }).click()
    await played.phone.sees('other')
    expect(await title()).toBe('changed')
    expect(await played.style('.bar-head', 'background-color')).toBe('rgb(0, 255, 0)')
    expect(await played.style('.bar-head', 'color')).toBe('rgb(0, 0, 0)')
    expect(await isBusy()).toBe(true)
    await played.phone.tap('done')
    expect(await isBusy()).toBe(false)
  })
})

describe('page-meta and navigation-bar', () => {
  beforeEach(() => played.open('meta'))

  it('style the page, what is behind it, and its bar', async () => {
    const shown = '.page-frame:not([hidden])'
    expect(await played.style(`${shown} .text`, 'color')).toBe('rgb(1, 2, 3)')
    expect(await played.style(shown, 'background-color')).toBe('rgb(4, 5, 6)')
    expect(await played.style('.rem', 'width')).toBe('40px')
    expect(await title()).toBe('first title')
    expect(await played.style('.bar-head', 'background-color')).toBe('rgb(255, 204, 0)')
    expect(await isBusy()).toBe(true)
    await played.phone.tap('change')
    expect(await title()).toBe('second title')
    expect(await played.style(`${shown} .text`, 'color')).toBe('rgb(7, 8, 9)')
    expect(await played.phone.problems()).toEqual([])
  })

  it('scroll the page, and tell how far it is scrolled and when that is done', async () => {
    await played.phone.tap('down')
    await played.hears('scrolldone')
    const heard = await played.heard()
    expect(heard.at(-2)).toEqual(['scroll', { scrollTop: 400 }])
    expect(heard.at(-1)).toEqual(['scrolldone', {}])
  })
})

describe('the tab bar', () => {
  let tabs: PlayedPages
  beforeAll(async () => {
    const list = ['one', 'two'].map((name) => ({ pagePath: `pages/${name}/${name}`, text: name }))
    const pages = ['one', 'two', 'three'].map((name) => `pages/${name}/${name}`)
    tabs = await playPages(
      { one: '<view>page one</view>', two: '<view />', three: '<view>page three</view>' },
      {},
      {
        'app.json': JSON.stringify({ pages, tabBar: { list, selectedColor: '#112233' } }),
        'icon.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>',
      },
    )
  })
  afterAll(() => tabs.stop())

  it('has the words, the pictures and the colors that code sets', async () => {
    const tab = (await tabs.phone.frame()).locator('.bar-tab').first()
    const color = () => tabs.style('.bar-tab', 'color')
    expect([await tab.innerText(), await color()]).toEqual(['one', 'rgb(17, 34, 51)'])
    expect(await tab.locator('img').isVisible()).toBe(false)
    const changes = { index: 0, text: 'first', selectedIconPath: 'icon.svg' }
    expect(await tabs.call('setTabBarItem', changes)).toEqual({ errMsg: 'setTabBarItem:ok' })
    await tabs.call('setTabBarStyle', { selectedColor: '#00ff00' })
    expect([await tab.innerText(), await color()]).toEqual(['first', 'rgb(0, 255, 0)'])
    expect(await tab.locator('img').getAttribute('src')).toBe('/files/icon.svg')
  })

  it('is not there on other pages, whose button leads home until it is hidden', async () => {
    await tabs.open('three')
    const home = (await tabs.phone.frame()).getByRole('button', { name: '首页' })
    expect(await home.isVisible()).toBe(true)
    await tabs.call('hideHomeButton')
    expect(await home.isVisible()).toBe(false)
    expect(await (await tabs.phone.frame()).locator('.bar-tabs').isVisible()).toBe(false)
  })
})
