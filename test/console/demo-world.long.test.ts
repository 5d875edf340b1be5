/** The demo in a browser: what people do on their phones, Compose, and what arrives. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import type { Locator, Page } from 'playwright-core'
import type { CreatedApiKeyReply, GroupReply, GroupsReply } from '../../shared/wire/index.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'

jest.setTimeout(90_000)

let demo: DemoConsole
beforeEach(async () => {
  demo = await startDemoConsole()
})
afterEach(async () => {
  await demo.close()
  if (demo.complaints.length > 0) throw new Error(demo.complaints.join('\n'))
})

const phoneOf = (page: Page, name: string) => page.getByRole('region', { name: `${name} 的手机` })
const act = (page: Page, name: string, words: string) =>
  phoneOf(page, name).getByRole('button', { name: words, exact: true }).click()
const send = (page: Page) =>
  page.getByRole('form', { name: '消息' }).getByRole('button', { name: /发送$/ })
const outcomeOf = (page: Page) => page.getByRole('region', { name: '这条消息' })
const outcome = (page: Page, words: string) => outcomeOf(page).getByText(words).waitFor()
/** In full, once it is there. */
const textOf = (found: Locator) => found.textContent()

describe('the first three steps of the demo', () => {
  it('lead from a form to a message that arrives, without a reload', async () => {
    const page = await demo.open('compose')
    const steps = page.getByRole('region', { name: '两分钟看懂' })
    await steps.getByRole('button', { name: '让 Alice 提交表单' }).click()
    await steps.getByRole('button', { name: '给她发一条' }).click()
    await page.getByText('还剩 1 次').first().waitFor()
    await page.getByRole('button', { name: '填入示例' }).click()
    await send(page).click()
    await outcome(page, '微信接受了消息，用户已收到。')
    const inbox = phoneOf(page, 'Alice').getByRole('article')
    await inbox.getByText('TIT造舰厂').waitFor()
    await inbox.getByText('购买成功通知').waitFor()
    await steps.getByRole('button', { name: '完成' }).click()
    expect(await steps.count()).toBe(0)
  })
})

describe('Compose', () => {
  it('shows a credit as it arises, and a week later says why nothing is sent', async () => {
    const page = await demo.open('compose?openId=alice')
    await page.getByText('这位用户现在没有可用的发送机会。').waitFor()
    await act(page, 'Alice', '提交表单')
    await page.getByText('还剩 1 次').first().waitFor()
    await page.getByRole('button', { name: '填入示例' }).click()
    await page.getByRole('button', { name: '+1 周' }).click()
    await page.getByText('平台时间已改变').waitFor()
    await send(page).click()
    await outcome(page, '未发送')
    expect(await textOf(outcomeOf(page))).toContain('请在用户下次提交表单、支付或同意订阅后再发。')
  })

  it('checks the limits of each type while one types, in the rules of 2026', async () => {
    const page = await demo.open('compose?openId=alice')
    await page.getByRole('radio', { name: '2026' }).check({ force: true })
    await page.getByText('规则版本已改变').waitFor()
    await act(page, 'Alice', '同意订阅')
    await page.getByRole('dialog').getByRole('button', { name: '允许' }).click()
    await page.getByText('已回答订阅请求').waitFor()
    await page.reload()
    await page.getByRole('button', { name: '填入示例' }).click()
    const thing = page.getByLabel(/thing1/)
    await thing.fill('字'.repeat(21))
    await page.getByText('最多 20 个字 · 21 / 20').waitFor()
    expect(await send(page).isDisabled()).toBe(true)
    await thing.fill('咖啡')
    await send(page).click()
    await outcome(page, '微信接受了消息，用户已收到。')
    await phoneOf(page, 'Alice').getByRole('article').getByText('咖啡').waitFor()
  })

  it('warns of marketing words while one types, and of what a page may not be', async () => {
    const page = await demo.open('compose?openId=alice')
    await page.getByLabel(/keyword3/).fill('领红包')
    await page.getByText('内容里有营销词：红包').waitFor()
    await page.getByLabel('点开后的页面').fill('/pages/index/index')
    await page.getByText('不要以斜杠开头，与 app.json 一致').waitFor()
    expect(await send(page).isDisabled()).toBe(true)
  })

  it('says that the outcome is unknown where the platform gives no reply', async () => {
    const page = await demo.open('compose?openId=alice')
    await act(page, 'Alice', '支付')
    await page.getByText('还剩 3 次').first().waitFor()
    await page.getByLabel('下一次发送出错').selectOption('noReply')
    await page.getByRole('button', { name: '制造' }).click()
    await page.getByText('下一次发送将出错').waitFor()
    await page.getByRole('button', { name: '填入示例' }).click()
    await send(page).click()
    await outcome(page, '结果未知')
    expect(await textOf(outcomeOf(page))).toContain('微信没有给出可用的答复，消息可能已送达。')
  })

  it('lets a key that may only read see it, and says why it cannot send', async () => {
    const body = { name: 'reader', scopes: ['read'] }
    const { body: key } = await demo.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })
    const page = await demo.open('compose')
    const signIn = { apiKey: key.secret }
    const headers = { 'X-Reach-Console': '1' }
    const url = `${demo.origin}/v1/console/session`
    expect((await page.context().request.post(url, { data: signIn, headers })).status()).toBe(201)
    await page.goto(`${demo.origin}/console/compose?openId=alice`)
    await page.getByText('此密钥没有发送权限（send）。').waitFor()
    expect(await send(page).isDisabled()).toBe(true)
  })
})

describe('the world', () => {
  it('carries what a user writes to customer service, and the answer to the chat', async () => {
    const page = await demo.open('compose?channel=customer&openId=alice')
    const phone = phoneOf(page, 'Alice')
    await phone.getByRole('tab', { name: /客服/ }).click()
    await phone.getByLabel('写给客服').fill('在吗？')
    await phone.getByRole('button', { name: '发送', exact: true }).click()
    await page.getByText('还剩 5 次').first().waitFor()
    await page.getByLabel('文字', { exact: true }).fill('在的。')
    await send(page).click()
    await outcome(page, '微信接受了消息，用户已收到。')
    const chat = phone.getByRole('list', { name: '客服' })
    await chat.getByText('在的。').waitFor()
    expect(await textOf(chat)).toContain('在吗？')
  })

  it('shares a card into a group, where another opens it and shares on', async () => {
    const page = await demo.open('world')
    await act(page, 'Alice', '转发到家人群')
    const bob = phoneOf(page, 'Bob')
    await bob.getByRole('tab', { name: /家人群/ }).click()
    await bob.getByRole('button', { name: '打开' }).click()
    await page.getByText('已打开卡片').waitFor()
    await act(page, 'Bob', '转发到家人群')
    await bob.getByText('Bob 转发的卡片').waitFor()
    const { groups } = (await demo.ask<GroupsReply>('GET /v1/groups')).body
    expect(groups).toHaveLength(1)
    const group = await demo.ask<GroupReply>(
      `GET /v1/groups/${encodeURIComponent(groups[0]!.openGId)}`,
    )
    expect(group.text).toContain('bob')
    const tree = await demo.ask(`GET /v1/shares/${group.body.shareIds[0]}`)
    expect(tree.text).toContain('"alice"')
    expect(tree.text).toContain('"bob"')
  })

  it('scans a code, which opens with its payload', async () => {
    const payload = { table: 7 }
    await demo.ask('POST /v1/codes', { body: { kind: 'scene', payload } })
    const page = await demo.open('world')
    await act(page, 'Carol', '扫码')
    await page.getByRole('dialog').getByRole('button').first().click()
    const found = page.getByRole('dialog').getByText(JSON.stringify(payload))
    expect(await textOf(found)).toBe(JSON.stringify(payload))
  })
})
