/** The platform's components against their documented properties and events. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const pages = {
  taps: `
    <view class="outer" bindtap="note" data-a="1">
      <view class="inner" catchtap="note">inner</view>
      <text class="words" user-select>one\ntwo</text>
    </view>`,
  form: `
    <form bindsubmit="note" bindreset="note">
      <input class="name" name="name" value="a" maxlength="3" placeholder="Name"
        bindinput="note" bindfocus="note" bindblur="note" bindconfirm="note" />
      <textarea name="text" value="b" />
      <switch name="on" checked bindchange="note" />
      <checkbox-group name="many" bindchange="note">
        <label><checkbox value="1" checked />first</label>
        <label><checkbox value="2" />second</label>
      </checkbox-group>
      <radio-group name="one" bindchange="note">
        <label><radio value="x" />ex</label>
        <label><radio value="y" />why</label>
      </radio-group>
      <slider name="size" value="30" min="10" max="50" step="10" bindchange="note" show-value />
      <picker name="choice" range="{{['red', 'green']}}" bindchange="note">
        <view>choose</view>
      </picker>
      <button form-type="submit">send</button>
      <button form-type="reset">undo</button>
      <button disabled bindtap="note">never</button>
    </form>`,
  scroll: `
    <scroll-view class="list" scroll-y style="height: 200px" lower-threshold="10"
      bindscroll="note" bindscrolltolower="note" scroll-into-view="{{at}}">
      <view wx:for="{{40}}" wx:key="*this" id="row{{item}}" style="height: 40px">{{item}}</view>
    </scroll-view>`,
  swiper: `
    <swiper current="1" indicator-dots duration="0" bindchange="note" class="swiper">
      <swiper-item item-id="a">A</swiper-item>
      <swiper-item item-id="b">B</swiper-item>
      <swiper-item item-id="c">C</swiper-item>
    </swiper>`,
  media: `
    <image class="fit" src="/images/dot.svg" mode="aspectFit" bindload="note" />
    <image src="/images/gone.svg" binderror="note" />
    <icon type="success" size="40" />
    <progress percent="40" show-info />
    <rich-text nodes="<b>bold</b><script>1</script><a href='/x'>link</a>"></rich-text>
    <rich-text class="nodes" nodes="{{nodes}}"></rich-text>
    <open-data type="userNickName"></open-data>
    <map />
    <h2>heading</h2>
    <strange-tag />`,
  buttons: `
    <button class="phone" open-type="getPhoneNumber" bindgetphonenumber="note">number</button>
    <button type="primary" size="mini" loading>busy</button>
    <navigator url="/pages/taps/taps" hover-class="none">go</navigator>`,
}

let played: PlayedPages
beforeAll(async () => {
  const dot = '<svg xmlns="http://www.w3.org/2000/svg" width="20" height="10"/>'
  played = await playPages(pages, {}, { 'images/dot.svg': dot })
})
afterAll(() => played.stop())

const shown = async () => (await played.phone.frame()).locator('.page-frame:not([hidden])')

describe('view and text', () => {
  it('let a tap bubble until it is caught, and keep line breaks', async () => {
    await played.open('taps')
    await played.phone.tap('inner')
    expect((await played.heard()).map(([type]) => type)).toEqual(['tap'])
    await played.phone.tap('.words')
    expect(await played.heard()).toHaveLength(2)
    expect(await (await shown()).locator('.words').innerText()).toBe('one\ntwo')
  })
})

describe('form', () => {
  it('collects the values of all that has a name, and sets them back', async () => {
    await played.open('form')
    await played.phone.tap('send')
    const value = {
      name: 'a',
      text: 'b',
      on: true,
      many: ['1'],
      one: '',
      size: 30,
      choice: null,
    }
    expect(await played.heard()).toEqual([['submit', { value }]])
    await played.phone.tap('undo')
    await played.phone.tap('send')
    const heard = await played.heard()
    expect(heard.map(([type]) => type)).toEqual(['submit', 'reset', 'submit'])
    expect(heard[2]![1]).toMatchObject({ value: { name: '', text: '' } })
  })

  it('has an input that keeps to its maxlength and tells each change', async () => {
    await played.open('form')
    const field = (await shown()).locator('.name input')
    await field.focus()
    await field.fill('abcdef')
    await field.press('Enter')
    const heard = await played.heard()
    expect(heard.map(([type]) => type)).toEqual(['focus', 'input', 'confirm', 'blur'])
    expect(heard[1]![1]).toMatchObject({ value: 'abc', cursor: 3 })
    expect(heard[2]![1]).toEqual({ value: 'abc' })
  })

  it('has switches, boxes and radios, also by their labels', async () => {
    await played.open('form')
    await played.phone.tap('wx-switch')
    await played.phone.tap('second')
    await played.phone.tap('ex')
    await played.phone.tap('why')
    expect(await played.heard()).toEqual([
      ['change', { value: false }],
      ['change', { value: ['1', '2'] }],
      ['change', { value: 'x' }],
      ['change', { value: 'y' }],
    ])
  })

  it('has a slider with its steps, and a picker that gives an index', async () => {
    await played.open('form')
    await (await shown()).locator('wx-slider input').press('ArrowRight')
    await played.phone.tap('choose')
    await (await played.phone.frame()).locator('.ui-picker').getByText('green').click()
    await played.phone.tap('确定')
    expect(await played.heard()).toEqual([
      ['change', { value: 40 }],
      ['change', { value: 1 }],
    ])
  })

  it('has buttons that do nothing while they are disabled', async () => {
    await played.open('form')
    await (await shown()).getByText('never').click({ force: true })
    expect(await played.heard()).toEqual([])
  })
})

describe('scroll-view', () => {
  it('tells how far it is scrolled, and that its end is near, once', async () => {
    await played.open('scroll')
    const list = (await shown()).locator('.list')
    await list.evaluate((element) => element.scrollTo(0, 100))
    await list.evaluate((element) => element.scrollTo(0, 99_999))
    expect(await played.hears('scrolltolower')).toHaveLength(1)
  })
})

describe('swiper', () => {
  it('shows its current item, and tells of the one that a finger brings', async () => {
    await played.open('swiper')
    const swiper = (await shown()).locator('.swiper')
    const box = (await swiper.boundingBox())!
    const { mouse } = played.phone.page
    await mouse.move(box.x + 300, box.y + 50)
    await mouse.down()
    await mouse.move(box.x + 60, box.y + 50, { steps: 4 })
    await mouse.up()
    expect(await played.heard()).toEqual([
      ['change', { current: 2, currentItemId: 'c', source: 'touch' }],
    ])
  })
})

describe('pictures and data', () => {
  it('tell that a picture was loaded, with its size, or was not', async () => {
    await played.open('media')
    await played.phone.sees('40%')
    const page = await shown()
    expect(await page.locator('.fit img').evaluate((img) => img.style.objectFit)).toBe('contain')
    await played.hears('load')
    await played.hears('error')
    const heard = await played.heard()
    expect(heard).toContainEqual(['load', { width: 20, height: 10 }])
    expect(heard.map(([type]) => type).sort()).toEqual(['error', 'load'])
  })

  it('draw rich text without what could run, and the name of the user', async () => {
    await played.open('media')
    const page = await shown()
    expect(await page.locator('wx-rich-text').first().innerHTML()).toBe('<b>bold</b><a>link</a>')
    expect(await page.locator('wx-open-data').innerText()).toBe('Alice')
  })

  it('draw a marked box for what is not played, and the rest of the page', async () => {
    await played.open('media')
    const boxes = await (await shown()).locator('[data-lacking]').all()
    const names = await Promise.all(boxes.map((box) => box.getAttribute('data-lacking')))
    expect(names).toEqual(['<map>', '<strange-tag>'])
  })
})

describe('navigator and button', () => {
  it('go to a page, and back', async () => {
    await played.open('buttons')
    await played.phone.tap('go')
    await played.phone.sees('inner')
    expect(await played.phone.route()).toBe('pages/taps/taps')
    await (await played.phone.frame()).getByRole('button', { name: '返回' }).click()
    await played.phone.sees('busy')
  })

  it('ask the user before a number is given, who may refuse', async () => {
    await played.open('buttons')
    await played.phone.tap('number')
    await (await played.phone.frame()).getByText('拒绝').click()
    expect(await played.heard()).toEqual([
      ['getphonenumber', { errMsg: 'getPhoneNumber:fail user deny' }],
    ])
  })
})
