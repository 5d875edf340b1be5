import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

const outcome = { path: 'pages/outcome/outcome' }
const ticketsAgo = ['getGroupEnterInfo'] as const

describe('the outcome of a share', () => {
  it('is told by old base libraries, with the group that the user shared into', async () => {
    const alice = createDemoPhone(demo, 'alice')
    const page = alice.launch(outcome, [...ticketsAgo], '1.9.90')
    expect(page.text('.outcome')).toBe('还没有转发')
    const card = page.share('button')!
    await alice.settled()
    expect(page.text('.outcome')).toBe('正在选择聊天…')
    card.success!({ errMsg: 'shareAppMessage:ok', shareTickets: [alice.ticket()] })
    await alice.settled()
    expect(page.text('.outcome')).toBe('转发成功')
    const known = { openId: 'alice', group: 'sandbox' }
    const expected = await createOperator(demo).sandbox('share-info', known)
    expect(page.text('.open-gid')).toBe(expected.body.openGId)
    expect(page.text('.own-group')).toBeDefined()
  })

  it('has no group without a ticket, and none of the share before', async () => {
    const bob = createDemoPhone(demo, 'bob')
    const page = bob.launch(outcome, [...ticketsAgo], '1.9.90')
    const card = page.share()!
    // The library signs in to tell of the share, which would replace the key of the page's sign-in.
    await bob.settled()
    card.success!({ errMsg: 'shareAppMessage:ok', shareTickets: [bob.ticket()] })
    await bob.settled()
    expect(page.text('.open-gid')).toBeDefined()
    page.share()!.success!({ errMsg: 'shareAppMessage:ok' })
    await bob.settled()
    expect([page.text('.outcome'), page.text('.open-gid')]).toEqual(['转发成功', undefined])
  })

  it.each([
    ['shareAppMessage:fail cancel', '用户取消了', undefined],
    ['shareAppMessage:fail no network', '失败', 'shareAppMessage:fail no network'],
  ])('says of %s: %s', async (errMsg, shown, problem) => {
    const carol = createDemoPhone(demo, 'carol')
    const page = carol.launch(outcome, [], '2.2.5')
    page.share()!.fail!({ errMsg })
    await carol.settled()
    expect([page.text('.outcome'), page.text('.problem')]).toEqual([shown, problem])
  })

  it('is not told from 2.3.0 on, and the page says so', async () => {
    const dave = createDemoPhone(demo, 'dave')
    const page = dave.launch(outcome, [], '2.3.0')
    page.share()
    await dave.settled()
    expect(page.text('.outcome')).toBe('当前基础库不再告知')
  })
})

describe('the switches of the share menu', () => {
  it('call the functions of the platform, and show its answer', async () => {
    const phone = createDemoPhone(demo)
    const page = phone.launch(outcome)
    for (const [selector, value, name, options] of [
      ['.show-menu', false, 'hideShareMenu', {}],
      ['.show-menu', true, 'showShareMenu', {}],
      ['.take-ticket', true, 'updateShareMenu', { withShareTicket: true }],
    ] as const) {
      page.turn(selector, value)
      await phone.settled()
      expect(phone.asked(name)).toEqual([expect.objectContaining(options)])
      expect(page.text('.menu-answer')).toBe(`${name}:ok`)
    }
  })

  it('say so where the base library lacks one', async () => {
    const phone = createDemoPhone(demo)
    const page = phone.launch(outcome, ['updateShareMenu'], '1.1.0')
    page.turn('.take-ticket', true)
    await phone.settled()
    expect(page.text('.menu-answer')).toBe('updateShareMenu:fail not supported')
  })
})
