/** A project that uses the framework's parts: they work together as on a phone. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playedTags } from 'wx-reach-simulator'
import { launch, type PlayedPhone } from 'wx-reach-simulator/test'
import { dataOf, hearsOf, playPages, styleOf } from './play-pages.ts'

jest.setTimeout(60_000)

let phone: PlayedPhone
beforeAll(async () => {
  phone = await launch({ folder: resolve(__dirname, 'everything') })
})
afterAll(() => phone.close())
beforeEach(() => phone.enter('pages/home/home'))

const text = async (selector: string) =>
  (await phone.frame()).locator(`.page-frame:not([hidden]) ${selector}`).allInnerTexts()

const told = async () =>
  (await phone.frame()).evaluate(() => {
    const { getApp } = globalThis as unknown as { getApp(): { globalData: { told: string[] } } }
    return getApp().globalData.told
  })

describe('a page with each component that is played', () => {
  const folder = resolve(__dirname, 'everything')

  it('uses all of them, and none is drawn as a box', async () => {
    const written = ['all', 'web'].map((name) =>
      readFileSync(resolve(folder, `pages/${name}/${name}.wxml`), 'utf8'),
    )
    const missing = playedTags.filter((tag) => !new RegExp(`<${tag}[ >\\n]`).test(written.join('')))
    expect(missing).toEqual([])

    await phone.enter('pages/all/all')
    const frame = await phone.frame()
    const title = frame.locator('.bar-title').getByText('Measured')
    await title.waitFor()
    const shown = frame.locator('.page-frame:not([hidden])')
    const drawn = await Promise.all(
      playedTags.map(async (tag) => [tag, await shown.locator(`wx-${tag}`).count()] as const),
    )
    expect(drawn.flatMap(([tag, count]) => (count === 0 ? [tag] : []))).toEqual(['web-view'])
    expect(await frame.locator('[data-lacking]').count()).toBe(0)
    await phone.tap('to the web')
    await phone.sees('https://a.example/')
    expect(await phone.problems()).toEqual([])
  })

  it('submits the values of all its fields, and runs its functions of WXS', async () => {
    await phone.enter('pages/all/all')
    await phone.tap('press')
    await phone.tap('submit')
    const [submitted] = await hearsOf(phone, 'submit')
    expect(await dataOf(phone)).toMatchObject({ told: true })
    expect(submitted).toMatchObject({
      // Without a sandbox there is none.
      formId: '',
      value: {
        input: 'words',
        textarea: 'lines',
        switch: true,
        boxes: ['a'],
        radio: 'b',
        slider: 20,
        list: '1',
        date: '2016-09-01',
        time: '12:01',
        region: ['广东省', '广州市', '海珠区'],
        several: [1, 0],
      },
    })
  })
})

describe('a project that uses everything', () => {
  it('has nothing that is not played', async () => {
    await phone.sees('everywhere')
    expect(await phone.problems()).toEqual([])
  })

  it('draws lists, conditions, templates, includes and WXS', async () => {
    expect(await text('.item')).toEqual(['0 one 2!', '1 two 4!'])
    expect(await text('.line')).toEqual(['1 noted'])
    expect(await text('.foot')).toEqual(['foot of 2'])
    await phone.tap('swap')
    expect(await text('.item')).toEqual(['0 zwei 4!', '1 one 2!'])
    expect(await text('.shown')).toEqual(['shown'])
    expect(await text('.hidden')).toEqual([])
  })

  it('styles a page by what it imports, and a component by its own classes alone', async () => {
    const colour = (selector: string) =>
      styleOf(phone, `.page-frame:not([hidden]) ${selector}`, 'color')
    expect(await colour('.told')).toBe('rgb(0, 82, 217)')
    await phone.tap('Parts')
    expect(await colour('[is="parts/list"] > wx-view[class*="upper"]')).toBe('rgb(213, 73, 65)')
    expect(await colour('[is="parts/item"] > wx-view[class*="upper"]')).toBe('rgb(0, 0, 0)')
  })

  it('tells the life of app and pages in the order of the platform', async () => {
    const launched = ['app launch 1001', 'app show', 'home load {}', 'home show', 'home ready']
    expect(await told()).toEqual(launched)
    await phone.tap('second')
    await phone.sees('how are you')
    await phone.tap('answer')
    await phone.sees('fine')
    await phone.background()
    await phone.foreground()
    const later = ['home hide', 'home show', 'home hide', 'app hide', 'app show', 'home show']
    expect(await told()).toEqual([...launched, ...later])
  })

  it('hands a query and an event channel to the page that is opened', async () => {
    await phone.tap('second')
    await phone.sees('{"from":"home"}')
    expect(await text('.asked')).toEqual(['how are you'])
  })

  it('has slots, observers, behaviors, relations, page lifetimes and two-way values', async () => {
    await phone.tap('Parts')
    await phone.sees('TITLE shown 1')
    expect(await text('.head')).toEqual(['head'])
    await phone.tap('second ready')
    expect(await text('.picked')).toEqual(['second'])
    await phone.tap('count')
    expect(await text('.picked')).toEqual(['2'])
    await phone.fill('.typed', 'changed')
    expect(await text('.echo')).toEqual(['changed'])
  })
})

it('hides the browser from modules, and shares their global', async () => {
  const script = `
    const self = 'a name of its own'
    global.told = 'shared'
    require('../../lib')
    Page({
      data: { types: [typeof window, typeof document, typeof fetch], told: global.told },
      onLoad() { require.async('../../later').then((later) => this.setData({ later })) },
    })`
  const files = { 'lib.js': "global.told += ' by two'", 'later.js': "module.exports = 'later'" }
  const played = await playPages({ hidden: ['<view>{{later}}</view>', script] }, {}, files)
  await played.phone.sees('later')
  const data = await played.data()
  await played.stop()
  expect(data).toEqual({
    types: ['undefined', 'undefined', 'undefined'],
    told: 'shared by two',
    later: 'later',
  })
})
