/** The list of messages in a browser: filters, groups, and acts on all that match. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Page } from 'playwright-core'
import type { Message, MessagesReply } from '../../shared/wire/index.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { settled } from '../support/console/page-checks.ts'
import type { Phone } from '../support/server/phone.ts'

const templateId = 'template-of-messages'
const data = { keyword1: { value: '已发货' } }

let demo: DemoConsole
const send = (openId: string) => demo.send({ channel: 'template', openId, templateId, data })

const waiting = ['oMessagesAnna', 'oMessagesBert', 'oMessagesCleo']
const phones: Phone[] = []
let refused: Message

beforeAll(async () => {
  demo = await startDemoConsole()
  const keywords = [{ name: '状态', example: '已发货' }]
  await demo.sandbox('POST /sandbox/templates', {
    body: { templateId, title: '订单通知', keywords },
  })
  const dora = await demo.phone('oMessagesDora')
  await dora.earnForm()
  await send(dora.openId)
  for (const openId of waiting) {
    phones.push(await demo.phone(openId))
    refused = await send(openId)
  }
}, 180_000)
afterAll(() => demo?.close())

const rowsOf = (page: Page) => page.locator('tbody tr[data-n]')

describe('why a message was not delivered', () => {
  it('stands in its details, with what to do', async () => {
    const page = await demo.open('messages?state=refused')
    const row = page.getByRole('row').filter({ hasText: '没有发送机会' })
    await row.first().getByRole('link').first().click()
    const details = page.getByRole('complementary', { name: '消息详情' })
    await details.getByText('这位用户现在没有可用的发送机会').waitFor()
    expect(await details.innerText()).toContain('请在用户下次提交表单')
    expect(page.url()).toContain(`messages/${refused.id}`)
    await page.context().close()
  }, 60_000)

  it('is counted by reason, and leads to those messages', async () => {
    const page = await demo.open('messages?view=groups', { locale: 'en-US' })
    const group = page.getByRole('link').filter({ hasText: 'No send right' })
    expect(await group.locator('.count').innerText()).toBe(String(waiting.length))
    await group.click()
    await rowsOf(page)
      .nth(waiting.length - 1)
      .waitFor()
    expect(await rowsOf(page).count()).toBe(waiting.length)
    expect(new URL(page.url()).searchParams.get('reason')).toBe('no_credit')
    await page.context().close()
  }, 60_000)
})

describe('on paper', () => {
  it('a message stands alone, without the list, the navigation and the buttons', async () => {
    const page = await demo.open(`messages/${refused.id}`)
    const panel = page.getByRole('complementary', { name: '消息详情' })
    await panel.getByText('这位用户现在没有可用的发送机会').waitFor()
    await page.emulateMedia({ media: 'print' })
    expect(await panel.isVisible()).toBe(true)
    expect(await page.getByRole('table').isVisible()).toBe(false)
    expect(await page.getByRole('navigation').first().isVisible()).toBe(false)
    expect(await panel.getByRole('button', { name: '关闭' }).isVisible()).toBe(false)
    await page.context().close()
  }, 60_000)

  it('a list stands without its filters', async () => {
    const page = await demo.open('messages')
    await settled(page)
    await page.emulateMedia({ media: 'print' })
    expect(await page.getByRole('table').isVisible()).toBe(true)
    expect(await page.getByRole('searchbox', { name: 'openId' }).isVisible()).toBe(false)
    await page.context().close()
  }, 60_000)
})

describe('filters', () => {
  it('stand in the address, survive a reload, and are cleared', async () => {
    const page = await demo.open('messages')
    await settled(page)
    const all = await rowsOf(page).count()
    await page.getByLabel('状态').selectOption({ label: '未发送' })
    await page.getByRole('searchbox', { name: 'openId' }).fill('oMessagesBert')
    await page.waitForURL(/state=refused.*openId=oMessagesBert/)
    await page.waitForFunction(() => document.querySelectorAll('tbody tr[data-n]').length === 1)

    await page.reload()
    await settled(page)
    expect(await page.getByRole('searchbox', { name: 'openId' }).inputValue()).toBe('oMessagesBert')
    expect(await page.getByLabel('状态').inputValue()).toBe('refused')
    expect(await rowsOf(page).allInnerTexts()).toEqual([expect.stringContaining('oMes…Bert')])

    await page.getByRole('button', { name: '清除筛选' }).first().click()
    await rowsOf(page)
      .nth(all - 1)
      .waitFor()
    expect(new URL(page.url()).search).toBe('')
    await page.context().close()
  }, 60_000)

  it('lead back and forth through the history of the browser', async () => {
    const page = await demo.open('messages?state=sent')
    await rowsOf(page).first().getByRole('link').first().click()
    await page.getByRole('complementary', { name: '消息详情' }).waitFor()
    await page.goBack()
    await page.getByRole('complementary', { name: '消息详情' }).waitFor({ state: 'detached' })
    expect(new URL(page.url()).searchParams.get('state')).toBe('sent')
    expect(await rowsOf(page).count()).toBe(1)
    await page.context().close()
  }, 60_000)
})

describe('sending all again', () => {
  it('needs the filter by state, and says so', async () => {
    const page = await demo.open('messages')
    const act = page.getByRole('button', { name: '全部重新发送' })
    expect(await act.isDisabled()).toBe(true)
    expect(await act.getAttribute('title')).toContain('请先按状态筛选')
    await page.context().close()
  }, 60_000)

  it('counts those that match first, and sends nothing until it is confirmed', async () => {
    for (const phone of phones) await phone.earnForm()
    const page = await demo.open(`messages?state=refused&templateId=${templateId}`)
    await page.getByRole('button', { name: '全部重新发送' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(`符合当前筛选的消息共 ${waiting.length} 条。`).waitFor()
    expect(await countOf('sent')).toBe(1)

    await dialog.getByRole('button', { name: `发送 ${waiting.length} 条` }).click()
    await dialog.getByText(`已发送或排队 ${waiting.length} 条，未发送 0 条，跳过 0 条。`).waitFor()
    await sentAre(1 + waiting.length)
    // The first ones stay as they are: each was sent again as a new message.
    expect(await countOf('refused')).toBe(waiting.length)
    for (const openId of waiting) {
      const { text } = await demo.sandbox(`GET /sandbox/inbox/${openId}`)
      expect(text).toContain('已发货')
    }
    await page.context().close()
  }, 60_000)

  it('sends no message twice, though its user has got another right', async () => {
    for (const phone of phones) await phone.earnForm()
    const page = await demo.open(`messages?state=refused&templateId=${templateId}`)
    await page.getByRole('button', { name: '全部重新发送' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByRole('button', { name: `发送 ${waiting.length} 条` }).click()
    await dialog.getByText(`已发送或排队 ${waiting.length} 条`).waitFor()
    const { body } = await demo.ask<MessagesReply>(`GET /v1/messages?templateId=${templateId}`)
    expect(body.messages).toHaveLength(1 + 2 * waiting.length)
    await page.context().close()
  }, 60_000)
})

/** Waits for those that were queued. */
async function sentAre(count: number): Promise<void> {
  for (let tries = 0; (await countOf('sent')) < count && tries < 100; tries += 1) await sleep(100)
  expect(await countOf('sent')).toBe(count)
}

async function countOf(state: string): Promise<number> {
  const { body } = await demo.ask<MessagesReply>(`GET /v1/messages?state=${state}`)
  return body.messages.length
}

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
