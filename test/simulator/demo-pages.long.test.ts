/** The pages of the demo in a browser, each in an old and in a new base library. */
import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { apiKey } from '../support/server/start-reach.ts'
import type { PlayedPhone } from 'wx-reach-simulator/test'
import { launchDemo, openIdOf, startDemoReach, until, type StartedDemo } from './demo-phone.ts'

jest.setTimeout(60_000)

let reach: StartedDemo
let phone: PlayedPhone | undefined

beforeEach(async () => {
  reach = await startDemoReach()
})

afterEach(async () => {
  await phone?.close()
  phone = undefined
  await reach.close()
})

const launch = async (library: string): Promise<PlayedPhone> => {
  phone = await launchDemo(reach, { library })
  return phone
}

const shown = async (played: PlayedPhone, selector: string): Promise<string[]> =>
  (await played.frame()).locator(`.page-frame:not([hidden]) ${selector}`).allInnerTexts()

/** Until the page on top shows these texts in elements of the selector. */
async function shows(played: PlayedPhone, selector: string, texts: string[]): Promise<void> {
  const wanted = JSON.stringify(texts)
  const isShown = async () => JSON.stringify(await shown(played, selector)) === wanted
  // What it shows instead is told below.
  await until(isShown).catch(() => undefined)
  expect([selector, await shown(played, selector)]).toEqual([selector, texts])
}

/** What the menu of ••• offers. */
async function offered(played: PlayedPhone): Promise<string[]> {
  const frame = await played.frame()
  await frame.getByRole('button', { name: '更多' }).click()
  const items = await frame.locator('.ui-sheet-item:enabled').allInnerTexts()
  await frame.locator('.ui-sheet-cancel').click()
  return items
}

async function makeCode(content: object): Promise<void> {
  const made = await fetch(`${reach.url}/v1/codes`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ kind: 'scene', page: 'pages/code/code', ...content }),
  })
  expect(made.status).toBe(200)
}

describe.each(['1.9.90', '3.17.0'])('the pages of the demo on base library %s', (library) => {
  const isOld = library === '1.9.90'

  it('show what a scanned code carried', async () => {
    const alice = await launch(library)
    await makeCode({ scene: 'table=7' })
    await makeCode({ payload: { table: 8 } })
    await alice.page.getByRole('tab', { name: '扫码' }).click()
    const codes = alice.page.locator('.row', { hasText: 'pages/code/code' })
    await codes.filter({ hasText: 'table' }).getByRole('button').click()
    await shows(alice, '.scene', ['table=7'])
    await shows(alice, '.payload', ['没有：scene 就是全部内容'])
    expect(await alice.route()).toBe('pages/code/code?scene=table%3D7')
    // Base libraries before 2.1.2 do not tell the scene value of a launch.
    await shows(alice, '.launched', isOld ? [] : ['1047 · 扫小程序码'])
    await codes.filter({ hasNotText: 'table' }).getByRole('button').click()
    await shows(alice, '.payload', ['{"table":8}'])
    expect(await alice.problems()).toEqual([])
  })

  it('take a payment, whose receipt arrives among the notices', async () => {
    const alice = await launch(library)
    await alice.tap('买一杯咖啡')
    await shows(alice, '.rights', ['0'])
    await alice.tap('.pay')
    await alice.tap('取消')
    await shows(alice, '.outcome', ['已取消'])
    await alice.tap('.pay')
    await alice.tap('确认支付')
    await shows(alice, '.outcome', ['已支付'])
    await shows(alice, '.rights', ['3'])
    await alice.tap('给我发收据')
    await shows(alice, '.rights', ['2'])
    expect((await alice.notices())[0]).toContain('咖啡')
    const { credits } = await reach.reach.app().users.credits(openIdOf('Alice'))
    expect(credits).toMatchObject([{ kind: 'payment', usesLeft: 2 }])
  })

  it('rank a group: it grows when another opens the card', async () => {
    const alice = await launch(library)
    await alice.tap('群排行')
    await alice.sees('从群里的卡片打开本页')
    await alice.share('group', '转发到群')
    const bob = await alice.beside('Bob')
    await bob.openCard()
    await shows(bob, '.who', ['群友', '我'])
    await shows(bob, '.brought', ['1 位', '0 位'])
    expect(await shown(bob, '.group-name')).toEqual(['家人群'])
    const carol = await alice.beside('Carol')
    await carol.openCard()
    await shows(carol, '.brought', ['2 位', '0 位', '0 位'])
    await alice.openCard()
    await shows(alice, '.who', ['我', '群友', '群友'])
    expect(await shown(alice, '.medal')).toEqual(['1', '2', '2'])
  })

  it(`${isOld ? 'tell' : 'say that nobody tells'} what a share came to`, async () => {
    const alice = await launch(library)
    await alice.tap('转发的结果与菜单')
    await alice.tap('转发给朋友或群')
    await alice.tap('取消')
    let sharedAt = Date.now()
    /** Two taps within half a second are one to the library, as no user is so quick. */
    const shareAgain = async () => {
      await until(async () => Date.now() - sharedAt > 500)
      await alice.share('group', '转发给朋友或群')
      sharedAt = Date.now()
    }
    await shows(alice, '.outcome', [isOld ? '用户取消了' : '当前基础库不再告知'])
    // The page before asked for tickets of its own cards.
    await shareAgain()
    await shows(alice, '.outcome', [isOld ? '转发成功' : '当前基础库不再告知'])
    await shows(alice, '.own-group', [])
    await alice.tap('.take-ticket')
    await shows(alice, '.menu-answer', ['updateShareMenu:ok'])
    await shareAgain()
    await shows(alice, '.outcome', [isOld ? '转发成功' : '当前基础库不再告知'])
    await shows(alice, '.own-group', isOld ? ['家人群'] : [])
    const results = async () => {
      const { shares } = await reach.reach.app().shares.list({ openId: openIdOf('Alice') })
      return shares.map(({ result }) => result)
    }
    await until(async () => {
      const known = await results()
      return known.length === 3 && !(isOld && known.includes(undefined))
    })
    const told = ['ok', 'ok', 'cancel']
    expect(await results()).toEqual(isOld ? told : told.map(() => undefined))
  })

  it('offer the share in the menu, or not, as the page asks', async () => {
    const alice = await launch(library)
    await alice.tap('转发的结果与菜单')
    await alice.tap('.show-menu')
    await shows(alice, '.menu-answer', ['hideShareMenu:ok'])
    expect(await offered(alice)).not.toContain('转发给朋友')
    await alice.tap('.show-menu')
    await shows(alice, '.menu-answer', ['showShareMenu:ok'])
    expect(await offered(alice)).toContain('转发给朋友')
  })

  it(`${isOld ? 'say that there is no panel of' : 'count'} subscriptions`, async () => {
    const alice = await launch(library)
    await alice.tap('订阅消息')
    await alice.tap('申请订阅')
    if (isOld) {
      await shows(alice, '.problem', ['当前基础库没有这个接口。'])
      await shows(alice, '.accepted', ['0'])
    } else {
      await alice.tap('允许')
      await shows(alice, '.accepted', ['1'])
      await shows(alice, '.problem', [])
    }
    const kinds = async () => {
      const { credits } = await reach.reach.app().users.credits(openIdOf('Alice'))
      return credits.map(({ kind }) => kind)
    }
    await until(async () => isOld || (await kinds()).length > 0)
    expect(await kinds()).toEqual(isOld ? [] : ['subscription'])
  })

  it('know the group of a compile mode, and say why a mode without a ticket has none', async () => {
    const alice = await launch(library)
    await alice.page.getByRole('tab', { name: '开关' }).click()
    const modes = alice.page.getByLabel('编译模式')
    const named = (part: string) =>
      modes.locator('option', { hasText: part }).getAttribute('value') as Promise<string>
    await modes.selectOption(await named('a card in a group'))
    await shows(alice, '.group-name', ['家人群'])
    await modes.selectOption(await named('without a ticket'))
    await shows(alice, '.no-group', [
      isOld
        ? '打开时没有 shareTicket：可能在单聊里，或者转发时没有带上它。'
        : '不是在群聊里打开的。',
    ])
    expect(await alice.problems()).toEqual([])
  })
})
