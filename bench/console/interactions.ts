/** How soon a page shows what people did, with a long list in it. */
import type { Page } from 'playwright-core'
import type { BenchBrowser } from './pages.ts'
import { asItIs, slowCpu } from './pages.ts'

export interface Interaction {
  name: string
  /** Until the next paint, of each time. */
  ms: number[]
}

/** The browser tells none that is shorter, and rounds to 8 ms. */
const shortestMs = 16
/** Long enough for the frame that shows what was done, and for the browser to tell of it. */
const settleMs = 400

/** What is done to the list of messages. `undo` is not measured. */
interface Act {
  name: string
  act(page: Page): Promise<unknown>
  undo?(page: Page): Promise<unknown>
}

const firstLink = (page: Page) => page.locator('tbody tr[data-n] a').nth(30)

const acts: readonly Act[] = [
  {
    name: 'open the details of a row',
    act: (page) => firstLink(page).click(),
    undo: (page) => page.keyboard.press('Escape'),
  },
  {
    name: 'close them',
    act: (page) => page.keyboard.press('Escape'),
    undo: (page) => firstLink(page).click(),
  },
  { name: 'go a row down', act: (page) => page.keyboard.press('ArrowDown') },
  { name: 'go a page up', act: (page) => page.keyboard.press('PageUp') },
  { name: 'change the language', act: (page) => page.locator('header button[lang]').click() },
  { name: 'type into a filter', act: (page) => page.keyboard.type('o') },
]

/**
 * Loads a list until it has so many rows, then does each act some times.
 *
 * @param url of the list of messages
 */
export async function measureInteractions(
  browser: BenchBrowser,
  url: string,
  { rows, times }: { rows: number; times: number },
): Promise<Interaction[]> {
  const { page, slowDown, close } = await browser.newPage(asItIs)
  try {
    await page.goto(url)
    await load(page, rows)
    await slowDown(slowCpu)
    const measured: Interaction[] = []
    for (const { name, act, undo } of acts) {
      if (name === 'close them') await undo!(page)
      if (name === 'type into a filter') await page.getByRole('searchbox').first().focus()
      const ms: number[] = []
      for (let n = 0; n < times; n += 1) {
        await page.waitForTimeout(settleMs)
        await page.evaluate(() => void (globalThis.recorded.interactionsMs.length = 0))
        await act(page)
        await page.waitForTimeout(settleMs)
        const told = await page.evaluate(() => globalThis.recorded.interactionsMs)
        ms.push(Math.max(shortestMs, ...told))
        await undo?.(page)
      }
      measured.push({ name, ms })
    }
    return measured
  } finally {
    await close()
  }
}

async function load(page: Page, rows: number): Promise<void> {
  const loaded = () => Number(/\d+/.exec(document.querySelector('.foot')?.textContent ?? '')?.[0])
  for (let count = 0; count < rows; count = await page.evaluate(loaded)) {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight))
    await page.waitForFunction(
      (before) =>
        Number(/\d+/.exec(document.querySelector('.foot')?.textContent ?? '')?.[0]) > before,
      count || 0,
    )
  }
}
