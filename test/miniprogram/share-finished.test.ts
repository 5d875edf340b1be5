import { describe, expect, it } from '@jest/globals'
import type { ShareContent, ShareEvent } from '../../miniprogram/client'
import type { ShareFinished } from '../../shared/wire/index'
import { start } from '../support/phone/start'

const tap: ShareEvent = { from: 'menu', target: undefined }

describe('a base library that reports how a share ended', () => {
  it("calls the page's own callbacks with everything it gave [case 19]", async () => {
    const { reach } = start()
    const seen: unknown[] = []
    const content = reach.share(() => ({
      path: '/a',
      success: (result: unknown) => void seen.push('success', result),
      fail: (error: unknown) => void seen.push('fail', error),
      complete: (result: unknown) => void seen.push('complete', result),
    }))(tap)
    const ok = { errMsg: 'shareAppMessage:ok', shareTickets: ['t1'] }
    content.success(ok)
    content.complete(ok)
    expect(seen).toEqual(['success', ok, 'complete', ok])
  })

  it('has each of its tickets exchanged, once signed in, in their order [case 24]', async () => {
    const { reach, phone, life } = start()
    life.wx.results.getShareInfo = ({ shareTicket }: { shareTicket: string }) => ({
      encryptedData: `for ${shareTicket}`,
      iv: 'iv',
    })
    const content: ShareContent = reach.share(() => ({ path: '/a' }) as ShareContent)(tap)
    content.success!({ errMsg: 'shareAppMessage:ok', shareTickets: ['t1', 't2'] })
    await phone.clock.settle()
    const finished = phone.server.events.filter(({ type }) => type === 'share.finished')
    expect(finished).toEqual([
      expect.objectContaining({
        result: 'ok',
        shareTickets: ['t1', 't2'],
        groups: ['t1', 't2'].map((ticket) => ({
          source: 'shareInfo',
          encryptedData: `for ${ticket}`,
          iv: 'iv',
        })),
      }),
    ])
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['login', 'getShareInfo', 'getShareInfo'])
  })

  it.each([
    [[null, 't1'], ['t1']],
    [['t1', ''], ['t1']],
    [
      ['t1', 7, 't2', ['t3']],
      ['t1', 't2'],
    ],
    [['', null], undefined],
    ['t1', undefined],
  ])('of the tickets %j keeps %j: with another value the server rejects all', async (...both) => {
    const [given, kept] = both as [string[], string[] | undefined]
    const { reach, phone } = start()
    const content: ShareContent = reach.share(() => ({ path: '/a' }) as ShareContent)(tap)
    content.success!({ errMsg: 'shareAppMessage:ok', shareTickets: given })
    await phone.clock.settle()
    const [finished] = phone.server.events.filter(({ type }) => type === 'share.finished')
    const { shareTickets, groups } = finished as ShareFinished
    expect([shareTickets, groups?.length]).toEqual([kept, kept?.length])
  })

  it('keeps the first 20 tickets, and says so once', async () => {
    const { reach, phone, life } = start()
    for (let share = 0; share < 2; share++) {
      const content: ShareContent = reach.share(() => ({ path: '/a' }) as ShareContent)(tap)
      const shareTickets = Array.from({ length: 20 + share }, (_, n) => `t${n}`)
      content.success!({ errMsg: 'shareAppMessage:ok', shareTickets })
      expect(life.warnings).toHaveLength(share)
      await phone.clock.advance(1000)
    }
    expect(life.warnings).toEqual([expect.stringContaining('too_many_tickets (21)')])
    const finished = phone.server.events.filter(({ type }) => type === 'share.finished')
    expect(finished.map((event) => (event as ShareFinished).shareTickets!.length)).toEqual([20, 20])
  })

  it.each([
    ['shareAppMessage:fail cancel', 'cancel'],
    ['shareAppMessage:fail (file not found)', 'fail'],
    ['shareAppMessage:fail (network is cancelled by system)', 'fail'],
    ['shareAppMessage:fail cancelled by system', 'fail'],
    ['shareAppMessage:fail (cancel order failed)', 'fail'],
  ])('%s is %s', async (errMsg, result) => {
    const { reach, phone } = start()
    const content: ShareContent = reach.share(() => ({ path: '/a' }) as ShareContent)(tap)
    content.fail!({ errMsg })
    await phone.clock.settle()
    expect(phone.server.events[1]).toMatchObject({
      type: 'share.finished',
      result,
      message: errMsg,
    })
  })

  it('costs no ticket where the page’s own callback throws [case 19]', async () => {
    const { reach, phone } = start()
    const content: ShareContent = reach.share(() => ({
      path: '/a',
      success() {
        throw new Error('mine')
      },
      fail() {
        throw new Error('mine')
      },
    }))(tap)
    const ok = { errMsg: 'shareAppMessage:ok', shareTickets: ['t1'] }
    expect(() => content.success!(ok)).toThrow('mine')
    await phone.clock.settle()
    expect(phone.server.events[1]).toMatchObject({ result: 'ok', shareTickets: ['t1'] })
    await phone.clock.advance(1000)
    const later: ShareContent = reach.share(() => content)(tap)
    expect(() => later.fail!({ errMsg: 'shareAppMessage:fail cancel' })).toThrow('mine')
    await phone.clock.settle()
    expect(phone.server.events[3]).toMatchObject({ type: 'share.finished', result: 'cancel' })
  })

  it('ends a share once', async () => {
    const { reach, phone } = start()
    const content: ShareContent = reach.share(() => ({ path: '/a' }) as ShareContent)(tap)
    content.success!({ errMsg: 'shareAppMessage:ok' })
    content.fail!({ errMsg: 'shareAppMessage:fail' })
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(2)
  })
})
