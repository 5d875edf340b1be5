/** textarea, image, navigator and small components, against their documented properties. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

const hearing =
  'bindinput="note" bindfocus="note" bindblur="note" bindconfirm="note" bindlinechange="note"'

/** Each mode of image, with the fit and the place of the picture that it names. */
const modes: [mode: string, fit: string, position: string][] = [
  ['scaleToFill', 'fill', '50% 50%'],
  ['aspectFit', 'contain', '50% 50%'],
  ['aspectFill', 'cover', '50% 50%'],
  ['top', 'none', '50% 0%'],
  ['bottom', 'none', '50% 100%'],
  ['center', 'none', '50% 50%'],
  ['left', 'none', '0% 50%'],
  ['right', 'none', '100% 50%'],
  ['top left', 'none', '0% 0%'],
  ['top right', 'none', '100% 0%'],
  ['bottom left', 'none', '0% 100%'],
  ['bottom right', 'none', '100% 100%'],
]

const images = [...modes.map(([mode]) => mode), 'widthFix', 'heightFix']
  .map(
    (mode, n) =>
      `<image class="i${n}" mode="${mode}" src="/images/wide.svg" ` +
      'style="width: 100px; height: 60px" />',
  )
  .join('\n')

const navigators = [
  ['to', 'url="/pages/other/other?from=a"'],
  ['instead', 'url="/pages/other/other" open-type="redirect"'],
  ['anew', 'url="/pages/other/other" open-type="reLaunch"'],
  ['tab', 'url="/pages/tab/tab" open-type="switchTab"'],
  ['back', 'open-type="navigateBack" delta="2"'],
  ['exit', 'target="miniProgram" open-type="exit"'],
  ['another', 'target="miniProgram" app-id="wx1"'],
  ['nowhere', 'url="/pages/gone/gone"'],
]
  .map(([name, attributes]) => `<navigator class="${name}" ${attributes}>${name}</navigator>`)
  .join('\n')

let played: PlayedPages
beforeAll(async () => {
  const pages = {
    tab: '<view>the tab</view><navigator url="/pages/navigate/navigate">on</navigator>',
    area: `
      <textarea class="one" placeholder="Write" maxlength="5" ${hearing} />
      <textarea class="send" placeholder="Send" confirm-type="send" ${hearing} />
      <textarea class="bare" placeholder="Bare" show-confirm-bar="{{false}}" ${hearing} />
      <textarea class="off" placeholder="Off" disabled value="fixed" />
      <textarea class="long" placeholder="Long" maxlength="-1" ${hearing} />`,
    high: `<textarea class="high" placeholder="High" auto-height ${hearing} />`,
    images,
    navigate: navigators,
    other: '<view>the other</view>' + navigators,
    small: `
      <text class="entities" decode>a&amp;nbsp;b&amp;lt;c</text>
      <text class="spaces" space="nbsp">a   b</text>
      <icon class="icon" type="warn" size="93" color="#123456" />
      <progress class="half" percent="50" stroke-width="12" active-color="#ff0000" />
      <progress class="over" percent="150" show-info />
      <progress class="active" percent="30" active duration="1" bindactiveend="note" />
      <slider class="slider" min="0" max="10" step="5" value="5" show-value
        bindchange="note" bindchanging="note" />
      <slider class="still" disabled value="5" active-color="#0000ff" background-color="#00ff00" />
      <switch class="box" type="checkbox" checked bindchange="note" />
      <switch class="off" disabled bindchange="note" />
      <checkbox-group bindchange="note">
        <checkbox class="never" value="n" disabled />never
        <label for="far">for</label><checkbox id="far" value="far" />
      </checkbox-group>
      <rich-text class="rich" nodes="{{nodes}}"></rich-text>
      <button class="contact" open-type="contact" session-from="a" bindcontact="note">c</button>
      <cover-view class="cover">cover</cover-view>`,
  }
  const order = ['tab', 'area', 'high', 'images', 'navigate', 'other', 'small']
  played = await playPages(
    {
      ...pages,
      small: [
        pages.small,
        `Page({
          data: { heard: [], nodes: [{ name: 'p', attrs: { style: 'width: 75rpx', class: 'p' },
            children: [{ type: 'text', text: 'one' }, { name: 'script', children: [] }] }] },
          note({ type, detail }) {
            this.setData({ heard: this.data.heard.concat([[type, detail]]) })
          },
        })`,
      ],
    },
    {},
    {
      'app.json': JSON.stringify({
        pages: order.map((name) => `pages/${name}/${name}`),
        tabBar: {
          list: [
            { pagePath: 'pages/tab/tab', text: 'Tab' },
            { pagePath: 'pages/area/area', text: 'Area' },
          ],
        },
      }),
      'images/wide.svg': '<svg xmlns="http://www.w3.org/2000/svg" width="80" height="20"/>',
    },
  )
})
afterAll(() => played.stop())

const find = async (selector: string) =>
  (await played.phone.frame()).locator(`.page-frame:not([hidden]) ${selector}`).first()

const style = (selector: string, property: string) =>
  played.style(`.page-frame:not([hidden]) ${selector}`, property)

const sizeOf = async (selector: string) => {
  const { width, height } = (await (await find(selector)).boundingBox())!
  return [Math.round(width), Math.round(height)]
}

const types = async () => (await played.heard()).map(([type]) => type)

describe('textarea', () => {
  beforeEach(() => played.open('area'))

  it('keeps to its maxlength, takes new lines, and confirms when the writing ends', async () => {
    const field = (await find('.one')).locator('textarea')
    await field.focus()
    await field.press('a')
    await field.press('Enter')
    await field.fill('a\nbcdef')
    await field.blur()
    const heard = await played.heard()
    const lines = heard.filter(([type]) => type === 'linechange')
    expect(lines.map(([, { lineCount }]) => lineCount)).toEqual([1, 2])
    expect(heard.filter(([type]) => type === 'input').at(-1)![1]).toMatchObject({
      value: 'a\nbcd',
    })
    expect(heard.slice(-2)).toEqual([
      ['blur', { value: 'a\nbcd', cursor: 5 }],
      ['confirm', { value: 'a\nbcd' }],
    ])
  })

  it('confirms by its key where that is not a new line', async () => {
    const field = (await find('.send')).locator('textarea')
    await field.fill('hello')
    await field.press('Enter')
    const heard = await played.heard()
    expect(heard).toContainEqual(['confirm', { value: 'hello' }])
    expect(await field.inputValue()).toBe('hello')
  })

  it('does not confirm without the bar over the keyboard', async () => {
    const field = (await find('.bare')).locator('textarea')
    await field.fill('hello')
    await field.blur()
    expect(await types()).not.toContain('confirm')
  })

  it('grows with its lines where its height is its own', async () => {
    await played.open('high')
    const field = (await find('.high')).locator('textarea')
    await field.fill('one')
    const [, one] = await sizeOf('.high')
    await field.fill('one\ntwo\nthree')
    const [, three] = await sizeOf('.high')
    expect(three! - one!).toBeGreaterThan(30)
    const lines = (await played.heard()).filter(([type]) => type === 'linechange')
    expect(lines.at(-1)![1]).toMatchObject({ lineCount: 3 })
  })

  it('has no limit by -1, shows its placeholder while empty, and may be disabled', async () => {
    const field = (await find('.long')).locator('textarea')
    const hint = (await find('.long')).locator('.placeholder')
    expect(await hint.isVisible()).toBe(true)
    await field.fill('x'.repeat(200))
    expect(await hint.isVisible()).toBe(false)
    expect((await field.inputValue()).length).toBe(200)
    const off = (await find('.off')).locator('textarea')
    expect(await off.isDisabled()).toBe(true)
    expect(await off.inputValue()).toBe('fixed')
  })
})

describe('image', () => {
  beforeEach(async () => {
    await played.open('images')
    await (
      await played.phone.frame()
    ).waitForFunction(() => {
      const { document } = globalThis as unknown as {
        document: { querySelectorAll(selector: string): Iterable<{ naturalWidth: number }> }
      }
      const pictures = [...document.querySelectorAll('.page-frame:not([hidden]) img')]
      return pictures.every(({ naturalWidth }) => naturalWidth === 80)
    })
  })

  it('fits by its mode, and keeps its size', async () => {
    const seen = await Promise.all(
      modes.map(async ([mode], n) => [
        mode,
        await style(`.i${n} > img`, 'object-fit'),
        await style(`.i${n} > img`, 'object-position'),
      ]),
    )
    expect(seen).toEqual(modes)
    const sizes = await Promise.all(modes.map((_, n) => sizeOf(`.i${n}`)))
    expect(sizes).toEqual(modes.map(() => [100, 60]))
  })

  it('has the height of its picture by widthFix, and the width by heightFix', async () => {
    expect(await sizeOf(`.i${modes.length}`)).toEqual([100, 25])
    expect(await sizeOf(`.i${modes.length + 1}`)).toEqual([240, 60])
  })
})

describe('navigator', () => {
  const pages = async () =>
    (await played.phone.frame()).evaluate(() => {
      const { getCurrentPages } = globalThis as unknown as {
        getCurrentPages(): { route: string }[]
      }
      return getCurrentPages().map(({ route }) => route.split('/').at(-1))
    })

  beforeEach(async () => {
    await played.open('tab')
    await played.phone.tap('on')
    await played.phone.sees('nowhere')
  })

  it('opens a page, with its query', async () => {
    await played.phone.tap('.to')
    expect(await pages()).toEqual(['tab', 'navigate', 'other'])
    expect(await played.phone.route()).toBe('pages/other/other?from=a')
  })

  it('takes the place of a page, or of all of them', async () => {
    await played.phone.tap('.instead')
    expect(await pages()).toEqual(['tab', 'other'])
    await played.phone.tap('.anew')
    expect(await pages()).toEqual(['other'])
  })

  it('goes to a tab, and back by several pages', async () => {
    await played.phone.tap('.to')
    await played.phone.tap('.back')
    expect(await pages()).toEqual(['tab'])
    await played.phone.tap('on')
    await played.phone.tap('.tab')
    expect(await pages()).toEqual(['tab'])
  })

  it('names what is not there or not played, and stays', async () => {
    await played.phone.tap('.nowhere')
    await played.phone.tap('.another')
    expect(await pages()).toEqual(['tab', 'navigate'])
    expect(await played.phone.problems()).toEqual([
      expect.stringContaining('page "pages/gone/gone" is not found'),
      expect.stringContaining('<navigator target="miniProgram">'),
    ])
  })

  it('leaves the mini-program', async () => {
    await played.phone.tap('.exit')
    await played.phone.page.getByText('回前台').first().waitFor()
    await played.phone.foreground()
    expect(await pages()).toEqual(['tab', 'navigate'])
  })
})

describe('small components', () => {
  beforeEach(() => played.open('small'))

  it('text reads entities and keeps spaces where it is told to', async () => {
    expect(await (await find('.entities')).evaluate((element) => element.textContent)).toBe(
      'a\u00a0b<c',
    )
    expect(await (await find('.spaces')).innerText()).toBe('a   b')
  })

  it('icon has its size and its color', async () => {
    expect(await sizeOf('.icon')).toEqual([93, 93])
    expect(await style('.icon', 'color')).toBe('rgb(18, 52, 86)')
  })

  it('progress is as long as its percent, at most 100, and tells the end of its way', async () => {
    const [track] = await sizeOf('.half .progress-track')
    expect((await sizeOf('.half .progress-bar'))[0]).toBe(Math.round(track! / 2))
    expect(await style('.half .progress-track', 'height')).toBe('12px')
    expect(await style('.half .progress-bar', 'background-color')).toBe('rgb(255, 0, 0)')
    expect(await (await find('.over')).innerText()).toBe('100%')
    await played.hears('activeend')
    expect(await played.heard()).toEqual([['activeend', { curPercent: 30 }]])
  })

  it('slider tells while it moves and when it rests, unless it is disabled', async () => {
    const range = (await find('.slider')).locator('input')
    await range.press('ArrowRight')
    const heard = (await played.heard()).filter(([type]) => type.startsWith('chang'))
    expect(heard).toEqual([
      ['changing', { value: 10 }],
      ['change', { value: 10 }],
    ])
    expect(await (await find('.slider .slider-value')).innerText()).toBe('10')
    expect(await (await find('.still')).locator('input').isDisabled()).toBe(true)
    // Five parts of a hundred are behind it.
    expect(await style('.still input', 'background-image')).toBe(
      'linear-gradient(to right, rgb(0, 0, 255) 5%, rgb(0, 255, 0) 5%)',
    )
  })

  it('switches and boxes that are disabled do not change, others do by their label', async () => {
    await played.phone.tap('.box')
    await (await find('wx-switch.off')).click({ force: true })
    await (await find('.never')).click({ force: true })
    await played.phone.tap('for')
    const heard = (await played.heard()).filter(([type]) => type === 'change')
    expect(heard).toEqual([
      ['change', { value: false }],
      ['change', { value: ['far'] }],
    ])
  })

  it('rich-text draws nodes of an array in rpx, without what could run', async () => {
    expect(await (await find('.rich')).innerHTML()).toBe(
      '<p class="p" style="width: 10vw;">one</p>',
    )
  })

  it('a contact button opens the conversation beside the phone, and tells the page', async () => {
    await played.phone.tap('.contact')
    expect(await types()).toContain('contact')
    const tab = played.phone.page.getByRole('tab', { name: '客服' })
    expect(await tab.getAttribute('aria-selected')).toBe('true')
  })
})
