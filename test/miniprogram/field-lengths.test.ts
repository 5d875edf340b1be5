/**
 * Nothing leaves the phone that the server would reject for its length: a rejected event is lost.
 */
import { describe, expect, it } from '@jest/globals'
import type { ShareContent, ShareEvent } from '../../miniprogram/client'
import type { ReachEvent } from '../../shared/wire/index'
import { launchApp, start, submit } from '../support/phone/start'

const tap: ShareEvent = { from: 'menu', target: undefined }
const long = (length: number) => '页'.repeat(length)

/** The events of one share and of its end at the server. */
async function eventsOf(
  content: ShareContent,
  [event]: unknown[] = [tap],
  end: (shared: ShareContent) => void = () => {},
): Promise<ReachEvent[]> {
  const { reach, phone, life } = start()
  const page = life.open({}, { route: long(2000) })
  end(reach.share(() => content).call(page, event as ShareEvent))
  await phone.clock.settle()
  return phone.server.events
}

describe('the end of a share', () => {
  it('names at most 1,024 characters of a page, in every field', async () => {
    const page = long(1024)
    expect(await eventsOf({ path: '/a' })).toMatchObject([{ page }])
    const launch = { path: long(2000), query: {}, scene: 1007 }
    const running = start({ launch })
    launchApp(running)
    running.life.open({}, { route: long(2000) })
    submit(running.reach, 'f')
    await running.phone.clock.settle()
    expect(running.phone.server.events).toMatchObject([
      { type: 'share.opened', page },
      { type: 'form.submitted', page },
    ])
  })

  it('leaves a path of more than 1,024 characters out, and the card has it whole', async () => {
    const parameter = `?_wxr=${'x'.repeat(16)}`.length
    const fits = `/${long(1023 - parameter)}`
    let shown: string | undefined
    const keep = ({ path }: ShareContent) => void (shown = path)
    const [inside] = await eventsOf({ path: fits }, [tap], keep)
    expect(inside).toMatchObject({ path: shown })
    expect(shown).toHaveLength(1024)
    const [outside] = await eventsOf({ path: `${fits}x` }, [tap], keep)
    expect(outside).not.toHaveProperty('path')
    expect(shown).toHaveLength(1025)
  })

  it('names at most 256 characters of a title, and no title that is no text', async () => {
    expect(await eventsOf({ title: long(300) })).toMatchObject([{ title: long(256) }])
    const [event] = await eventsOf({ title: 7 as never })
    expect(event).not.toHaveProperty('title')
  })

  it('names at most 256 characters of why a share failed', async () => {
    const errMsg = `shareAppMessage:fail ${long(300)}`
    const events = await eventsOf({}, [tap], ({ fail }) => fail!({ errMsg }))
    expect(events[1]).toMatchObject({ message: errMsg.slice(0, 256) })
  })

  it('exchanges at most twenty tickets of one share', async () => {
    const shareTickets = Array.from({ length: 30 }, (_, n) => `ticket-${n}`)
    const events = await eventsOf({}, [tap], ({ success }) =>
      success!({ errMsg: 'shareAppMessage:ok', shareTickets }),
    )
    const [, finished] = events as { shareTickets: string[]; groups: object[] }[]
    expect(finished!.shareTickets).toEqual(shareTickets.slice(0, 20))
    expect(finished!.groups).toHaveLength(20)
  })

  it.each(['menu', 'button', 'timeline'])('says from where it was shared: %s', async (from) => {
    expect(await eventsOf({}, [{ from }])).toMatchObject([{ from }])
  })

  it.each([{ from: 'shake' }, { from: 7 }, { from: {} }, {}, null, undefined, 'menu'])(
    'says nothing of it after %j [case 16]',
    async (event) => {
      const [started] = await eventsOf({}, [event])
      expect(started!.type).toBe('share.started')
      expect(started).not.toHaveProperty('from')
    },
  )

  it.each(['x', 'a b c d e f', '<script>', 'x'.repeat(65), '转发转发转发转发', 7, ['SSSSSSSS']])(
    'takes a foreign %j in the parameter for no share',
    async (given) => {
      const running = start({ launch: { path: 'a', query: { _wxr: given }, scene: 1007 } })
      launchApp(running)
      await running.phone.clock.advance(1000)
      running.reach.share(() => ({ path: '/a' }))(tap)
      await running.phone.clock.settle()
      const [opened, started] = running.phone.server.events
      expect(opened).not.toHaveProperty('shareId')
      expect(started).not.toHaveProperty('parentShareId')
    },
  )
})
