/** What libraries of components write that the documentation hardly names. */
import { afterAll, beforeAll, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const app = `App({
  onLaunch() {
    wx.getSystemInfo({ success: ({ statusBarHeight }) => { this.height = statusBarHeight } })
  },
  onError(message) { this.told = message.split('\\n')[0] },
})`

const bar = `Component({
  options: { addGlobalClass: true },
  properties: { back: { type: [Boolean, String], value: false }, size: [Number, String] },
  data: { height: getApp().height, measured: 0 },
  attached() {
    wx.createSelectorQuery().in(this).select('.own').boundingClientRect(({ width }) => {
      this.setData({ measured: width })
    }).exec()
  },
})`

const tabs = `Component({
  relations: { './tab': { type: 'child', linked() { this.read() } } },
  data: { tabs: [] },
  methods: {
    read() {
      const tabs = this.getRelationNodes('./tab').map((tab) => ({ ...tab.data }))
      this.setData({ tabs })
    },
  },
})`

const tab = `Component({
  properties: { name: String },
  data: { parent: null },
  relations: { './tabs': { type: 'parent', linked(parent) { this.setData({ parent }) } } },
})`

const failing = `Component({ ready() { throw new Error('of a component') } })`

const component = (name: string, script: string, wxml: string, wxss = '') => ({
  [`parts/${name}.js`]: script,
  [`parts/${name}.json`]: '{"component": true}',
  [`parts/${name}.wxml`]: wxml,
  [`parts/${name}.wxss`]: wxss,
})

let played: PlayedPages
beforeAll(async () => {
  const names = ['bar', 'tabs', 'tab', 'failing']
  played = await playPages(
    {
      home:
        '<bar back="{{true}}" size="wide" />' +
        '<tabs><tab name="first" /><tab name="second" /></tabs>',
      failing: '<failing />',
      cloud: [
        '<view class="turned" animation="{{turn}}">cloud</view><image src="/none.png" />' +
          '<contact-button bindcontact="note" /><match-media max-width="100">narrow</match-media>',
        `wx.cloud.init()
        Page({
          data: { heard: [] },
          onLoad() {
            const turn = wx.createAnimation({ duration: 300 })
            turn.option.transition.duration = 0
            this.setData({ turn: turn.rotate(90).step().export() })
          },
          note({ type, detail }) { this.setData({ heard: [...this.data.heard, [type, detail]] }) },
        })`,
      ],
    },
    {},
    {
      'app.js': app,
      'app.wxss': '.wide { color: rgb(1, 2, 3) } .own { width: 40px }',
      'pages/home/home.json': JSON.stringify({
        usingComponents: Object.fromEntries(names.map((name) => [name, `/parts/${name}`])),
      }),
      'pages/failing/failing.json': '{"usingComponents": {"failing": "/parts/failing"}}',
      ...component(
        'bar',
        bar,
        '<view class="own {{size}}">{{back === true}} {{height}} {{measured}}</view>',
        '.own { padding-left: 7px }',
      ),
      ...component('tabs', tabs, '<text>{{tabs.length}}:{{tabs[1].name}}</text><slot />'),
      ...component('tab', tab, ''),
      ...component('failing', failing, ''),
    },
  )
})
afterAll(() => played.stop())

it('a property takes the types of a list, and the system is known at once', async () => {
  await played.phone.sees('true 44 40')
  expect(await played.phone.text()).toContain('true 44 40')
})

it('classes of the app hold in a component whose code asks for them, beside its own', async () => {
  expect(await played.style('.own', 'color')).toBe('rgb(1, 2, 3)')
  expect(await played.style('.own', 'padding-left')).toBe('7px')
})

it('a component may be data of another', async () => {
  await played.phone.sees('2:second')
  expect(await played.phone.problems()).toEqual([])
})

it('what a lifecycle of a component throws reaches onError of the app', async () => {
  await played.open('failing')
  const frame = await played.phone.frame()
  const told = await frame.waitForFunction(() => {
    const { getApp } = globalThis as unknown as { getApp(): { told?: string } }
    return getApp().told
  })
  expect(await told.jsonValue()).toBe('Error: of a component')
  expect(await played.phone.problems()).toContain('of a component')
})

describe('a page that uses the cloud', () => {
  beforeAll(() => played.open('cloud'))

  it('starts, and its calls fail and are named', async () => {
    const { errMsg } = await (
      await played.phone.frame()
    ).evaluate(() => {
      const { wx } = globalThis as unknown as {
        wx: { cloud: { callFunction(options: object): Promise<{ errMsg: string }> } }
      }
      return wx.cloud.callFunction({ name: 'a' }).catch((error: { errMsg: string }) => error)
    })
    expect(errMsg).toMatch(/^cloud.callFunction:fail /)
    expect(await played.phone.problems()).toContainEqual(
      expect.stringContaining('wx.cloud.callFunction'),
    )
  })

  it('turns by an animation whose duration its option names', async () => {
    expect(await played.style('.turned', 'transition-duration')).toBe('0s')
    expect(await played.style('.turned', 'transform')).toMatch(/^matrix\(.*, 1, -1, /)
  })

  it('shows no picture that has failed, and no content for another width', async () => {
    const frame = await played.phone.frame()
    const shown = frame.locator('.page-frame:not([hidden])')
    await shown.locator('img[data-failed]').waitFor({ state: 'hidden' })
    expect(await shown.locator('wx-match-media').isVisible()).toBe(false)
  })

  it('opens the conversation by a contact-button', async () => {
    await played.phone.tap('wx-contact-button')
    expect(await played.hears('contact')).toHaveLength(1)
  })
})
