/** The first view of each screen: when it is painted, and what moves meanwhile. */
import type { BenchBrowser, Conditions } from './pages.ts'
import type { Recorded } from './recording.ts'

/** Long enough for what a screen asks after it is complete, such as its live stream. */
const quietMs = 500

export async function firstView(
  browser: BenchBrowser,
  url: string,
  conditions: Conditions,
): Promise<Recorded> {
  const { page, close } = await browser.newPage(conditions)
  try {
    await page.goto(url, { waitUntil: 'commit' })
    await page.waitForFunction(() => globalThis.recorded.completeMs > 0)
    await page.waitForTimeout(quietMs)
    return await page.evaluate(() => globalThis.recorded)
  } finally {
    await close()
  }
}
