/** The frame of the console in a browser: its choices by keyboard, dialogs, and what moves. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { fillDemo, type FilledDemo } from '../support/console/fill-demo.ts'
import { settled } from '../support/console/page-checks.ts'
import { screens } from '../support/console/screens.ts'

let demo: DemoConsole
let filled: FilledDemo
beforeAll(async () => {
  demo = await startDemoConsole()
  filled = await fillDemo(demo)
}, 180_000)
afterAll(() => demo?.close())

/** The name of what has the focus. */
const focused = (page: Page) =>
  page.evaluate(() => {
    const { activeElement: element } = document
    return element?.getAttribute('aria-label') ?? element?.textContent?.trim()
  })

describe('the header', () => {
  it('has its choices in the order of the tab key, and takes them by arrow keys', async () => {
    const page = await demo.open('codes', { locale: 'en-US' })
    await settled(page)
    await page.getByRole('button', { name: '中文' }).focus()
    await page.keyboard.press('Tab')
    expect(await focused(page)).toBe('Theme')
    expect(
      await page.locator('.pick').evaluate((pick) => getComputedStyle(pick).outlineStyle),
    ).toBe('solid')
    await page.keyboard.press('ArrowDown')
    await page.keyboard.press('ArrowDown')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.reload()
    await settled(page)
    expect(await page.getByLabel('Theme').inputValue()).toBe('dark')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')

    await page.getByRole('button', { name: '中文' }).focus()
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { name: '小程序码' }).waitFor()
    expect(await page.locator('html').getAttribute('lang')).toBe('zh-CN')
    await page.context().close()
  }, 60_000)
})

describe('another language', () => {
  it('comes to the header at once, and to the screen after the next paint', async () => {
    const page = await demo.open('codes', { locale: 'en-US' })
    await settled(page)
    const atOnce = await page.evaluate(async () => {
      document.querySelector<HTMLElement>('header button[lang]')!.click()
      // No frame comes between promises.
      for (let n = 0; n < 10; n += 1) await Promise.resolve()
      return ['header strong', 'nav .text', 'h1'].map(
        (part) => document.querySelector(part)!.textContent,
      )
    })
    expect(atOnce).toEqual(['wx-reach 控制台', '概览', 'Codes'])
    await page.getByRole('heading', { name: '小程序码' }).waitFor()
    await page.context().close()
  }, 60_000)
})

describe('a dialog', () => {
  it('takes the focus, keeps it, and gives it back', async () => {
    const page = await demo.open('settings/keys')
    const button = page.getByRole('button', { name: '新建密钥' })
    await button.focus()
    await page.keyboard.press('Enter')
    const dialog = page.getByRole('dialog', { name: '新建密钥' })
    await dialog.waitFor()
    const isInside = () =>
      dialog.evaluate((element) => element.contains(element.ownerDocument.activeElement))
    const stops = await dialog.locator('button:enabled, input:enabled, select').count()
    expect(stops).toBeGreaterThan(2)
    for (let n = 0; n <= stops; n += 1) {
      await page.keyboard.press('Tab')
      expect([n, await isInside()]).toEqual([n, true])
    }
    await page.keyboard.press('Escape')
    await dialog.waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('新建密钥')
    await page.context().close()
  }, 60_000)
})

describe('what comes later', () => {
  const paths = Object.entries(screens).filter(([name]) => name !== "the demo's world")
  let page: Page
  let painted: Promise<void>
  let release = () => {}

  beforeAll(async () => {
    // Narrower than what has the demo's phones beside it.
    page = await demo.open('', { width: 1_200 })
    await page.getByRole('button', { name: '不再显示' }).click()
    await page.addInitScript(() => {
      globalThis.moved = []
      new PerformanceObserver((list) => {
        for (const entry of list.getEntries() as unknown as Shift[]) {
          const parts = entry.sources.map(
            ({ node, previousRect: before, currentRect: after }) =>
              `${node?.parentElement?.className}: ${JSON.stringify([before, after])}`,
          )
          globalThis.moved.push(`${parts.join()} ${entry.value.toFixed(4)}`)
        }
      }).observe({ type: 'layout-shift', buffered: true })
    })
    await page.route(/\/v1\/(?!console|stream)/, async (route) => {
      await painted
      await route.continue()
    })
  }, 60_000)
  afterAll(() => page?.context().close())

  it.each(paths)(
    'moves nothing of %s that was there before',
    async (_name, pathOf) => {
      // Replies come only once the screen without them was painted.
      painted = new Promise((resolve) => {
        release = resolve
      })
      await page.goto(`${demo.origin}/console/${pathOf(filled)}`)
      await page.locator('h1').first().waitFor()
      await twoFrames(page)
      release()
      await settled(page)
      await page.waitForFunction(() => document.querySelector('.loading') === null)
      await twoFrames(page)
      expect(await page.evaluate(() => globalThis.moved)).toEqual([])
    },
    60_000,
  )
})

const twoFrames = (page: Page) =>
  page.evaluate(
    () => new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve))),
  )

interface Shift {
  value: number
  sources: readonly { node?: Node; previousRect: DOMRect; currentRect: DOMRect }[]
}

declare global {
  var moved: string[]
}

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
