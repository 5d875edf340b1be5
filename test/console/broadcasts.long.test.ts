/** Broadcasts of the console in a browser: to holders, to a list, and what becomes of them. */
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { tagResults } from '../../shared/codes.ts'
import type { BroadcastsReply } from '../../shared/wire/index.ts'
import { twoLooks } from '../support/console/console-browser.ts'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { flawsAt } from '../support/console/page-checks.ts'

const templateId = 'template-of-broadcasts'
const holders = ['oCastAnna', 'oCastBert', 'oCastCleo']

let demo: DemoConsole
beforeAll(async () => {
  demo = await startDemoConsole()
  const keywords = [{ name: '活动', example: '烘焙课' }]
  await demo.sandbox('POST /sandbox/templates', {
    body: { templateId, title: '活动提醒', keywords },
  })
  for (const openId of holders) await (await demo.phone(openId)).earnForm()
}, 180_000)
afterAll(() => demo?.close())

const list = async () => (await demo.ask<BroadcastsReply>('GET /v1/broadcasts')).body.broadcasts

describe('a broadcast to all who hold a right', () => {
  it('is estimated first, then sent to each of them once', async () => {
    const page = await demo.open('broadcasts')
    await page.getByText('还没有群发').waitFor()
    await page.getByRole('button', { name: '新建群发' }).click()
    const form = page.getByRole('form', { name: '新的群发' })
    await form.getByLabel('名称').fill('周末烘焙课')
    await form.getByLabel('模板 ID').selectOption(templateId)
    await form.getByLabel('活动').fill('周六上午十点')
    expect(await form.getByLabel('每天从').inputValue()).toBe('09:00')
    const isValid = () => form.evaluate((element: HTMLFormElement) => element.checkValidity())
    await form.getByLabel('每天从').fill('')
    expect(await isValid()).toBe(false)
    await form.getByLabel('到', { exact: true }).fill('')
    expect(await isValid()).toBe(true)
    const create = form.getByRole('button', { name: '创建群发' })
    expect(await create.isDisabled()).toBe(true)
    const estimate = form.getByRole('button', { name: '估算' })
    await form.getByLabel('分享（shareId）').fill('share-of-nobody')
    await estimate.click()
    await form.getByText('现在没有人能收到').waitFor()
    await form.getByLabel('分享（shareId）').fill('')
    await form.getByLabel('自哪天起活跃').fill('2018-01-01')
    await form.getByLabel('对照组（%）').fill('51')
    expect(await isValid()).toBe(false)
    await form.getByLabel('对照组（%）').fill('')
    await estimate.click()
    await form.getByText('现在能触达 3 人，使用 3 次发送机会。').waitFor()
    await create.click()

    const panel = page.getByRole('complementary', { name: '群发详情' })
    await panel.getByText('已完成').waitFor()
    await panel.getByRole('article').getByText('周六上午十点').waitFor()
    const bar = panel.getByRole('img', { name: '已送达 3 · 未发送 0 · 结果未知 0 · 等待 0' })
    await bar.waitFor()
    const { id } = (await list())[0]!
    const anna = await demo.phone('oCastAnna')
    const notice = { type: 'share.opened', scene: 1014, page: 'pages/index/index' } as const
    await anna.postEvents({ ...notice, shareId: id.slice('bc_'.length) })
    await panel.getByText('占已发送的 33.3%').waitFor()
    for (const openId of holders) {
      const { text } = await demo.sandbox(`GET /sandbox/inbox/${openId}`)
      expect(text.split('周六上午十点').length - 1).toBe(1)
    }
    await page.context().close()
  }, 60_000)
})

describe('a broadcast to a list', () => {
  it('is a draft, takes an uploaded file, names bad lines, and is started and told', async () => {
    await (await demo.phone('oCastAnna')).earnForm()
    const page = await demo.open('broadcasts?view=new', { locale: 'en-US' })
    const form = page.getByRole('form', { name: 'A new broadcast' })
    await form.getByText('An uploaded list').click()
    await form.getByLabel('Template id').selectOption(templateId)
    await form.getByLabel('活动').fill('{{name}}，周日见')
    await form.getByLabel('Each day from').fill('')
    await form.getByLabel('until', { exact: true }).fill('')
    await form.getByRole('button', { name: 'Create a draft' }).click()

    const panel = page.getByRole('complementary', { name: 'Broadcast', exact: true })
    expect(await panel.getByRole('button', { name: 'Start' }).isDisabled()).toBe(true)
    const people = {
      name: 'people.csv',
      mimeType: 'text/csv',
      buffer: Buffer.from('openId,name\noCastAnna,Anna\n,Nobody\noCastNone,None\n'),
    }
    const field = panel.getByLabel('Upload recipients')
    await page.evaluate(() => {
      const { fetch } = globalThis
      globalThis.fetch = (input, init) => {
        if (!String(input).includes('/recipients') || init?.method !== 'POST') {
          return fetch(input, init)
        }
        globalThis.fetch = fetch
        return Promise.resolve(new Response('{}', { status: 400 }))
      }
    })
    await field.setInputFiles(people)
    await panel.getByText('The file was not uploaded whole').waitFor()
    await field.setInputFiles(people)
    await panel.getByText('2 added, 0 known before, 1 bad lines.').waitFor()
    await panel.getByText('Line 3:').waitFor()
    await panel.getByRole('button', { name: 'Estimate' }).click()
    await panel.getByText('It reaches 1 users now, and uses 1 send rights.').waitFor()
    await panel.getByText('1 users get nothing: No send right').waitFor()
    await panel.getByRole('button', { name: 'Start' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Start now, to 2 users?').waitFor()
    await dialog.getByRole('button', { name: 'Start' }).click()
    await panel.getByText('Done', { exact: true }).waitFor()
    await panel.getByText('No send right').first().waitFor()
    const { text } = await demo.sandbox('GET /sandbox/inbox/oCastAnna')
    expect(text).toContain('Anna，周日见')
    await page.context().close()
  }, 60_000)
})

describe('a broadcast that runs', () => {
  it('is paused, resumed and cancelled', async () => {
    for (const openId of holders) await (await demo.phone(openId)).earnForm()
    const made = await demo.ask<{ id: string }>('POST /v1/broadcasts', {
      headers: { 'Idempotency-Key': 'slow' },
      body: {
        channel: 'template',
        templateId,
        data: { keyword1: { value: '慢' } },
        audience: { from: 'holders', activeSince: '2018-01-01T00:00:00Z' },
        holdout: 1,
        perMinute: 1,
      },
    })
    const page = await demo.open(`broadcasts/${made.body.id}`)
    const panel = page.getByRole('complementary', { name: '群发详情' })
    await panel.getByText('自 2018-01-01 08:00:00 起活跃').waitFor()
    await panel.getByText('1%', { exact: true }).waitFor()
    await panel.getByRole('button', { name: '暂停' }).click()
    await panel.getByText('已暂停').waitFor()
    await panel.getByRole('button', { name: '继续' }).click()
    await panel.getByRole('button', { name: '暂停' }).waitFor()
    // By somebody else: no message tells of it.
    await demo.ask(`POST /v1/broadcasts/${made.body.id}/pause`)
    await panel.getByText('已暂停').waitFor()
    await panel.getByRole('button', { name: '取消群发' }).click()
    await page.getByRole('dialog').getByRole('button', { name: '取消群发' }).click()
    await panel.getByText('已取消').first().waitFor()
    expect((await list())[0]).toMatchObject({ id: made.body.id, state: 'cancelled' })
    await page.context().close()
  }, 60_000)
})

it('shows what came of the rights with a tag', async () => {
  const anna = await demo.phone('oCastAnna')
  const form = { type: 'form.submitted', formId: await anna.submitForm(), page: 'pages/a' }
  await anna.postEvents({ ...form, tag: '烘焙' })
  const page = await demo.open('broadcasts')
  await page.getByLabel('按标签（30 天内）').selectOption('烘焙')
  await page.getByText('产生的次数').waitFor()
  const download = page.waitForEvent('download')
  await page.getByRole('button', { name: 'CSV' }).nth(1).click()
  const lines = readFileSync(await (await download).path(), 'utf8').split('\r\n')
  expect(lines[0]).toBe(`\uFEFF${['at', ...tagResults].join()}`)
  expect(lines[1]).toMatch(/Z,1(,0){8}$/)
  await page.context().close()
}, 60_000)

it('is only looked at by a key that cannot send', async () => {
  const page = await demo.open('broadcasts')
  await demo.signInAs(page, 'read')
  await page.getByText('此密钥没有发送权限（send），只能查看。').waitFor()
  expect(await page.getByRole('button', { name: '新建群发' }).isDisabled()).toBe(true)
  await page.getByRole('link', { name: '周末烘焙课' }).click()
  await page.getByText('内容只对有 send 权限的密钥显示。').waitFor()
  await page.context().close()
}, 60_000)

it.each(twoLooks)(
  'can be read by all in $locale, $width pixels wide, $colorScheme',
  async (look) => {
    const { id } = (await list())[0]!
    const paths = ['broadcasts', `broadcasts/${id}`, 'broadcasts?view=new']
    expect(await flawsAt(demo, paths, look)).toEqual([])
  },
  60_000,
)

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
