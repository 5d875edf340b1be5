import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { optionsOf } from '../support/phone'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone, shareIdOf } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

/** The options of a card with a ticket that is opened in a group. */
const inGroup = { scene: 1044, shareTicket: 'ticket-of-the-opener' }

describe('a page that was shared', () => {
  it('shows the group to a user who opens it there, and records the share tree', async () => {
    const operator = createOperator(demo)
    const alice = createDemoPhone(demo, 'alice')
    const first = alice.launch().share()!
    expect(first.title).toBe('来看看 wx-reach')
    await alice.settled()

    const bob = createDemoPhone(demo, 'bob')
    const page = bob.launch(optionsOf(first, inGroup))
    await bob.settled()
    const openGId = page.text('.open-gid')!
    const expected = await operator.sandbox('share-info', { openId: 'bob', group: 'sandbox' })
    expect(openGId).toBe(expected.body.openGId)
    expect(page.text('.group-name')).toBeDefined()

    const shareId = shareIdOf(first)
    expect(page.text('.share-id')).toBe(shareId)
    expect(await operator.share(shareId)).toMatchObject({
      share: { openId: 'alice', from: 'menu', opens: 1, openers: 1, openGIds: [openGId] },
      descendants: [],
    })
    expect(await operator.group(openGId)).toMatchObject({
      members: [{ openId: 'bob' }],
      shareIds: [shareId],
      arrivals: [{ openId: 'bob', shareId, scene: 1044 }],
    })

    const second = page.share('button')!
    await bob.settled()
    const carol = createDemoPhone(demo, 'carol')
    carol.launch(optionsOf(second, inGroup))
    await carol.settled()
    const { share, descendants } = await operator.share(shareId)
    expect(share).toMatchObject({ shareId, openId: 'alice', opens: 1 })
    expect(descendants).toEqual([
      expect.objectContaining({
        parentShareId: shareId,
        depth: 1,
        openId: 'bob',
        from: 'button',
        opens: 1,
      }),
    ])
    expect((await operator.group(openGId)).memberCount).toBe(2)
  })

  it('shows the share, and no group, to a user who opens it in a chat of two', async () => {
    const alice = createDemoPhone(demo, 'alice')
    const card = alice.launch().share()!
    await alice.settled()
    const dave = createDemoPhone(demo, 'dave')
    const page = dave.launch(optionsOf(card, { scene: 1007 }))
    await dave.settled()
    expect(page.text('.share-id')).toBe(shareIdOf(card))
    expect(page.text('.open-gid')).toBeUndefined()
    const { share } = await createOperator(demo).share(shareIdOf(card))
    expect(share).toMatchObject({ opens: 1, openGIds: [] })
  })

  it('says why there is no group where no ticket came along', async () => {
    const phone = createDemoPhone(demo, 'gina')
    const entry = { query: { _wxr: 'AAAAAAAAAAAAAAAA' }, scene: 1008 }
    const page = phone.launch(entry, ['getGroupEnterInfo'])
    await phone.settled()
    expect(page.text('.open-gid')).toBeUndefined()
    expect(page.text('.no-group')).toContain('没有 shareTicket')
    page.tap('.language')
    await phone.settled()
    expect(page.text('.no-group')).toContain('No shareTicket came along')
  })

  it('is no share for a user who came by themselves', async () => {
    const erin = createDemoPhone(demo, 'erin')
    const page = erin.launch()
    await erin.settled()
    expect(page.text('.no-share')).toBe('这一次不是从转发卡片打开的。')
    expect(erin.sent).toEqual([])
  })

  it('is none where the page has no share handler', () => {
    const frank = createDemoPhone(demo, 'frank')
    frank.launch()
    expect(frank.open('pages/form/form').share()).toBeUndefined()
  })
})
