/** Users in a browser: their history, their arrival, and their end. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Message } from '../../shared/wire/index.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { settled } from '../support/console/page-checks.ts'

let demo: DemoConsole
let sent: Message

const templateId = 'console-test-template'

beforeAll(async () => {
  demo = await startDemoConsole()
  await demo.sandbox('POST /sandbox/templates', {
    body: {
      templateId,
      title: '订单通知',
      keywords: [{ name: '状态', example: '已发货' }],
    },
  })
  const alice = await demo.phone('oConsoleAlice')
  await alice.earnForm()
  await alice.earnForm()
  sent = await demo.send({
    channel: 'template',
    openId: alice.openId,
    templateId,
    data: { keyword1: { value: '已发货' } },
  })
}, 180_000)
afterAll(() => demo?.close())

describe('a user', () => {
  it("shows each right's history, with its message", async () => {
    const page = await demo.open('users/oConsoleAlice?tab=history')
    const details = page.getByRole('complementary', { name: '用户' })
    await details.getByText('已用').first().waitFor()
    await details.getByRole('link', { name: '消息', exact: true }).first().click()
    await page.waitForURL(`**/messages/${sent.id}**`)
    expect(page.url()).toContain(sent.id)
    await page.context().close()
  }, 60_000)

  it('appears without a reload once a credit of theirs arises', async () => {
    const page = await demo.open('users')
    await settled(page)
    const carol = await demo.phone('oConsoleCarol')
    await carol.earnForm()
    const link = page.getByRole('link', { name: 'oCon…arol' })
    await link.waitFor()
    expect(await link.count()).toBe(1)
    await page.context().close()
  }, 60_000)

  it('is erased after the last four characters are typed, and is gone from the list', async () => {
    const dora = await demo.phone('oConsoleDora')
    await dora.earnForm()
    const page = await demo.open('users/oConsoleDora?tab=data')
    await page
      .getByRole('complementary', { name: '用户' })
      .getByRole('button', { name: '删除' })
      .click()
    const dialog = page.getByRole('dialog')
    const erase = dialog.getByRole('button', { name: '删除', exact: true })
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('Dana')
    expect(await erase.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('Dora')
    await erase.click()
    await page.getByText('已删除', { exact: true }).first().waitFor()
    await page.getByRole('link', { name: 'oCon…Dora' }).waitFor({ state: 'detached' })
    const { body } = await demo.ask('GET /v1/users/oConsoleDora/credits')
    expect(body).toMatchObject({ credits: [] })
    await page.context().close()
  }, 60_000)
})

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
