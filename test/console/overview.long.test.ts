/** The overview of the console in a browser: the rights that end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'

let demo: DemoConsole
beforeAll(async () => {
  demo = await startDemoConsole()
  const alice = await demo.phone('oOverviewAlice')
  await alice.earnForm()
}, 180_000)
afterAll(() => demo?.close())

describe('the rights that end', () => {
  it('are told for each hour, to the keyboard too', async () => {
    const page = await demo.open('')
    const figure = page.getByRole('figure', { name: '7 天内到期的机会' })
    await figure.getByText('现在：还剩 1 次，这一小时内到期 0 次').waitFor()
    const hour = figure.getByRole('slider', { name: '时刻' })
    await hour.press('End')
    await figure.getByText('还剩 1 次，这一小时内到期 1 次').waitFor()
    expect(await hour.getAttribute('aria-valuetext')).toContain('到期 1 次')
    await figure.locator('.picture').hover({ position: { x: 1, y: 60 } })
    await figure.getByText('现在：还剩 1 次').waitFor()
    await page.context().close()
  }, 60_000)

  it('are three numbers on a phone', async () => {
    const page = await demo.open('', { width: 375, locale: 'en-US' })
    const numbers = page.locator('dl.narrow')
    await numbers.waitFor()
    const told = (await numbers.innerText()).replace(/\s+/g, ' ')
    expect(told).toBe('End within 1 hour 0 24 hours 0 7 days 1')
    expect(await page.getByRole('figure').count()).toBe(0)
    await page.context().close()
  }, 60_000)
})

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
