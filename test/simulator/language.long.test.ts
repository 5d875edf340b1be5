/** What WeChat itself writes on a phone, in the language of the switch. */
import { afterAll, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'
import { openIdOf } from './demo-phone.ts'
import { playPages, type PlayedPages } from './play-pages.ts'

jest.setTimeout(60_000)

let played: PlayedPages
beforeAll(async () => {
  played = await playPages({
    home: `
      <picker mode="date" value="2016-09-01"><view>date</view></picker>
      <button open-type="getPhoneNumber">number</button>
      <navigator url="/pages/other/other">other</navigator>
      <map />`,
    other: '<web-view src="https://a.example/" />',
  })
})
afterAll(() => played.stop())

const frame = () => played.phone.frame()

/** Asks for something, and dismisses it by its last button. */
async function buttonsOf(ask: () => Promise<unknown>): Promise<string[]> {
  const asked = ask()
  const buttons = (await frame()).locator('.ui-layer button')
  await buttons.first().waitFor()
  const texts = await buttons.allInnerTexts()
  await buttons.last().click()
  await asked
  return texts
}

const dialogs: [what: string, ask: () => Promise<unknown>, chinese: string[], english: string[]][] =
  [
    [
      'a modal',
      () => played.call('showModal', { title: 'a', content: 'b' }),
      ['取消', '确定'],
      ['Cancel', 'OK'],
    ],
    [
      'an action sheet',
      () => played.call('showActionSheet', { itemList: ['first'] }),
      ['first', '取消'],
      ['first', 'Cancel'],
    ],
    [
      'a payment',
      () => played.call('requestPayment', { package: 'prepay_id=1' }),
      ['取消', '确认支付'],
      ['Cancel', 'Pay Now'],
    ],
    [
      'a subscription',
      () => played.call('requestSubscribeMessage', { tmplIds: ['some-template'] }),
      ['拒绝', '允许'],
      ['Reject', 'Allow'],
    ],
    [
      'a permission',
      () => played.call('authorize', { scope: 'scope.camera' }),
      ['拒绝', '允许'],
      ['Reject', 'Allow'],
    ],
    ['a phone number', () => played.phone.tap('number'), ['拒绝', '允许'], ['Reject', 'Allow']],
  ]

describe.each([
  ['Chinese', 'zh', 'zh_CN'],
  ['English', 'en', 'en'],
])('a phone in %s', (_, language, ofSystem) => {
  const isEnglish = language === 'en'

  beforeEach(async () => {
    const { page } = played.phone
    await page.goto(`${new URL(page.url()).origin}/?users=Alice&lang=${language}`)
    await page.evaluate(() => {
      const { localStorage } = globalThis as unknown as { localStorage: { clear(): void } }
      localStorage.clear()
    })
    await played.phone.sees('date')
  })

  it.each(dialogs)('has the words of %s', async (_what, ask, chinese, english) => {
    expect(await buttonsOf(ask)).toEqual(isEnglish ? english : chinese)
  })

  it('has the words of a date, of the bars, and of what is not played', async () => {
    await played.phone.tap('date')
    const selected = (await frame()).locator('.ui-picker-item[aria-selected="true"]')
    expect(await selected.allInnerTexts()).toEqual(
      isEnglish ? ['2016', '09', '01'] : ['2016年', '9月', '1日'],
    )
    await played.phone.tap(isEnglish ? 'Cancel' : '取消')
    expect(await (await frame()).locator('[data-lacking]').getAttribute('data-words')).toBe(
      isEnglish ? 'is not played' : '模拟器没有',
    )
    await played.phone.tap('other')
    await played.phone.sees(isEnglish ? 'opens no web pages' : '不打开网页')
    const back = (await frame()).getByRole('button', { name: isEnglish ? 'Back' : '返回' })
    await back.click()
    await played.phone.sees('date')
    expect(await played.call('getSystemInfo')).toMatchObject({ language: ofSystem })
  })
})

it('follows the switch at once, and the mini-program keeps its page', async () => {
  const { page } = played.phone
  await page.goto(`${new URL(page.url()).origin}/?users=Alice&lang=zh`)
  await played.phone.sees('date')
  await played.open('other')
  await page.getByRole('button', { name: 'English', exact: true }).click()
  const more = (await frame()).getByRole('button', { name: 'More' })
  await more.click()
  await played.phone.sees('Forward to Friends')
  expect(await played.phone.route()).toBe('pages/other/other')
  await played.phone.tap('Cancel')
  await page.getByRole('button', { name: '中文', exact: true }).click()
  await (await frame()).getByRole('button', { name: '更多' }).waitFor()
})

describe('a notice', () => {
  const touser = openIdOf('Alice')
  let wechat: StartedSandbox
  let diner: PlayedPages | undefined
  beforeAll(async () => {
    wechat = await startSandbox({ edition: '2026' })
    await wechat.post('/sandbox/templates', {
      templateId: 'T1',
      title: '取餐提醒',
      keywords: [
        { name: '取餐号', example: 'A1', key: 'character_string1' },
        { name: '餐品', example: '咖啡', key: 'thing2' },
      ],
    })
  })
  afterAll(async () => {
    await diner?.stop()
    await wechat.close()
  })

  it('has the title and the keywords of its template, in the order of the template', async () => {
    const { url: sandbox } = wechat
    const home = '<view>home</view>'
    diner = await playPages({ home }, { sandbox })
    const { phone } = diner
    const subscribed = diner.call('requestSubscribeMessage', { tmplIds: ['T1'] })
    await phone.sees('取餐提醒')
    await phone.tap('允许')
    expect(await subscribed).toMatchObject({ T1: 'accept' })
    const data = { thing2: { value: '拿铁' }, character_string1: { value: 'B7' } }
    const message = { touser, template_id: 'T1', page: 'pages/home/home', data }
    const sent = await wechat.call('/cgi-bin/message/subscribe/send', message)
    expect(sent).toMatchObject({ errcode: 0 })

    const [notice] = await phone.notices()
    expect(notice!.split(/\n+/)).toEqual([
      // The picture of the app's first letter, and its name.
      expect.any(String),
      expect.any(String),
      expect.stringMatching(/^2018\/6\/1 /),
      '取餐提醒',
      '取餐号',
      'B7',
      '餐品',
      '拿铁',
      '进入小程序查看',
    ])
    await phone.page.getByRole('button', { name: 'English', exact: true }).click()
    await phone.page.getByRole('button', { name: 'Open in the mini-program' }).waitFor()
    expect(await phone.page.locator('.notice time').innerText()).toMatch(/^01\/06\/2018/)
  })
})
