/** Menus, tickets, groups and codes of the testing phone. */
import { describe, expect, it } from '@jest/globals'
import { createReach, type Arrival } from '../../../miniprogram/client'
import { scene } from '../../../miniprogram/client/scene'
import { createPhone, type Life } from '../../../miniprogram/client/testing'
import type { Platform } from '../../../miniprogram/client/platform'

const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const

/** The library on this life, and the arrivals that it reports. */
function begin(life: Life) {
  const reach = createReach({ ...options, platform: life.platform }, life.world)
  const arrivals: Arrival[] = []
  reach.onArrival((arrival) => arrivals.push(arrival))
  life.App(reach.app({}))
  return { reach, arrivals }
}

/** What a call of `wx` gave: its result, or its error. */
const outcomeOf = (asked: unknown) => (asked as Promise<object>).catch((error: object) => error)

const sharing = { onShareAppMessage: () => ({ path: '/pages/a' }) }

describe('a share menu', () => {
  it('that is hidden has no 转发, on this page alone; a button still shares', async () => {
    const life = createPhone().start()
    const page = life.open(sharing)
    void life.platform.hideShareMenu!({})
    expect(await life.tapShare()).toBeUndefined()
    expect(await life.tapShare(page, null)).toBeUndefined()
    expect(await life.tapShare(page, { from: 'button', target: {} })).toBeDefined()
    const other = life.open(sharing)
    expect(await life.tapShare(other)).toBeDefined()
    expect(await life.tapShare(page)).toBeUndefined()
    life.back()
    void life.platform.showShareMenu!({})
    expect(await life.tapShare()).toBeDefined()
  })

  it('stays as it is where the call fails', async () => {
    const life = createPhone().start()
    life.open(sharing)
    life.wx.results.hideShareMenu = () => ({ errMsg: 'hideShareMenu:fail' })
    life.platform.hideShareMenu!({ fail() {} })
    expect(life.menuOf()).toEqual(['shareAppMessage'])
  })

  it('shows an entry where the page has its handlers', () => {
    const life = createPhone().start()
    expect(life.menuOf()).toEqual([])
    expect(life.menuOf(life.open({}))).toEqual([])
    expect(life.menuOf(life.open(sharing))).toEqual(['shareAppMessage'])
    life.open({ ...sharing, onShareTimeline() {} })
    expect(life.menuOf()).toEqual(['shareAppMessage', 'shareTimeline'])
    void life.platform.hideShareMenu!({ menus: ['shareTimeline'] })
    expect(life.menuOf()).toEqual(['shareAppMessage'])
    void life.platform.hideShareMenu!({})
    void life.platform.showShareMenu!({ menus: ['shareAppMessage', 'shareTimeline'] })
    expect(life.menuOf()).toEqual(['shareAppMessage', 'shareTimeline'])
  })

  it.each<[keyof Platform & ('updateShareMenu' | 'showShareMenu')]>([
    ['updateShareMenu'],
    ['showShareMenu'],
  ])('gives cards a ticket after %s, until it is taken back', async (name) => {
    const life = createPhone().start()
    life.open(sharing)
    expect((await life.tapShare())!.withShareTicket).toBeUndefined()
    void life.platform[name]!({ withShareTicket: true })
    void life.platform.updateShareMenu!({ isPrivateMessage: true })
    expect(await life.tapShare()).toMatchObject({ withShareTicket: true })
    void life.platform[name]!({ withShareTicket: false })
    expect((await life.tapShare())!.withShareTicket).toBeUndefined()
  })
})

describe('a card that is opened', () => {
  /** A card of a page with or without a ticket. */
  async function cardOf(groupTicket: boolean) {
    const life = createPhone().start()
    const { reach } = begin(life)
    life.open(reach.page(sharing, { groupTicket }))
    return (await life.tapShare())!
  }

  it.each<[string, boolean, (keyof Platform)[], string | undefined, number]>([
    ['with a ticket', true, [], 'G-家人群', 1044],
    ['with a ticket, by an old phone', true, ['getGroupEnterInfo'], 'G-家人群', 1044],
    ['without a ticket', false, [], 'G-家人群', 1008],
    ['without a ticket, by an old phone', false, ['getGroupEnterInfo'], undefined, 1008],
  ])(
    'in a group %s tells the group where the phone can',
    async (_, ticket, without, openGId, at) => {
      const phone = createPhone()
      const life = phone.openCard(await cardOf(ticket), { group: '家人群' }, without)
      const { arrivals } = begin(life)
      await phone.clock.settle()
      expect(arrivals).toMatchObject([{ shareId: expect.any(String) }])
      expect(arrivals[0]!.openGId).toBe(openGId)
      const { shareTicket, scene: from } = life.wx.entered
      expect([from, typeof shareTicket]).toEqual([at, ticket ? 'string' : 'undefined'])
    },
  )

  it('in a single chat has no group, and the phone says why', async () => {
    const phone = createPhone()
    const life = phone.openCard(await cardOf(true), { scene: 1007 })
    const { arrivals } = begin(life)
    await phone.clock.settle()
    expect(arrivals).toEqual([{ shareId: expect.any(String) }])
    expect(await outcomeOf(life.platform.getGroupEnterInfo!({}))).toEqual({
      errMsg: 'getGroupEnterInfo:fail invalid scene',
      errCode: 40097,
    })
  })

  it('is the same group for all who open it there, cold or warm, by either function', async () => {
    const phone = createPhone()
    const card = await cardOf(true)
    const seen: unknown[] = []
    for (const without of [[], ['getGroupEnterInfo']] as (keyof Platform)[][]) {
      const life = phone.openCard(card, { group: '家人群' }, without)
      const { arrivals } = begin(life)
      await phone.clock.settle()
      life.hide()
      life.openCard(card, { group: '同事群' })
      await phone.clock.settle()
      seen.push(arrivals.map(({ openGId }) => openGId))
      life.kill()
    }
    expect(seen).toEqual([
      ['G-家人群', 'G-同事群'],
      ['G-家人群', 'G-同事群'],
    ])
  })

  it('keeps its group when the user comes back', async () => {
    const phone = createPhone()
    const life = phone.openCard(await cardOf(false), { group: '家人群' })
    begin(life)
    life.hide()
    life.show()
    await phone.clock.settle()
    const { encryptedData } = (await life.platform.getGroupEnterInfo!({})) as {
      encryptedData: string
    }
    expect(phone.groups.decrypt(encryptedData)).toBe('G-家人群')
  })
})

describe('getShareInfo', () => {
  const launch = { path: 'pages/a', query: {}, scene: 1044, shareTicket: 't1' }

  it('exchanges the tickets of this life: of the launch, an entry, a share', async () => {
    const phone = createPhone()
    const life = phone.start(launch)
    life.show({ ...launch, shareTicket: 't2' })
    life.open(sharing)
    const sent = { errMsg: 'shareAppMessage:ok', shareTickets: ['t3'] }
    await life.tapShare(undefined, undefined, sent)
    for (const shareTicket of ['t1', 't2', 't3', life.createTicket('家人群')]) {
      expect(await outcomeOf(life.platform.getShareInfo!({ shareTicket }))).toMatchObject({
        errMsg: 'getShareInfo:ok',
        iv: 'iv',
      })
    }
  })

  it.each([
    ['missing', undefined, /parameter error: shareTicket/],
    ['no text', 7, /parameter error: shareTicket/],
    ['empty', '', /parameter error: shareTicket/],
    ['unknown', 'never given', /^getShareInfo:fail invalid shareTicket$/],
  ])('refuses a ticket that is %s', async (_, shareTicket, words) => {
    const { platform } = createPhone().start(launch)
    const refused = await outcomeOf(platform.getShareInfo!({ shareTicket } as never))
    expect(refused).toEqual({ errMsg: expect.stringMatching(words) })
  })

  it('refuses the ticket of an earlier life', async () => {
    const phone = createPhone()
    phone.start(launch).kill()
    const { platform } = phone.start()
    const refused = await outcomeOf(platform.getShareInfo!({ shareTicket: 't1' }))
    expect(refused).toEqual({ errMsg: 'getShareInfo:fail invalid shareTicket' })
  })

  it('keeps the group of a ticket that a share reports', async () => {
    const phone = createPhone()
    const life = phone.start()
    life.open(sharing)
    const shareTickets = [life.createTicket('家人群')]
    await life.tapShare(undefined, undefined, { errMsg: 'shareAppMessage:ok', shareTickets })
    const { encryptedData } = (await outcomeOf(
      life.platform.getShareInfo!({ shareTicket: shareTickets[0]! }),
    )) as { encryptedData: string }
    expect(phone.groups.decrypt(encryptedData)).toBe('G-家人群')
  })

  it('never shows the openGId: only the server can read it', async () => {
    const phone = createPhone()
    const life = phone.openCard(
      { title: '', path: '/a', imageUrl: '', withShareTicket: true },
      { group: '家人群' },
    )
    const { shareTicket } = life.wx.entered
    const given = JSON.stringify([
      await outcomeOf(life.platform.getShareInfo!({ shareTicket: shareTicket! })),
      await outcomeOf(life.platform.getGroupEnterInfo!({})),
    ])
    expect(given).not.toMatch(/家人群|openGId|G-/)
  })
})

describe('a code that is scanned', () => {
  it('opens its page with the scene, behind which the payload and the share stand', async () => {
    const phone = createPhone()
    const shareId = 'SSSSSSSSSSSSSSSS'
    phone.server.scenes['a=1&b'] = { payload: { table: 7 }, shareId }
    const life = phone.scanCode('/pages/item/item', 'a=1&b')
    expect(life.wx.entered).toEqual({
      path: 'pages/item/item',
      query: { scene: 'a%3D1%26b' },
      scene: 1047,
    })
    const { reach, arrivals } = begin(life)
    const found = await scene(reach, life.wx.entered.query as { scene: string })
    expect(found).toEqual({ scene: 'a=1&b', payload: { table: 7 }, shareId })
    await phone.clock.settle()
    expect(arrivals).toMatchObject([{ shareId }])
  })

  it('opens its page with the query of its path, where it has no scene', () => {
    const life = createPhone().scanCode('pages/item/item?id=7', undefined, ['getShareInfo'])
    expect(life.wx.entered).toEqual({ path: 'pages/item/item', query: { id: '7' }, scene: 1047 })
    expect(life.platform.getShareInfo).toBeUndefined()
  })
})
