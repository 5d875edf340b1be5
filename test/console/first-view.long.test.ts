/** What a page shows and asks for before its scripts are there. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { Look } from '../support/console/console-browser.ts'
import { settled } from '../support/console/page-checks.ts'
import { startServedConsole, type ServedConsole } from '../support/console/served-console.ts'
import { strongApiKey } from '../support/server/strong-keys.ts'

let served: ServedConsole
beforeAll(async () => {
  served = await startServedConsole()
}, 180_000)
afterAll(() => served?.close())

/** The scripts of the page come once they are released. */
async function openSlowly(path: string, look: Partial<Look> = {}, apiKey?: string) {
  const page = await served.open('nothing', look)
  if (apiKey) {
    const headers = { 'X-Reach-Console': '1' }
    const url = `${served.origin}/v1/console/session`
    const reply = await page.context().request.post(url, { headers, data: { apiKey } })
    if (!reply.ok()) throw new Error(`POST ${url}: ${reply.status()}`)
  }
  const asked: string[] = []
  page.on('request', (request) => asked.push(request.url().slice(served.origin.length)))
  let release = () => {}
  const released = new Promise<void>((resolve) => {
    release = resolve
  })
  await page.route(/\/assets\/(?!first|style)/, async (route) => {
    await released
    await route.continue()
  })
  await page.goto(`${served.origin}/console/${path}`, { waitUntil: 'commit' })
  return { page, asked, release }
}

const heading = (page: Page) => page.locator('h1:visible')

describe('the first view', () => {
  it.each([
    ['messages', 'zh-CN', '消息', '/v1/messages?appId=wx0000000000sandbox&limit=100'],
    ['users', 'en-US', 'Users', '/v1/users?appId=wx0000000000sandbox&limit=100'],
  ] as const)(
    'shows %s, and asks for them, before the scripts are there: %s',
    async (path, locale, title, request) => {
      const { page, asked, release } = await openSlowly(path, { locale }, strongApiKey)
      await heading(page).waitFor()
      expect(await heading(page).innerText()).toBe(title)
      expect(await page.locator('html').getAttribute('lang')).toBe(locale.replace('-US', ''))
      await page.waitForFunction(
        (url) => performance.getEntriesByName(url).length > 0,
        `${served.origin}${request}`,
      )
      expect(await page.locator('.first:visible').count()).toBe(1)
      // The stream's first event lets each screen ask again: it is held back.
      await page.route(/\/v1\/stream/, (route) => route.abort())
      release()
      await page.locator('.first').first().waitFor({ state: 'detached' })
      await settled(page)
      expect(asked.filter((url) => url === request)).toHaveLength(1)
      expect(asked.filter((url) => url === '/v1/console/session')).toHaveLength(1)
      await page.context().close()
    },
    60_000,
  )

  it('is in the language and the theme that were chosen before', async () => {
    const { page, release } = await openSlowly('messages', { locale: 'zh-CN' }, strongApiKey)
    release()
    await page.locator('.first').first().waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'English' }).click()
    await page.getByLabel('Theme').selectOption('dark')
    await page.route(/\/assets\/(?!first|style)/, () => {})
    await page.reload({ waitUntil: 'commit' })
    await heading(page).waitFor()
    expect(await heading(page).innerText()).toBe('Messages')
    expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
    await page.context().close()
  }, 60_000)

  it('goes where nobody is signed in', async () => {
    const { page, release } = await openSlowly('messages')
    await page.waitForFunction(() => document.documentElement.lang === 'zh-CN')
    await page.locator('.first-bare').waitFor()
    expect(await heading(page).count()).toBe(0)
    release()
    await page.getByRole('heading', { name: '登录控制台' }).waitFor()
    await page.context().close()
  }, 60_000)

  it('asks for nothing that filters in the address would change', async () => {
    const path = 'messages?state=sent'
    const { page, asked, release } = await openSlowly(path, {}, strongApiKey)
    await heading(page).waitFor()
    release()
    await page.locator('.first').first().waitFor({ state: 'detached' })
    await settled(page)
    const lists = asked.filter((url) => url.startsWith('/v1/messages'))
    expect(lists.length).toBeGreaterThan(0)
    for (const url of lists) expect(url).toContain('state=sent')
    await page.context().close()
  }, 60_000)
})

it('broke no rule of the policy, and raised no error', () => {
  // Nobody is signed in on the pages that begin the tests; the browser tells of it as an error.
  const other = served.complaints.filter((text) => !/401|ERR_FAILED/.test(text))
  expect(other).toEqual([])
})
