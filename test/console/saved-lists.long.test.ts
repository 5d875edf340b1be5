/** Lists that are drawn as cards, saved as CSV; and how often WeChat is asked for templates. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { CreatedApiKeyReply } from '../../shared/wire/index.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { settled } from '../support/console/page-checks.ts'

let demo: DemoConsole
beforeAll(async () => {
  demo = await startDemoConsole({
    REACH_WEBHOOK_ALLOW_HTTP: 'true',
    REACH_WEBHOOK_ALLOW_PRIVATE: 'true',
  })
}, 180_000)
afterAll(() => demo?.close())

/** The lines of the CSV that the button saves, with the name of its file. */
async function savedBy(page: Page): Promise<{ name: string; lines: string[] }> {
  const saved = page.waitForEvent('download')
  await page.getByRole('button', { name: 'Export CSV' }).click()
  const download = await saved
  const text = readFileSync(await download.path(), 'utf8')
  return { name: download.suggestedFilename(), lines: text.trim().split('\r\n') }
}

async function open(path: string): Promise<Page> {
  const page = await demo.open(path, { locale: 'en-US' })
  await settled(page)
  return page
}

describe('a CSV', () => {
  it('has the templates of the account', async () => {
    const keywords = [{ name: '状态', example: '=1+1' }]
    const body = { templateId: 'template-to-save', title: '发货, 通知', keywords }
    await demo.sandbox('POST /sandbox/templates', { body })
    const page = await open('templates')
    const { name, lines } = await savedBy(page)
    expect(name).toBe('templates-template.csv')
    expect(lines[0]).toContain('templateId,Title,Fields,Example')
    expect(lines.find((line) => line.startsWith('template-to-save'))).toContain('"发货, 通知"')
    await page.context().close()
  }, 60_000)

  it('has the API keys, those of the settings too, and no secret', async () => {
    const body = { name: 'key to save', scopes: ['read', 'send'] }
    const { body: key } = await demo.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })
    const page = await open('settings/keys')
    const { name, lines } = await savedBy(page)
    expect(name).toBe('api-keys.csv')
    const line = lines.find((one) => one.startsWith(key.id))
    expect(line).toContain('key to save,All mini-programs,read send,')
    expect(lines.some((one) => one.includes('Configured keys'))).toBe(true)
    expect(lines.join()).not.toContain(key.secret)
    await page.context().close()
  }, 60_000)

  it('has the webhooks', async () => {
    const body = { url: 'http://127.0.0.1:9/hook', events: ['message.settled'] }
    await demo.ask('POST /v1/webhooks', { body })
    const page = await open('settings/webhooks')
    const { name, lines } = await savedBy(page)
    expect(name).toBe('webhooks.csv')
    expect(lines[1]).toContain('http://127.0.0.1:9/hook,Enabled,message.settled,0,0')
    await page.context().close()
  }, 60_000)
})

describe('the templates of the account', () => {
  it('are asked for once, however often they are looked at, and anew by their button', async () => {
    const page = await demo.open('nothing', { locale: 'en-US' })
    let asked = 0
    page.on('request', (request) => {
      if (new URL(request.url()).pathname.endsWith('/v1/templates')) asked += 1
    })
    const go = async (screen: string, heading: string) => {
      await page.getByRole('navigation').getByRole('link', { name: screen }).click()
      await page.getByRole('heading', { level: 1, name: heading }).waitFor()
    }
    await go('Templates', 'Templates')
    await page.getByText('template-to-save').waitFor()
    const first = asked
    expect(first).toBeGreaterThan(0)
    await go('Compose', 'Compose')
    await page.getByRole('combobox', { name: 'Template' }).waitFor()
    await go('Templates', 'Templates')
    await page.getByText('template-to-save').waitFor()
    expect(asked).toBe(first)

    const body = { templateId: 'template-made-since', title: '新的', keywords: [] }
    await demo.sandbox('POST /sandbox/templates', { body })
    await page.getByRole('button', { name: 'Read again' }).click()
    await page.getByText('template-made-since').waitFor()
    expect(asked).toBeGreaterThan(first)
    await page.context().close()
  }, 60_000)
})

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
