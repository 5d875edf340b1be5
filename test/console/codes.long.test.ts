/** The codes of the console in a browser: one is made, shown and counted. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { CodesReply, CodesUsageReply } from '../../shared/wire/index.ts'
import { twoLooks, type Look } from '../support/console/console-browser.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { flawsOf } from '../support/console/page-checks.ts'

let demo: DemoConsole

beforeAll(async () => {
  demo = await startDemoConsole()
}, 180_000)
afterAll(() => demo?.close())

const used = async () => (await demo.ask<CodesUsageReply>('GET /v1/codes/usage')).body.lasting.used

async function openForm(look: Partial<Look>) {
  const page = await demo.open('codes', look)
  await page.locator('main h1').first().waitFor()
  const name = look.locale === 'en-US' ? 'Make a code' : '生成小程序码'
  await page.getByRole('button', { name }).click()
  const dialog = page.getByRole('dialog')
  return { page, dialog, make: dialog.getByRole('button', { name, exact: true }) }
}

describe('a code', () => {
  it('is made by its path, shown, counted once, and in the list', async () => {
    const { page, dialog, make } = await openForm({ locale: 'en-US' })
    const before = await used()
    await dialog.getByLabel('Path of the page').fill('页'.repeat(43))
    await dialog.getByText('longer than WeChat takes').waitFor()
    expect(await make.isDisabled()).toBe(true)
    await dialog.getByLabel('Path of the page').fill('pages/index/index?from=console')
    await make.click()
    await dialog.getByText('A new code').waitFor()
    await page.waitForFunction(
      () => document.querySelector<HTMLImageElement>('[role=dialog] img')!.naturalWidth > 0,
    )
    await dialog.getByText(`${before + 1} of 100000`).waitFor()
    await make.click()
    await dialog.getByText('no new code was used up').waitFor()
    expect(await used()).toBe(before + 1)
    await page.keyboard.press('Escape')
    await page.getByRole('link', { name: 'pages/index/index?from=console' }).waitFor()
    await page.context().close()
  }, 60_000)

  it('carries a payload, which must be JSON', async () => {
    const { page, dialog, make } = await openForm({})
    await dialog.getByLabel('类型').selectOption('scene')
    await dialog.getByLabel('携带的数据').last().fill('{table: 5}')
    await dialog.getByText('不是有效的 JSON').waitFor()
    expect(await make.isDisabled()).toBe(true)
    await dialog.getByLabel('携带的数据').last().fill('{"table": 5}')
    await make.click()
    await dialog.getByText(/^scene=/).waitFor()
    const { codes } = (await demo.ask<CodesReply>('GET /v1/codes')).body
    expect(codes[0]).toMatchObject({ request: { kind: 'scene' }, payload: { table: 5 } })
    await page.context().close()
  }, 60_000)
})

it.each(twoLooks)(
  'the form can be read by all in $locale, $width pixels wide, $colorScheme',
  async (look) => {
    const { page } = await openForm(look)
    expect(await flawsOf(page)).toEqual([])
    await page.context().close()
  },
  60_000,
)

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
