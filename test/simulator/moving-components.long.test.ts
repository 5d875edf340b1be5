/** What a finger moves: swiper, scroll-view, picker-view, movable-view. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { setTimeout as wait } from 'node:timers/promises'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const noting = (more: string, data = '') => `Page({
  data: { heard: [], taps: 0, ${data} },
  note({ type, detail }) { this.setData({ heard: this.data.heard.concat([[type, detail]]) }) },
  tapped() { this.setData({ taps: this.data.taps + 1 }) },
  ${more}
})`

const swiper = (attributes: string) => `
  <swiper class="swiper" duration="0" bindchange="note" ${attributes}>
    <swiper-item wx:for="{{items}}" wx:key="*this" item-id="{{item}}" bindtap="tapped">
      <view>{{item}}</view>
    </swiper-item>
  </swiper>
  <button bindtap="go">go</button>`

const swiperPage = (attributes: string, go = ''): [string, string] => [
  swiper(attributes),
  noting(`go() { ${go} },`, "items: ['a', 'b', 'c'], current: 0, id: '', autoplay: true"),
]

const rows = (id: string) =>
  `<view wx:for="{{40}}" wx:key="*this" id="${id}{{item}}" style="height: 40px">{{item}}</view>`

let played: PlayedPages
beforeAll(async () => {
  played = await playPages({
    swiper: swiperPage('current="{{current}}"', 'this.setData({ current: 2 })'),
    byId: swiperPage('current-item-id="{{id}}"', "this.setData({ id: 'c' })"),
    circular: swiperPage('circular current="2" indicator-dots'),
    upright: swiperPage('vertical style="height: 200px"'),
    several: swiperPage('display-multiple-items="2" previous-margin="20px" next-margin="30rpx"'),
    autoplay: swiperPage(
      'autoplay="{{autoplay}}" interval="150"',
      'this.setData({ autoplay: false })',
    ),
    animated: [
      `<swiper class="swiper" duration="60" bindanimationfinish="note" current="{{current}}"
        bindtransition="note">
        <swiper-item>A</swiper-item><swiper-item>B</swiper-item>
      </swiper><button bindtap="go">go</button>`,
      noting('go() { this.setData({ current: 1 }) },', 'current: 0'),
    ],
    scroll: [
      `<view style="height: 300px">above</view>
       <scroll-view class="list" scroll-y style="height: 200px" scroll-into-view="{{at}}"
         scroll-top="{{top}}" upper-threshold="20" lower-threshold="30"
         bindscrolltoupper="note" bindscrolltolower="note">${rows('row')}</scroll-view>
       <button bindtap="down">down</button><button bindtap="up">up</button>
       <view style="height: 900px">below</view>`,
      noting(
        "down() { this.setData({ at: 'row20' }) }, up() { this.setData({ top: 0 }) },",
        "at: '', top: 5",
      ),
    ],
    sideways: [
      `<scroll-view class="list" scroll-x style="width: 200px; white-space: nowrap"
         scroll-left="{{left}}" scroll-into-view="{{at}}" bindscroll="note"
         bindscrolltolower="note" bindscrolltoupper="note">
         <view wx:for="{{20}}" wx:key="*this" id="cell{{item}}"
           style="display: inline-block; width: 80px">{{item}}</view>
       </scroll-view><button bindtap="go">go</button>`,
      noting("go() { this.setData({ at: 'cell10' }) },", "at: '', left: 0"),
    ],
    columns: [
      `<picker-view class="columns" value="{{value}}" style="height: 200px"
         indicator-style="height: 40px" bindchange="note" bindpickstart="note" bindpickend="note">
         <picker-view-column wx:for="{{columns}}" wx:key="index">
           <view wx:for="{{item}}" wx:for-item="word" wx:key="*this">{{word}}</view>
         </picker-view-column>
       </picker-view><button bindtap="go">go</button>`,
      noting(
        'go() { this.setData({ value: [2, 0] }) },',
        "value: [0, 1], columns: [['one', 'two', 'three'], ['red', 'blue', 'green']]",
      ),
    ],
    movable: [
      `<movable-area style="width: 300px; height: 200px">
         <movable-view class="all" direction="all" x="{{x}}" y="10" bindchange="note"
           style="width: 50px; height: 50px; background: #eee">all</movable-view>
         <movable-view class="across" direction="horizontal" y="100" bindhtouchmove="note"
           bindvtouchmove="note" style="width: 50px; height: 50px">across</movable-view>
       </movable-area><button bindtap="go">go</button>`,
      noting('go() { this.setData({ x: 900 }) },', 'x: 20'),
    ],
  })
})
afterAll(() => played.stop())

const find = async (selector: string) =>
  (await played.phone.frame()).locator(`.page-frame:not([hidden]) ${selector}`).first()

const drag = async (selector: string, by: { x: number; y: number }) => {
  const box = (await (await find(selector)).boundingBox())!
  const { mouse } = played.phone.page
  const [x, y] = [box.x + box.width / 2, box.y + box.height / 2]
  await mouse.move(x, y)
  await mouse.down()
  await mouse.move(x + by.x, y + by.y, { steps: 4 })
  await mouse.up()
}

/** Where an element is, from the upper left of what is around it: both at one moment. */
const offsetIn = async (selector: string, parent: string, nth = 0) =>
  (await played.phone.frame())
    .locator(`.page-frame:not([hidden]) ${selector}`)
    .nth(nth)
    .evaluate((element, around) => {
      type Measured = { getBoundingClientRect(): { x: number; y: number; width: number } }
      const found = element as unknown as Measured & { closest(selector: string): Measured }
      const [box, outer] = [found, found.closest(around)].map((one) => one.getBoundingClientRect())
      return {
        x: Math.round(box!.x - outer!.x),
        y: Math.round(box!.y - outer!.y),
        width: Math.round(box!.width),
      }
    }, parent)

describe('swiper', () => {
  it('goes where the page sets it, and tells that it was not a finger', async () => {
    await played.open('swiper')
    await played.phone.tap('go')
    expect(await played.hears('change')).toEqual([{ current: 2, currentItemId: 'c', source: '' }])
    await played.open('byId')
    await played.phone.tap('go')
    expect(await played.hears('change')).toEqual([{ current: 2, currentItemId: 'c', source: '' }])
  })

  it('stays where a finger moved too little, and a finger that moves does not tap', async () => {
    await played.open('swiper')
    await drag('.swiper', { x: -40, y: 0 })
    expect(await played.heard()).toEqual([])
    await drag('.swiper', { x: -200, y: 0 })
    expect(await played.hears('change')).toEqual([
      { current: 1, currentItemId: 'b', source: 'touch' },
    ])
    expect(await played.data()).toMatchObject({ taps: 0 })
    await played.phone.tap('b')
    expect(await played.data()).toMatchObject({ taps: 1 })
  })

  it('ends at its last item, and goes round where it is circular', async () => {
    await played.open('swiper')
    await drag('.swiper', { x: 200, y: 0 })
    expect(await played.heard()).toEqual([])
    await played.open('circular')
    // The first item lies behind the last one.
    expect((await offsetIn('wx-swiper-item', '.swiper')).x).toBe(375)
    await drag('.swiper', { x: -200, y: 0 })
    expect(await played.hears('change')).toEqual([
      { current: 0, currentItemId: 'a', source: 'touch' },
    ])
    const dots = await (await find('.swiper-dots')).locator('span').all()
    expect(dots).toHaveLength(3)
  })

  it('goes down where it is vertical', async () => {
    await played.open('upright')
    expect((await offsetIn('wx-swiper-item', '.swiper', 1)).y).toBe(200)
    await drag('.swiper', { x: 0, y: -120 })
    expect(await played.hears('change')).toEqual([
      { current: 1, currentItemId: 'b', source: 'touch' },
    ])
  })

  it('shows several items, with margins before and after them', async () => {
    await played.open('several')
    // 375 pixels, less 20 and 15, for two.
    expect(await offsetIn('wx-swiper-item', '.swiper')).toEqual({ x: 20, y: 0, width: 170 })
    await drag('.swiper', { x: -200, y: 0 })
    await drag('.swiper', { x: -200, y: 0 })
    expect(await played.hears('change')).toEqual([
      { current: 1, currentItemId: 'b', source: 'touch' },
    ])
  })

  it('plays by itself, begins anew after the last, and stops when it is told to', async () => {
    await played.open('autoplay')
    const changes = await played.hears('change', 3)
    expect(changes.slice(0, 3)).toEqual([
      { current: 1, currentItemId: 'b', source: 'autoplay' },
      { current: 2, currentItemId: 'c', source: 'autoplay' },
      { current: 0, currentItemId: 'a', source: 'autoplay' },
    ])
    await played.phone.tap('go')
    const stopped = (await played.heard()).length
    await wait(400)
    expect(await played.heard()).toHaveLength(stopped)
  })

  it('tells how a finger moves it, and the end of the animation', async () => {
    await played.open('animated')
    await drag('.swiper', { x: -20, y: 0 })
    expect((await played.hears('transition')).at(-1)).toEqual({ dx: 20, dy: 0 })
    await played.phone.tap('go')
    expect(await played.hears('animationfinish')).toEqual([
      { current: 1, currentItemId: '', source: '' },
    ])
  })
})

describe('scroll-view', () => {
  const scrolled = async () => (await find('.list')).evaluate((element) => element.scrollTop)

  it('begins where it is set, and shows a child by its id without moving the page', async () => {
    await played.open('scroll')
    expect(await scrolled()).toBe(5)
    const frame = await played.phone.frame()
    // Not by a tap: a page that is still sliding in makes playwright scroll it.
    await frame.evaluate(() => {
      const { getCurrentPages } = globalThis as unknown as {
        getCurrentPages(): { down(): void }[]
      }
      getCurrentPages().at(-1)!.down()
    })
    await frame.waitForFunction(() => {
      const { document } = globalThis as unknown as {
        document: { querySelector(selector: string): { scrollTop: number } }
      }
      return document.querySelector('.page-frame:not([hidden]) .list').scrollTop === 800
    })
    expect(await (await find('.page-scroll')).evaluate((element) => element.scrollTop)).toBe(0)
  })

  it('tells once that an edge is near, and again after it was left', async () => {
    await played.open('scroll')
    const to = async (top: number) =>
      (await find('.list')).evaluate((element, wanted) => element.scrollTo(0, wanted), top)
    await to(1_600 - 200 - 29)
    expect(await played.hears('scrolltolower')).toEqual([{ direction: 'bottom' }])
    await to(700)
    await to(9_999)
    expect(await played.hears('scrolltolower', 2)).toHaveLength(2)
    await to(19)
    expect(await played.hears('scrolltoupper')).toEqual([{ direction: 'top' }])
  })

  it('scrolls sideways, and tells how far', async () => {
    await played.open('sideways')
    await played.phone.tap('go')
    const [first] = await played.hears('scroll')
    expect(first).toMatchObject({ scrollLeft: 800, scrollTop: 0, deltaX: -800, deltaY: 0 })
    await (await find('.list')).evaluate((element) => element.scrollTo(9_999, 0))
    expect(await played.hears('scrolltolower')).toEqual([{ direction: 'right' }])
  })
})

describe('picker-view', () => {
  beforeEach(() => played.open('columns'))

  const isInMiddle = async (text: string) => {
    const item = (await (await find('.columns')).getByText(text).boundingBox())!
    const box = (await (await find('.columns')).boundingBox())!
    const middle = (one: { y: number; height: number }) => one.y + one.height / 2
    return Math.abs(middle(item) - middle(box)) < 2
  }

  it('has its value in the middle, with items as high as its indicator', async () => {
    await played.phone.sees('one')
    const height = await (await find('.columns wx-view')).evaluate((item) => item.clientHeight)
    expect(height).toBe(40)
    expect([await isInMiddle('one'), await isInMiddle('blue')]).toEqual([true, true])
  })

  it('tells what the user has brought to the middle, and when it moves and ends', async () => {
    await (await find('.columns')).getByText('three').click({ force: true })
    expect(await played.hears('change')).toEqual([{ value: [2, 1] }])
    expect((await played.heard()).map(([type]) => type)).toEqual(['pickstart', 'pickend', 'change'])
    expect(await isInMiddle('three')).toBe(true)
  })
})

describe('movable-view', () => {
  beforeEach(() => played.open('movable'))

  it('begins at its place, and stays within its area', async () => {
    // It moves there from the corner.
    const begins = () => offsetIn('.all', 'wx-movable-area')
    for (let tried = 0; tried < 40 && (await begins()).x !== 20; tried += 1) await wait(50)
    expect(await begins()).toMatchObject({ x: 20, y: 10 })
    await drag('.all', { x: 60, y: 30 })
    expect(await offsetIn('.all', 'wx-movable-area')).toMatchObject({ x: 80, y: 40 })
    await drag('.all', { x: -300, y: 400 })
    expect(await offsetIn('.all', 'wx-movable-area')).toMatchObject({ x: 0, y: 150 })
    expect((await played.hears('change')).at(-1)).toEqual({ x: 0, y: 150, source: 'touch' })
  })

  it('moves in its direction alone, and tells in which a finger began', async () => {
    await drag('.across', { x: 60, y: 30 })
    expect(await offsetIn('.across', 'wx-movable-area')).toMatchObject({ x: 60, y: 100 })
    expect((await played.heard()).map(([type]) => type)).toContain('htouchmove')
    expect((await played.heard()).map(([type]) => type)).not.toContain('vtouchmove')
  })

  it('goes where the page sets it, as far as its area reaches', async () => {
    const before = (await played.heard()).length
    await played.phone.tap('go')
    const changes = await played.hears('change', before + 1)
    expect(changes.at(-1)).toEqual({ x: 250, y: 10, source: '' })
  })
})
