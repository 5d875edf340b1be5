/** What a page draws: themes, tab bars of its own, animations, and what it asks of its elements. */
import { afterAll, afterEach, beforeAll, describe, expect, it, jest } from '@jest/globals'
import type { PlayedPhone } from 'wx-reach-simulator/test'
import { launchDemo, startDemoReach, type StartedDemo } from './demo-phone.ts'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const choose = async ({ phone }: PlayedPages, field: string, option: string) => {
  await phone.page.getByRole('tab', { name: '开关' }).click()
  await phone.page.getByLabel(field).selectOption(option)
}

describe('a theme', () => {
  let played: PlayedPages | undefined
  afterEach(() => played?.stop())

  const script = `Page({
    data: { told: [] },
    onLoad() {
      wx.onThemeChange(({ theme }) => this.setData({ told: this.data.told.concat(theme) }))
    },
  })`
  const files = (app: object) => ({
    'app.json': JSON.stringify({
      pages: ['pages/home/home'],
      themeLocation: 'theme.json',
      window: { navigationBarBackgroundColor: '@bar', navigationBarTextStyle: '@words' },
      ...app,
    }),
    'theme.json': JSON.stringify({
      light: { bar: '#eeeeee', words: 'black' },
      dark: { bar: '#222222', words: 'white' },
    }),
    'pages/home/home.wxss':
      '.a { color: rgb(1, 2, 3) } ' +
      '@media (prefers-color-scheme: dark) { .a { color: rgb(4, 5, 6) } }',
  })

  it('is that of the switch, in configuration, styles, wx and events', async () => {
    played = await playPages(
      { home: ['<view class="a">home</view>', script] },
      {},
      files({ darkmode: true }),
    )
    expect(await played.style('.bar-head', 'background-color')).toBe('rgb(238, 238, 238)')
    expect(await played.style('.a', 'color')).toBe('rgb(1, 2, 3)')
    await choose(played, '主题', '深色')
    await (
      await played.phone.frame()
    ).waitForFunction(() => {
      const { document, getComputedStyle } = globalThis as unknown as {
        document: { querySelector(selector: string): unknown }
        getComputedStyle(of: unknown): { color: string }
      }
      return getComputedStyle(document.querySelector('.a')).color === 'rgb(4, 5, 6)'
    })
    expect(await played.style('.bar-head', 'background-color')).toBe('rgb(34, 34, 34)')
    expect(await played.data()).toMatchObject({ told: ['dark'] })
    expect(await played.call('getSystemInfo')).toMatchObject({ theme: 'dark' })
  })

  it('is the light one where the project has no darkmode', async () => {
    played = await playPages({ home: ['<view class="a">home</view>', script] }, {}, files({}))
    await choose(played, '主题', '深色')
    expect(await played.call('getSystemInfo')).toMatchObject({ theme: 'light' })
    expect(await played.style('.a', 'color')).toBe('rgb(1, 2, 3)')
    expect(await played.data()).toMatchObject({ told: [] })
  })
})

it('draws a tab bar of the project, which a page reaches by getTabBar', async () => {
  const page = (n: number) => `Page({ onShow() { this.getTabBar().setData({ selected: ${n} }) } })`
  const played = await playPages(
    { one: ['<view>one</view>', page(0)], two: ['<view>two</view>', page(1)] },
    {},
    {
      'app.json': JSON.stringify({
        pages: ['pages/one/one', 'pages/two/two'],
        tabBar: {
          custom: true,
          list: [
            { pagePath: 'pages/one/one', text: 'One' },
            { pagePath: 'pages/two/two', text: 'Two' },
          ],
        },
      }),
      'custom-tab-bar/index.json': '{"component": true}',
      'custom-tab-bar/index.wxss': '.bar { position: fixed; bottom: 0; width: 100% }',
      'custom-tab-bar/index.wxml':
        '<view class="bar"><text>chosen {{selected}}</text>' +
        '<view bindtap="go" data-to="/pages/two/two">to two</view></view>',
      'custom-tab-bar/index.js': `Component({
        data: { selected: -1 },
        methods: { go({ currentTarget }) { wx.switchTab({ url: currentTarget.dataset.to }) } },
      })`,
    },
  )
  await played.phone.sees('chosen 0')
  expect(await (await played.phone.frame()).locator('.bar-tabs').isVisible()).toBe(false)
  await played.phone.tap('to two')
  await played.phone.sees('two')
  await played.phone.sees('chosen 1')
  const problems = await played.phone.problems()
  await played.stop()
  expect(problems).toEqual([])
})

describe('the elements of a page', () => {
  let played: PlayedPages
  const script = `Page({
    data: { animation: {}, seen: [], done: false },
    onReady() {
      this.createIntersectionObserver().relativeToViewport({ bottom: -10 })
        .observe('.far', ({ intersectionRatio }) => {
          this.setData({ seen: this.data.seen.concat(intersectionRatio > 0) })
        })
    },
    play() {
      const animation = wx.createAnimation({ duration: 0 })
      animation.translateX(30).rotate(90).opacity(0.5).step()
      this.setData({ animation: animation.export() })
    },
    frames() {
      this.animate('.moved', [{ left: 0, rotate: 0 }, { left: 40, rotate: 90 }], 10, () => {
        this.setData({ done: true })
      })
    },
  })`
  beforeAll(async () => {
    played = await playPages({
      home: [
        `<view style="height: 100px">above</view>
         <view class="moved" id="it" data-a="1" animation="{{animation}}"
           style="width: 80px; height: 20px; position: relative">it</view>
         <button bindtap="play">play</button>
         <button bindtap="frames">frames</button>
         <view style="height: 2000px">space</view>
         <view class="far">far {{seen}}</view>
         <view wx:if="{{done}}">is done</view>`,
        script,
      ],
      hover: `
        <view class="outer" hover-class="pressed" hover-start-time="0" hover-stay-time="0">
          <view class="inner" hover-class="pressed"
            hover-start-time="0" hover-stay-time="0">in</view>
          <view class="stops" hover-class="pressed" hover-stop-propagation
            hover-start-time="0" hover-stay-time="0">stops</view>
        </view>`,
    })
  })
  afterAll(() => played.stop())

  const ask = async () =>
    (await played.phone.frame()).evaluate(
      () =>
        new Promise((resolve) => {
          const { wx } = globalThis as unknown as {
            wx: { createSelectorQuery(): Record<string, (...args: unknown[]) => never> }
          }
          const query = wx.createSelectorQuery() as unknown as {
            select(selector: string): { boundingClientRect(): void; fields(given: object): void }
            selectAll(selector: string): { boundingClientRect(): void }
            selectViewport(): { scrollOffset(): void }
            exec(told: (results: unknown) => void): void
          }
          query.select('.moved').boundingClientRect()
          query.select('.moved').fields({ size: true, computedStyle: ['position'] })
          query.selectAll('.gone').boundingClientRect()
          query.select('.gone').boundingClientRect()
          query.selectViewport().scrollOffset()
          query.exec(resolve)
        }),
    )

  it('are measured from below the bars', async () => {
    await played.open('home')
    expect(await ask()).toEqual([
      {
        id: 'it',
        dataset: { a: '1' },
        left: 0,
        top: 100,
        right: 80,
        bottom: 120,
        width: 80,
        height: 20,
      },
      { width: 80, height: 20, position: 'relative' },
      [],
      null,
      expect.objectContaining({ scrollTop: 0, scrollLeft: 0 }),
    ])
  })

  it('are seen when they come into view', async () => {
    await played.open('home')
    expect(await played.data()).toMatchObject({ seen: [] })
    const { errMsg } = await played.call('pageScrollTo', { scrollTop: 3_000, duration: 0 })
    expect(errMsg).toBe('pageScrollTo:ok')
    await played.phone.sees('far true')
  })

  it('move by the attribute animation, and by animate', async () => {
    await played.open('home')
    await played.phone.tap('play')
    expect(await played.style('.moved', 'opacity')).toBe('0.5')
    expect(await played.style('.moved', 'transform')).toBe('matrix(0, 1, -1, 0, 30, 0)')
    await played.phone.tap('frames')
    await (await played.phone.frame()).getByText('is done').waitFor({ state: 'attached' })
    expect(await played.style('.moved', 'left')).toBe('40px')
  })

  it('have their hover class while pressed, and those around them until one stops it', async () => {
    await played.open('hover')
    const frame = await played.phone.frame()
    const pressed = async () => frame.locator('.pressed').evaluateAll((all) => all.length)
    const hold = async (text: string) => {
      const box = (await frame.getByText(text, { exact: true }).boundingBox())!
      await played.phone.page.mouse.move(box.x + 5, box.y + 5)
      await played.phone.page.mouse.down()
    }
    await hold('in')
    await frame.locator('.outer.pressed .inner.pressed').waitFor()
    await played.phone.page.mouse.up()
    await frame.locator('.outer:not(.pressed) .inner:not(.pressed)').waitFor()
    await hold('stops')
    await frame.locator('.stops.pressed').waitFor()
    expect(await pressed()).toBe(1)
    await played.phone.page.mouse.up()
  })
})

describe('the clock', () => {
  let reach: StartedDemo
  let phone: PlayedPhone
  beforeAll(async () => {
    reach = await startDemoReach()
    phone = await launchDemo(reach)
  })
  afterAll(async () => {
    await phone.close()
    await reach.close()
  })

  it('of a mini-program is that of the platform', async () => {
    const frame = await phone.frame()
    const before = await frame.evaluate(() => Date.now())
    await phone.page.getByRole('tab', { name: '开关' }).click()
    await phone.page.getByRole('button', { name: '+2 天' }).click()
    const twoDays = 2 * 24 * 3_600_000
    await frame.waitForFunction((least) => Date.now() >= least, before + twoDays)
    const told = await frame.evaluate(() => ({
      apart: Math.abs(new Date().getTime() - Date.now()) < 1_000,
      given: new Date(5).getTime(),
      isDate: new Date() instanceof Date && new Date().constructor === Date,
      text: typeof Date(),
    }))
    expect(told).toEqual({ apart: true, given: 5, isDate: true, text: 'string' })
  })
})
