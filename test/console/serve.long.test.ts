/** The console of `serve` in a browser: sign-in, scopes, and a server that is killed. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Page } from 'playwright-core'
import type { CreatedApiKeyReply, Message } from '../../shared/wire/index.ts'
import { flawsOf, settled } from '../support/console/page-checks.ts'
import { startServedConsole, type ServedConsole } from '../support/console/served-console.ts'
import { strongApiKey } from '../support/server/strong-keys.ts'

let served: ServedConsole
beforeAll(async () => {
  served = await startServedConsole()
}, 180_000)
afterAll(() => served?.close())

let sends = 0
/** Refused where the user has no credit. */
async function send(openId: string): Promise<Message> {
  const body = { channel: 'template', openId, templateId: 'template-of-serve', data: {} }
  const headers = { 'Idempotency-Key': `serve-${(sends += 1)}` }
  return (await served.ask<Message>('POST /v1/messages', { body, headers })).body
}

async function signIn(page: Page, key: string): Promise<void> {
  await page.getByLabel('API 密钥').fill(key)
  await page.getByRole('button', { name: '登录' }).click()
}

async function openAs(key: string, path: string): Promise<Page> {
  const page = await served.open(path)
  await signIn(page, key)
  await settled(page)
  return page
}

async function keyOf(scopes: string[]): Promise<string> {
  const body = { name: 'of the tests', scopes }
  return (await served.ask<CreatedApiKeyReply>('POST /v1/api-keys', { body })).body.secret
}

describe('sign-in', () => {
  it('exchanges a key for a session, and keeps the key nowhere', async () => {
    const page = await served.open('messages')
    await page.getByRole('heading', { name: '登录控制台' }).waitFor()
    expect(await flawsOf(page)).toEqual([])
    await signIn(page, strongApiKey)
    await page.getByRole('heading', { name: '消息' }).first().waitFor()
    const kept = await page.evaluate(() =>
      JSON.stringify([location.href, document.cookie, { ...localStorage }, { ...sessionStorage }]),
    )
    expect(kept).toContain('/console/messages')
    expect(kept).not.toContain(strongApiKey)
    const cookies = await page.context().cookies()
    expect(cookies).toMatchObject([{ httpOnly: true, sameSite: 'Strict' }])
    expect(JSON.stringify(cookies)).not.toContain(strongApiKey)

    await page.getByRole('button', { name: /^退出登录（当前密钥 / }).click()
    await page.getByLabel('API 密钥').waitFor()
    expect(await page.context().cookies()).toEqual([])
    await page.context().close()
  }, 60_000)

  it('says what to do about a key that the server does not accept', async () => {
    const page = await served.open('')
    await signIn(page, 'a-key-that-nobody-made-for-this-server-at-all')
    await page.getByText('服务器不接受这个密钥。').waitFor()
    expect(await page.locator('main').innerText()).toContain('wx-reach-server keys create')
    await page.context().close()
  }, 60_000)
})

describe('API keys', () => {
  it('are made with some scopes, shown once, good for signing in, and revoked', async () => {
    const page = await openAs(strongApiKey, 'settings/keys')
    await page.getByRole('button', { name: '新建密钥' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel('名称').fill('订单系统')
    await dialog.getByRole('checkbox', { name: /^read/ }).check()
    await dialog.getByRole('button', { name: '新建', exact: true }).click()
    const shown = page.getByRole('dialog', { name: '请现在复制密钥' })
    const secret = (await shown.locator('.mono').first().innerText()).trim()
    await page.keyboard.press('Escape')
    expect(await page.locator('body').innerText()).not.toContain(secret)

    const other = await openAs(secret, 'messages')
    await other.getByText('只读：此密钥不能执行操作').waitFor()

    // By its element: while a dialog is open, all else has no role.
    const row = page.locator('main li', { hasText: '订单系统' })
    await row.getByRole('button', { name: '撤销' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '撤销' }).click()
    await row.waitFor({ state: 'detached' })
    await other.reload()
    await other.getByLabel('API 密钥').waitFor()
    expect(await other.getByRole('table').count()).toBe(0)
    await page.context().close()
    await other.context().close()
  }, 90_000)
})

describe('a key that may only read', () => {
  it('sees all and cannot act, and each screen says which scope is missing', async () => {
    const reader = await served.phone('oServedReader')
    const event = { type: 'form.submitted', formId: await reader.submitForm(), page: 'pages/a' }
    await reader.postEvents(event)
    const { id } = await send('oServedNobody')
    const page = await openAs(await keyOf(['read']), `messages/${id}?state=refused`)
    const panel = page.getByRole('complementary', { name: '消息详情' })
    await panel.getByText('这位用户现在没有可用的发送机会').waitFor()
    await panel.getByText('此密钥没有发送权限（send）。').waitFor()
    expect(await panel.getByRole('button', { name: '重新发送' }).isDisabled()).toBe(true)
    expect(await page.getByRole('button', { name: '全部重新发送' }).isDisabled()).toBe(true)

    const screens: [path: string, words: string, act: RegExp][] = [
      ['users/oServedReader?tab=data', '此密钥没有权限 privacy（导出与删除用户）。', /^删除$/],
      ['compose?openId=oServedReader', '此密钥没有发送权限（send）。', /发送$/],
    ]
    for (const [path, words, act] of screens) {
      await page.goto(`${served.origin}/console/${path}`)
      await page.getByText(words).first().waitFor()
      const button = page.getByRole('button', { name: act }).last()
      expect([path, await button.isDisabled()]).toEqual([path, true])
    }

    await page.goto(`${served.origin}/console/settings/keys`)
    await page.getByText('此密钥没有这项权限。').waitFor()
    expect(await page.getByRole('button', { name: '新建密钥' }).count()).toBe(0)

    const headers = { 'X-Reach-Console': '1', 'Idempotency-Key': 'reader' }
    const data = { channel: 'template', openId: 'oServedReader', templateId: 'T', data: {} }
    const reply = await page.request.post(`${served.origin}/v1/messages`, { headers, data })
    expect(reply.status()).toBe(403)
    await page.context().close()
  }, 90_000)
})

describe('a page whose server is killed', () => {
  it('says so, follows the next one, and misses nothing that happened meanwhile', async () => {
    const page = await openAs(strongApiKey, 'messages')
    const live = page.getByRole('status').filter({ hasText: '实时更新' })
    await live.waitFor()
    await page.evaluate(() => Object.assign(globalThis, { sameDocument: true }))

    await served.kill()
    await page.getByText('连接已断开，正在重连…').waitFor()
    // Until all has happened: else the page might follow the stream before.
    await page.route('**/v1/stream?*', (route) => route.abort())
    await served.start()
    const missed = await send('oServedWhileDown')
    const row = page.getByRole('row').filter({ hasText: 'oSer…Down' })
    expect(await row.count()).toBe(0)

    await page.unroute('**/v1/stream?*')
    await row.waitFor()
    await live.waitFor()
    const next = await send('oServedNextUser')
    await page.getByRole('row').filter({ hasText: 'oSer…User' }).waitFor()
    expect(await page.evaluate(() => 'sameDocument' in globalThis)).toBe(true)
    const { body } = await served.ask<{ messages: Message[] }>('GET /v1/messages?limit=2')
    expect(body.messages.map(({ id }) => id)).toEqual([next.id, missed.id])
    await page.context().close()
  }, 120_000)
})
