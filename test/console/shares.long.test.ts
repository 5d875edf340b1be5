/** Shares, groups and customer service in a browser, against the demo. */
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemoConsole, type DemoConsole } from '../support/console/demo-console.ts'
import { settled } from '../support/console/page-checks.ts'
import type { Phone } from '../support/server/phone.ts'

let demo: DemoConsole
let alice: Phone
let bob: Phone

const idOf = (n: number) => `share-of-tests-${n}`
const started = (n: number, parent?: number) => ({
  type: 'share.started',
  shareId: idOf(n),
  ...(parent !== undefined && { parentShareId: idOf(parent) }),
  page: 'index',
  title: '周末烘焙课',
  from: 'menu',
})
const opened = (n: number) => ({
  type: 'share.opened',
  shareId: idOf(n),
  scene: 1044,
  page: 'index',
})
const write = (openId: string, content: string) =>
  demo.sandbox('POST /sandbox/pushes', { body: { openId, msgtype: 'text', content } })

beforeAll(async () => {
  demo = await startDemoConsole()
  alice = await demo.phone('oSharesAlice')
  bob = await demo.phone('oSharesBob')
  await alice.postEvents(started(0))
  await bob.postEvents(
    { ...opened(0), group: await bob.groupData('family') },
    ...Array.from({ length: 40 }, (_, n) => started(n + 1, 0)),
    started(100),
  )
  await write(alice.openId, '还有名额吗？')
}, 180_000)
afterAll(() => demo?.close())

describe('a share tree', () => {
  it('grows without a reload once a friend opens the card and shares it on', async () => {
    const page = await demo.open(`shares/${idOf(100)}`)
    const items = page.getByRole('treeitem')
    await items.first().waitFor()
    expect(await items.count()).toBe(1)
    await alice.postEvents(opened(100), started(101, 100))
    await alice.postEvents(opened(101))
    await page.getByRole('treeitem', { name: '打开 1 次' }).nth(1).waitFor()
    await page.context().close()
  }, 60_000)

  it('is walked with the arrow keys, and Enter opens what they lead to', async () => {
    const page = await demo.open(`shares/${idOf(0)}`)
    const tree = page.getByRole('tree')
    await page.getByRole('treeitem').first().waitFor()
    await tree.focus()
    const active = () =>
      tree.evaluate((svg) => {
        const item = document.getElementById(svg.getAttribute('aria-activedescendant')!)
        return item?.getAttribute('aria-level')
      })
    expect(await active()).toBe('1')
    await page.keyboard.press('ArrowRight')
    expect(await active()).toBe('2')
    await page.keyboard.press('Enter')
    await page.getByRole('complementary').getByText(bob.openId.slice(0, 4)).first().waitFor()
    expect(page.url()).toContain('node=')
    await page.context().close()
  }, 60_000)

  it('folds children past 30 into a count, and unfolds them on a click', async () => {
    const page = await demo.open(`shares/${idOf(0)}`, { locale: 'en-US' })
    await page.getByRole('treeitem').first().waitFor()
    await page.getByRole('button', { name: 'Show all' }).click()
    const more = page.getByRole('treeitem', { name: '11 more' })
    await more.click()
    await more.waitFor({ state: 'detached' })
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.waitForFunction(() => document.querySelectorAll('[role=treeitem]').length >= 42)
    expect(await page.getByRole('treeitem').count()).toBe(42)
    await page.context().close()
  }, 60_000)

  it('leads from the ring of a group to its members', async () => {
    const page = await demo.open(`shares/${idOf(0)}`, { locale: 'en-US' })
    await page.getByRole('button', { name: 'Show all' }).click()
    await page.getByRole('treeitem', { name: /^Group/ }).click()
    const panel = page.getByRole('complementary')
    await panel.getByRole('heading', { name: /Members/ }).waitFor()
    await panel.getByRole('link', { name: 'oSha…sBob' }).first().waitFor()
    expect(page.url()).toContain('/groups/')
    await page.context().close()
  }, 60_000)
})

describe('customer service', () => {
  it('shows a window as it opens, counts it down, and ends it', async () => {
    const page = await demo.open('customer')
    await settled(page)
    await page.clock.install()
    await page.reload()
    await settled(page)
    await write(bob.openId, '在吗')
    const row = page.getByRole('row').filter({ hasText: 'oSha…sBob' })
    await row.getByText(/^47:59:\d\d$/).waitFor()
    await page.clock.fastForward('48:00:00')
    await row.getByText('已结束').waitFor()
    expect(await row.getByText(/^\d+:\d\d/).count()).toBe(0)
    await page.context().close()
  }, 60_000)

  it('answers in place, and the reply stands in the conversation and in the inbox', async () => {
    const page = await demo.open('customer/oSharesAlice')
    const panel = page.getByRole('complementary')
    await panel.getByText('还有名额吗？').waitFor()
    await panel.getByRole('textbox', { name: '回复' }).fill('有，点这里报名')
    await panel.getByText('小程序链接').click()
    await panel.getByLabel('链接文字').fill('烘焙课')
    await panel.getByLabel('页面路径').fill('index')
    await panel.getByRole('button', { name: '发送' }).click()
    await panel.getByRole('listitem').filter({ hasText: '有，点这里报名' }).waitFor()
    const { body } = await demo.sandbox('GET /sandbox/inbox/oSharesAlice')
    expect(JSON.stringify(body)).toContain('有，点这里报名')
    expect(JSON.stringify(body)).toContain('data-miniprogram-path')
    await page.context().close()
  }, 60_000)

  it('says why a user whose window is closed cannot be answered, and what to do', async () => {
    await demo.phone('oSharesCarol')
    const page = await demo.open('customer/oSharesCarol')
    const panel = page.getByRole('complementary')
    await panel.getByText('现在不能回复这位用户').waitFor()
    await panel.getByRole('link', { name: '用模板或订阅消息通知' }).waitFor()
    expect(await panel.getByRole('button', { name: '发送' }).count()).toBe(0)
    await page.context().close()
  }, 60_000)
})

it('broke no rule of the policy, and raised no error', () => {
  expect(demo.complaints).toEqual([])
})
