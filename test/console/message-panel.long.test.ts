/** The details of a message in a browser: the card that was sent, and what WeChat said. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Message } from '../../shared/wire/index.ts'
import type { Look } from '../support/console/console-browser.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { flawsOf } from '../support/console/page-checks.ts'

let demo: DemoConsole
let message: Message

const openId = 'oPanelAlice'
const templateId = 'console-test-template'

beforeAll(async () => {
  demo = await startDemoConsole()
  const keywords = [
    { name: '订单号', example: '10086' },
    { name: '状态', example: '已发货' },
  ]
  await demo.sandbox('POST /sandbox/templates', {
    body: { templateId, title: '订单通知', keywords },
  })
  const alice = await demo.phone(openId)
  await alice.earnForm()
  await alice.earnForm()
  const path = '/cgi-bin/message/wxopen/template/send'
  await demo.sandbox('POST /sandbox/faults', { body: { path, errcode: 41028 } })
  const data = { keyword1: { value: '20261130' }, keyword2: { value: '已签收' } }
  message = await demo.send({
    channel: 'template',
    openId,
    templateId,
    data,
    page: 'pages/order/order?id=1',
    emphasisKeyword: 'keyword2.DATA',
  })
}, 180_000)
afterAll(() => demo?.close())

const open = async (look: Partial<Look>) => {
  const page = await demo.open(`messages/${message.id}`, look)
  const panel = page.locator('aside.panel')
  await panel.getByText('订单通知').waitFor()
  return { page, panel }
}

describe('a message', () => {
  it('is drawn as its card, with the words of the template', async () => {
    const { page, panel } = await open({})
    const card = panel.getByRole('article')
    const words = ['订单通知', '订单号', '20261130', '状态', '已签收', '进入小程序查看']
    const text = await card.innerText()
    expect(words.filter((word) => !text.includes(word))).toEqual([])
    const emphasised = card.locator('.large')
    expect(await emphasised.innerText()).toContain('已签收')
    expect(await panel.innerText()).toContain('pages/order/order?id=1')
    await page.context().close()
  }, 60_000)

  it.each<[Look['locale'], string]>([
    ['zh-CN', '请等用户再次提交表单或支付'],
    ['en-US', 'must submit a form or pay again'],
  ])(
    "shows the code of each call, WeChat's words and what to do, in %s",
    async (locale, advice) => {
      const { page, panel } = await open({ locale })
      const calls = panel.locator('ol > li')
      expect(await calls.count()).toBe(2)
      const refused = await calls.first().innerText()
      expect(refused).toContain('41028')
      expect(refused).toContain(advice)
      await page.context().close()
    },
    60_000,
  )

  it('has the card at the left and the calls at the right where there is room', async () => {
    const { page, panel } = await open({ width: 1_600 })
    const card = (await panel.getByRole('article').boundingBox())!
    const calls = (await panel.locator('ol').boundingBox())!
    expect(calls.x).toBeGreaterThan(card.x + card.width)
    await page.context().close()
  }, 60_000)

  it('does not show its content to a key that may only read', async () => {
    const page = await demo.open(`messages/${message.id}`)
    await demo.signInAs(page, 'read')
    const panel = page.locator('aside.panel')
    await panel.getByText('只对有 send 或 privacy 权限的密钥显示').waitFor()
    expect(await panel.getByRole('article').count()).toBe(0)
    await page.context().close()
  }, 60_000)
})

it('cancels a message that waits for its time', async () => {
  const sendAt = new Date(Date.parse(message.createdAt) + 3_600_000).toISOString()
  const { id } = await demo.send({ channel: 'template', openId, templateId, sendAt })
  const page = await demo.open(`messages/${id}`)
  const panel = page.locator('aside.panel')
  await panel.locator('.state', { hasText: '定时' }).waitFor()
  await panel.getByRole('button', { name: '取消发送' }).click()
  await page.getByRole('dialog').getByRole('button', { name: '取消发送' }).click()
  await panel.locator('.state', { hasText: '已取消' }).waitFor()
  const cancelled = await demo.ask<Message>(`GET /v1/messages/${id}`)
  expect(cancelled.body.state).toBe('cancelled')
  await page.context().close()
}, 60_000)

const looks: Look[] = [
  { locale: 'zh-CN', width: 1_600, colorScheme: 'light' },
  { locale: 'en-US', width: 1_280, colorScheme: 'dark' },
  { locale: 'zh-CN', width: 375, colorScheme: 'dark' },
  { locale: 'en-US', width: 375, colorScheme: 'light' },
]

it.each(looks)(
  'can be read by all in $locale, $width pixels wide, $colorScheme',
  async (look) => {
    const { page } = await open(look)
    expect(await flawsOf(page)).toEqual([])
    await page.context().close()
  },
  60_000,
)

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
