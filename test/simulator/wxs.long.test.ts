/** Functions of WXS that hear events and changed properties, as the platform documents them. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const wxs = `
<wxs module="drag">
function tapped(event, owner) {
  var instance = event.instance
  var state = instance.getState()
  state.count = (state.count || 0) + 1
  instance.setStyle({ marginLeft: state.count * event.currentTarget.dataset.by + 'rpx' })
  var other = owner.selectComponent('.other')
  if (state.count === 1) other.addClass('marked')
  else other.removeClass('marked')
  owner.callMethod('told', {
    count: state.count,
    marked: other.hasClass('marked'),
    gone: owner.selectComponent('.gone') === null,
    width: instance.getBoundingClientRect().width,
    display: instance.getComputedStyle(['display']).display,
    byDataset: instance.getDataset().by,
  })
  return false
}
function widened(width, before, owner, instance) {
  owner.selectComponent('.last').setStyle({ color: 'rgb(4, 5, 6)' })
  instance.setStyle('width: ' + width + 'px')
  if (before !== undefined) owner.callMethod('told', { width: width, before: before })
}
module.exports = { tapped: tapped, widened: widened }
</wxs>`

const script = `Page({
  data: { told: [], outer: 0, width: 60 },
  told(detail) { this.setData({ told: this.data.told.concat(detail) }) },
  outer() { this.setData({ outer: this.data.outer + 1 }) },
  widen() { this.setData({ width: this.data.width + 20 }) },
})`

let played: PlayedPages
beforeAll(async () => {
  played = await playPages(
    {
      home: [
        `${wxs}
        <view bindtap="outer">
          <view class="box" style="width: 50px; height: 20px" data-by="{{20}}"
            bindtap="{{drag.tapped}}">box</view>
        </view>
        <view class="other">other</view>
        <view class="wide" width="{{width}}" change:width="{{drag.widened}}">wide</view>
        <button bindtap="widen">widen</button>
        <view class="last">last</view>`,
        script,
      ],
    },
    {},
    { 'pages/home/home.wxss': '.marked { color: rgb(1, 2, 3) }' },
  )
})
afterAll(() => played.stop())

describe('a function of WXS', () => {
  beforeEach(() => played.open('home'))

  it('hears an event with its element, remembers, styles, and calls the page', async () => {
    await played.phone.tap('box')
    // Of a window that is 375 pixels wide.
    expect(await played.style('.box', 'margin-left')).toBe('10px')
    expect(await played.style('.other', 'color')).toBe('rgb(1, 2, 3)')
    await played.phone.tap('box')
    expect(await played.style('.box', 'margin-left')).toBe('20px')
    expect(await played.style('.other', 'color')).toBe('rgb(0, 0, 0)')
    const told = { gone: true, width: 50, display: 'block', byDataset: 20 }
    expect(await played.data()).toMatchObject({
      told: [
        { ...told, count: 1, marked: true },
        { ...told, count: 2, marked: false },
      ],
    })
    expect(await played.phone.problems()).toEqual([])
  })

  it('keeps an event from those above by returning false', async () => {
    await played.phone.tap('box')
    expect(await played.data()).toMatchObject({ outer: 0 })
  })

  it('hears of a property that has changed, with what it was before', async () => {
    expect(await played.style('.wide', 'width')).toBe('60px')
    // It is called for the first value when all of the page is there.
    expect(await played.style('.last', 'color')).toBe('rgb(4, 5, 6)')
    await played.phone.tap('widen')
    expect(await played.style('.wide', 'width')).toBe('80px')
    expect(await played.data()).toMatchObject({ told: [{ width: 80, before: 60 }] })
  })
})
