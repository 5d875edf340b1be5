/**
 * One suite of the main flows over the base libraries of ten years: a missing function is
 * avoided and never throws.
 */
import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import type { ShareFinished, ShareOpened, ShareStarted } from '../../shared/wire/index'
import { createCard, type Life, type ShareResult } from '../support/phone'
import { baseLibraries } from '../support/phone/base-libraries'
import { launch, open, share, show, type Running } from '../support/phone/base-library-phone'
import { submit } from '../support/phone/start'

const names = (life: Life) => life.wx.calls.map(({ name }) => name)

/** The value or the error of a promise. */
const outcomeOf = (asked: Promise<unknown>) =>
  asked.then(
    (result) => result,
    (error: unknown) => error,
  )

const neverTwice = ({ life }: Running) => {
  const words = life.warnings.map((text) => /#(.+)/.exec(text)![1])
  expect(words).toEqual([...new Set(words)])
}

describe.each(baseLibraries.map((library) => [library.version, library] as const))(
  'base library %s',
  (_, library) => {
    it('signs in, and turns a submitted form into a credit', async () => {
      const { reach, phone, life } = launch(library)
      submit(reach, 'f1')
      await phone.clock.settle()
      expect(phone.network.bodies('/v1/session')).toEqual([
        expect.objectContaining({ appId: 'wx0123456789abcdef', sdkVersion: library.version }),
      ])
      expect(phone.server.events).toEqual([
        expect.objectContaining({ type: 'form.submitted', formId: 'f1' }),
      ])
      expect(life.warnings).toEqual([])
    })

    it('knows its appId, or asks the developer for it, and loses no event', async () => {
      const running = launch(library, { appId: undefined as never })
      submit(running.reach, 'f1')
      await running.phone.clock.advance(600_000)
      const knows = library.functions.includes('getAccountInfoSync')
      expect(running.phone.server.events).toHaveLength(knows ? 1 : 0)
      expect(running.reach.inspect().queued).toHaveLength(knows ? 0 : 1)
      const reported = running.life.warnings.filter((text) => text.includes('app_id_missing'))
      expect(reported).toHaveLength(knows ? 0 : 1)
      neverTwice(running)
    })

    it('puts the share id into the card, and records the control if it is known', async () => {
      const running = launch(library)
      const { card } = await share(library, running)
      expect(card.path).toMatch(/^\/pages\/card\?id=7&_wxr=[\w-]{16}$/)
      await running.phone.clock.settle()
      const [started] = running.phone.server.events
      expect(started).toMatchObject({ type: 'share.started', page: 'pages/card', title: 'mine' })
      expect((started as { from?: string }).from).toBe(library.shareEvent ? 'button' : undefined)
      expect(running.life.warnings).toEqual([])
    })

    it('shares the page itself where its handler names no path [case 10]', async () => {
      const running = launch(library)
      const { onShareAppMessage } = running.reach.page({ onShareAppMessage: () => ({}) })
      const page = show(library, running, { onShareAppMessage })
      const card = await running.life.tapShare(page, null)
      await running.phone.clock.settle()
      const [started] = running.phone.server.events as ShareStarted[]
      expect(started!.page).toBe('pages/card')
      // Without `options` the query is not known: the card is the platform's own.
      expect(started!.path).toBe(library.pageOptions ? card!.path : undefined)
      const own = library.pageOptions ? /^\/pages\/card\?id=7&_wxr=.{16}$/ : /^/
      expect(card!.path).toMatch(own)
    })

    it('hands the page’s picture on, which the card shows if it can', async () => {
      const running = launch(library)
      const content: ShareContent = { path: '/a', imageUrl: '/mine.png' }
      const page = show(library, running, running.reach.page({ onShareAppMessage: () => content }))
      const card = (await running.life.tapShare(page, null))!
      expect(card.imageUrl).toBe('/mine.png')
      const shown = library.imageUrl ? card : createCard({ ...card, imageUrl: '' }, page)
      expect(shown.imageUrl).toBe(library.imageUrl ? '/mine.png' : 'the top of the page')
      expect(running.life.warnings).toEqual([])
    })

    it('ends a request without a reply, whether or not it can be aborted', async () => {
      const { reach, phone, life } = launch(library)
      const { network, server, clock } = phone
      const replies = ['hang' as const]
      network.reply = (request) =>
        (request.path === '/v1/events' && replies.shift()) || server.reply(request)
      submit(reach, 'f1')
      await clock.advance(10_000)
      expect(network.aborted).toBe(library.requestTask ? 1 : 0)
      await clock.advance(2000)
      expect(server.events).toEqual([expect.objectContaining({ formId: 'f1' })])
      expect(life.warnings).toEqual([expect.stringContaining('server_unreachable')])
    })

    it('gives the same id to the content that is shown, at once or by a promise', async () => {
      const { reach, phone, life } = launch(library)
      const promise = Promise.resolve({ title: 'later', path: '/pages/later' })
      const given = { title: 'mine', imageUrl: '/mine.png', promise }
      const handler = reach.share<ShareContent>(() => given)
      const content = handler.call(life.open({}, { route: 'pages/card' }))
      const shown: ShareContent = library.sharePromise
        ? ((await content.promise) as object)
        : content
      const path = library.sharePromise ? '/pages/later' : '/pages/card'
      const [, shareId] = /_wxr=(.+)/.exec(content.path!)!
      expect(shown).toMatchObject({ path: `${path}?_wxr=${shareId}` })
      expect(content.imageUrl).toBe('/mine.png')
      await phone.clock.settle()
      expect(phone.server.events).toEqual([expect.objectContaining({ shareId })])
    })

    it('ends getShareInfo after its timeout, by the platform’s or by its own', async () => {
      const { reach, life, phone } = launch(library)
      const has = library.functions.includes('getShareInfo')
      const inTime = { errMsg: 'getShareInfo:fail timeout' }
      life.wx.results.getShareInfo = () => (library.shareInfoTimeout ? inTime : 'hang')
      const asked = outcomeOf(reach.getShareInfo({ shareTicket: 't', timeout: 50 }))
      await phone.clock.advance(50)
      expect(await asked).toEqual(has ? inTime : { errMsg: 'getShareInfo:fail not supported' })
    })

    it.each<[string, string, ShareResult]>([
      ['was sent', 'ok', { errMsg: 'shareAppMessage:ok', shareTickets: ['sent'] }],
      ['was cancelled', 'cancel', { errMsg: 'shareAppMessage:fail cancel' }],
      ['failed', 'fail', { errMsg: 'shareAppMessage:fail (detail message)' }],
    ])('records that a share %s, where the page gets a result', async (_name, result, outcome) => {
      const running = launch(library)
      const { seen } = await share(library, running, outcome)
      await running.phone.clock.settle()
      const finished = running.phone.server.events.slice(1) as ShareFinished[]
      const reported = library.shareCallbacks
      expect(seen).toEqual(reported ? [outcome] : [])
      expect(finished.map((event) => [event.type, event.result])).toEqual(
        reported ? [['share.finished', result]] : [],
      )
      const tickets = finished.flatMap(({ shareTickets = [] }) => shareTickets)
      expect(tickets).toEqual((reported && outcome.shareTickets) || [])
      const groups = finished.flatMap(({ groups: found = [] }) => found)
      expect(groups).toEqual(
        tickets.map(() => ({ source: 'shareInfo', encryptedData: 'encrypted-1', iv: 'iv' })),
      )
    })

    it('records the arrival, with its group if the platform gives it [case 17]', async () => {
      const { card } = await share(library, launch(library))
      const friend = open(library, card)
      await friend.phone.clock.settle()
      const shareId = /_wxr=(.+)/.exec(card.path)![1]
      const [event, ...more] = friend.phone.server.events as ShareOpened[]
      expect([event!.type, event!.shareId, more]).toEqual(['share.opened', shareId, []])
      const byEntry = library.functions.includes('getGroupEnterInfo')
      const source = library.group === 'none' ? undefined : byEntry ? 'groupEnterInfo' : 'shareInfo'
      expect((event!.group as { source?: string } | undefined)?.source).toBe(source)
      const openGId = source && 'G-group'
      expect(friend.arrivals.map((arrival) => [arrival.shareId, arrival.openGId])).toEqual([
        [shareId, openGId],
      ])
      expect(friend.life.warnings).toEqual([])
    })

    it('waits three seconds for a group that does not come, and sends the arrival', async () => {
      const { card } = await share(library, launch(library))
      const friend = open(library, card)
      for (const name of ['getShareInfo', 'getGroupEnterInfo'] as const) {
        friend.life.wx.results[name] = () => 'hang'
      }
      await friend.phone.clock.advance(6000)
      const groups = (friend.phone.server.events as ShareOpened[]).map(({ group }) => group)
      expect(groups).toEqual([library.group === 'none' ? undefined : { unavailable: 'timeout' }])
    })

    it('asks for tickets by the menu function that it has, and warns once without one', () => {
      const running = launch(library, { groupTicket: true })
      const page = running.reach.page({ onShareAppMessage: () => ({}) })
      running.life.open(page)
      running.life.open(page)
      const [menu] = (['updateShareMenu', 'showShareMenu'] as const).filter((name) =>
        library.functions.includes(name),
      )
      expect(names(running.life)).toEqual(menu ? [menu, menu] : [])
      expect(running.life.warnings.map((text) => /#(.+)/.exec(text)![1])).toEqual(
        menu ? [] : ['not_supported (showShareMenu)'],
      )
    })

    it('passes the share menu through, or fails in the platform’s words', async () => {
      const running = launch(library)
      for (const name of ['showShareMenu', 'hideShareMenu', 'updateShareMenu'] as const) {
        const words = library.functions.includes(name) ? 'ok' : 'fail not supported'
        expect(await outcomeOf(running.reach[name]())).toEqual({ errMsg: `${name}:${words}` })
      }
      neverTwice(running)
    })

    it('asks for subscriptions where it can, and says so where it cannot', async () => {
      const running = launch(library)
      running.life.wx.results.requestSubscribeMessage = () => ({ t1: 'accept' })
      const can = library.functions.includes('requestSubscribeMessage')
      const result = await outcomeOf(running.reach.subscribe({ tmplIds: ['t1'] }))
      const words = can ? 'ok' : 'fail not supported'
      expect(result).toEqual({
        errMsg: `requestSubscribeMessage:${words}`,
        ...(can ? { t1: 'accept' } : {}),
      })
      await running.phone.clock.settle()
      expect(running.phone.server.events.map(({ type }) => type)).toEqual(
        can ? ['subscription.answered'] : [],
      )
      expect(running.life.warnings).toHaveLength(can ? 0 : 1)
    })

    it('delivers after a kill what was captured offline, once', async () => {
      const first = launch(library)
      first.life.setOnline(false)
      submit(first.reach, 'f1')
      await share(library, first)
      await first.phone.clock.settle()
      first.life.kill()
      const second = launch(library, { phone: first.phone })
      await second.phone.clock.settle()
      second.life.setOnline(true)
      // Without a listener of the network, the backoff ends.
      await second.phone.clock.advance(300_000)
      const types = second.phone.server.events.map(({ type }) => type)
      expect(types).toEqual(['form.submitted', 'share.started'])
      expect(second.reach.inspect().queued).toEqual([])
      neverTwice(second)
    })
  },
)

describe('the table of base libraries', () => {
  it('removes only what the platform removed', () => {
    baseLibraries.reduce((older, newer) => {
      expect(newer.functions).toEqual(expect.arrayContaining(older.functions))
      return newer
    })
    const reported = baseLibraries.filter(({ shareCallbacks }) => shareCallbacks)
    expect(reported.map(({ version }) => version)).toEqual([
      '1.1.0',
      '1.2.0',
      '1.2.4',
      '1.5.0',
      '1.9.90',
      '2.0.8',
    ])
  })
})
