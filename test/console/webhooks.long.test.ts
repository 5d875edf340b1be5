/** The webhooks of the console in a browser, against a backend that answers as the test says. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { WebhooksReply } from '../../shared/wire/index.ts'
import { twoLooks, type Look } from '../support/console/console-browser.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { flawsAt, settled } from '../support/console/page-checks.ts'
import { startReceiver, type Receiver } from '../webhooks/receiver.ts'

let demo: DemoConsole
let receiver: Receiver
let status = 410

const list = async () => (await demo.ask<WebhooksReply>('GET /v1/webhooks')).body.webhooks
const submitForm = async () => {
  const alice = await demo.phone('oHooksAlice')
  await alice.earnForm()
}

beforeAll(async () => {
  demo = await startDemoConsole({
    REACH_WEBHOOK_ALLOW_HTTP: 'true',
    REACH_WEBHOOK_ALLOW_PRIVATE: 'true',
  })
  receiver = await startReceiver((reply) => reply.writeHead(status).end())
}, 180_000)
afterAll(async () => {
  await demo?.close()
  await receiver?.close()
})

const open = async (look: Partial<Look> = {}, query = '') => {
  const page = await demo.open(`settings/webhooks${query}`, look)
  await settled(page)
  return page
}

describe('a webhook', () => {
  it('is made with an address and events, and its secret is shown once', async () => {
    const page = await open({ locale: 'en-US' })
    await page.getByRole('button', { name: 'New webhook' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('Address').fill('shop.example')
    await dialog.getByText('Give a whole address').waitFor()
    const make = dialog.getByRole('button', { name: 'New webhook' })
    expect(await make.isDisabled()).toBe(true)
    await dialog.getByLabel('Address').fill(receiver.url)
    await dialog.getByRole('checkbox', { name: /^message.settled/ }).uncheck()
    await make.click()
    await page.getByRole('dialog').getByText('whsec_').waitFor()
    const [made] = await list()
    expect(made).toMatchObject({ url: receiver.url, state: 'enabled' })
    expect(made!.events).not.toContain('message.settled')
    await page.context().close()
  }, 60_000)

  it('shows why it is disabled and its dead letters, and is enabled by their replay', async () => {
    await submitForm()
    for (let state = ''; state !== 'disabled';) state = (await list())[0]!.state
    const page = await open()
    const row = page.locator('main li', { hasText: receiver.url })
    const text = await row.innerText()
    for (const words of ['已停用', 'HTTP_410', '请修复接收端']) expect(text).toContain(words)
    expect(text).toMatch(/死信\s*1/)
    await row.getByRole('link', { name: '查看投递' }).click()
    const panel = page.locator('aside.panel')
    await panel.getByRole('row').filter({ hasText: 'credit.recorded' }).waitFor()
    status = 204
    await panel.getByRole('button', { name: '重发 1 条死信' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '重发', exact: true }).click()
    await page.getByText('已排队重发 1 条').first().waitFor()
    while (receiver.received.length < 2) await list()
    expect(receiver.received[1]!.id).toBe(receiver.received[0]!.id)
    expect((await list())[0]).toMatchObject({ state: 'enabled', dead: 0 })
    await page.context().close()
  }, 60_000)

  it('is told again of a span of time', async () => {
    const { id } = (await list())[0]!
    const before = receiver.received.length
    const page = await open({ locale: 'en-US' }, `?webhook=${id}`)
    const panel = page.locator('aside.panel')
    await panel.getByRole('button', { name: 'Replay a span of time' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('From').fill('2020-01-01T00:00')
    await dialog.getByRole('button', { name: 'Replay', exact: true }).click()
    await page.getByText('1 events are sent again').first().waitFor()
    while (receiver.received.length === before) await list()
    expect(receiver.received.at(-1)!.id).toBe(receiver.received[0]!.id)
    await page.context().close()
  }, 60_000)
})

it('a key without the scope is told which one it lacks', async () => {
  const page = await open()
  await demo.signInAs(page, 'read')
  await page.getByText('此密钥缺少权限 webhooks').waitFor()
  expect(await page.getByText(receiver.url).count()).toBe(0)
  await page.context().close()
}, 60_000)

it.each(twoLooks)(
  'the list and the panel can be read by all in $locale, $width pixels wide, $colorScheme',
  async (look) => {
    const { id } = (await list())[0]!
    const paths = ['settings/webhooks', `settings/webhooks?webhook=${id}`]
    expect(await flawsAt(demo, paths, look)).toEqual([])
  },
  90_000,
)

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
