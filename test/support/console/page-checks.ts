/** What must hold for every page, whatever it shows. */
import axe from 'axe-core'
import type { Page } from 'playwright-core'
import type { ConsoleBrowser, Look } from './console-browser.ts'

/** Nothing is being loaded any more. */
export async function settled(page: Page): Promise<void> {
  await page.locator('h1').first().waitFor()
  await page.waitForFunction(() => document.querySelector('[aria-busy="true"]') === null)
}

/**
 * What is wrong with a page, once it has loaded: what axe finds, parts beyond its right edge, and
 * values that are no text. A line each; none where all is well.
 */
export async function flawsOf(page: Page): Promise<string[]> {
  await settled(page)
  const isTooWide = await page.evaluate(() => document.documentElement.scrollWidth > innerWidth)
  const text = await page.locator('body').innerText()
  return [
    ...(await accessibilityOf(page)),
    ...(isTooWide ? [`wider than ${page.viewportSize()!.width} pixels`] : []),
    ...(text.match(/.*(?:undefined|NaN|\[object).*/g) ?? []),
  ]
}

/** The flaws of each of these paths below `/console/`, in a look. */
export async function flawsAt(
  { open }: Pick<ConsoleBrowser, 'open'>,
  paths: readonly string[],
  look: Look,
): Promise<string[]> {
  const found: string[] = []
  for (const path of paths) {
    const page = await open(path, look)
    for (const flaw of await flawsOf(page)) found.push(`${path}: ${flaw}`)
    await page.context().close()
  }
  return found
}

/** Buttons are in transit for a moment while a page loads, so it is looked at again. */
async function accessibilityOf(page: Page): Promise<string[]> {
  for (let tries = 1; ; tries += 1) {
    const found = await violationsOf(page)
    if (found.length === 0 || tries === 5) return found
    await page.waitForTimeout(500)
  }
}

async function violationsOf(page: Page): Promise<string[]> {
  // Through the debugger: the policy of the page lets in no script from elsewhere.
  await page.evaluate(axe.source)
  const { violations } = await page.evaluate(() =>
    (globalThis as unknown as { axe: typeof axe }).axe.run(),
  )
  return violations.flatMap(({ id, nodes }) =>
    nodes.map(({ target, failureSummary }) => `${id}: ${target.join(' ')} ${failureSummary ?? ''}`),
  )
}
