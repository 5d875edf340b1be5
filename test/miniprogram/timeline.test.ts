import { describe, expect, it } from '@jest/globals'
import type { Reach, ShareContent } from '../../miniprogram/client'
import { timeline, type TimelineContent } from '../../miniprogram/client/timeline'
import type { FakePage } from '../support/phone'
import { launchApp, start as startPhone } from '../support/phone/start'
import type { Running, StartOptions } from '../support/phone/start'

const page = { route: 'pages/card', options: { id: '7' } }

function start(options?: StartOptions): Running {
  const running = startPhone(options)
  running.life.pages.push(page)
  return running
}

/** The content that the platform gets from the timeline handler of this page. */
const onTimeline = <Content extends TimelineContent | PromiseLike<TimelineContent>>(
  reach: Reach,
  content: Content,
) => timeline(reach, () => content).call(page) as Content

const withId = (query: string) => expect.stringMatching(new RegExp(`^${query}_wxr=[\\w-]{16}$`))

describe('a share to the timeline', () => {
  it('has the id in its query and no path [case 15]', () => {
    const { reach } = start()
    const content = onTimeline(reach, { title: 'mine', query: 'x=1', imageUrl: '/a.png' })
    expect(content).toEqual({ title: 'mine', query: withId('x=1&'), imageUrl: '/a.png' })
  })

  it.each([[{}], [undefined], [null]])("has the page's own query where it returns %p", (given) => {
    const { reach } = start()
    expect(onTimeline(reach, given as TimelineContent)).toEqual({ query: withId('id=7&') })
  })

  it('has nothing but the id where its query is empty', () => {
    const { reach } = start()
    expect(onTimeline(reach, { query: '' })).toEqual({ query: withId('') })
  })

  it('says that it is one, from which page, and by whom the user came', async () => {
    const parent = 'SSSSSSSSSSSSSSSS'
    const running = start({ launch: { path: 'a', query: { _wxr: parent }, scene: 1155 } })
    launchApp(running)
    onTimeline(running.reach, { title: 'mine', query: 'x=1' })
    await running.phone.clock.settle()
    expect(running.phone.server.events[1]).toMatchObject({
      type: 'share.started',
      from: 'timeline',
      page: 'pages/card',
      path: expect.stringMatching(/^\/pages\/card\?x=1&_wxr=/),
      title: 'mine',
      parentShareId: parent,
    })
  })

  it('has the same id inside a promise, and the outer query as a default [case 15]', async () => {
    const { reach, phone } = start()
    const promise = Promise.resolve({ title: 'later' })
    const content = onTimeline(reach, { query: 'x=1', promise })
    const inner = await content.promise
    expect(inner).toEqual({ title: 'later', query: content.query })
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('is the outer content where the promise is rejected or takes over three seconds', async () => {
    const { reach, phone } = start()
    const rejected: TimelineContent = onTimeline(reach, {
      title: 'outer',
      promise: Promise.reject(new Error()),
    })
    expect(await rejected.promise).toEqual({ title: 'outer', query: rejected.query })
    const never: TimelineContent = onTimeline(reach, {
      title: 'outer',
      promise: new Promise<void>(() => {}),
    })
    const late = never.promise!
    await phone.clock.advance(3000)
    expect(await late).toEqual({ title: 'outer', query: never.query })
  })

  it('may come as a promise itself', async () => {
    const { reach } = start()
    expect(await onTimeline(reach, Promise.resolve({ query: 'x=1' }))).toEqual({
      query: withId('x=1&'),
    })
  })

  it('passes this and every argument, and throws an error of the handler once [case 2]', () => {
    const { reach } = start()
    const seen: unknown[] = []
    const handler = timeline(reach, function (this: unknown, ...args: unknown[]) {
      seen.push(this, ...args)
      throw new Error('mine')
    })
    expect(() => handler.call(page, 1, 2)).toThrow('mine')
    expect(seen).toEqual([page, 1, 2])
  })

  it('is left alone where nothing may be recorded, and when the library fails', () => {
    const { reach, life } = start()
    const content = { query: 'x=1' }
    reach.consent(false)
    expect(onTimeline(reach, content)).toBe(content)
    reach.consent(true)
    life.world.now = () => {
      throw new Error('no clock')
    }
    expect(onTimeline(reach, content)).toBe(content)
    expect(onTimeline(reach, 'text' as TimelineContent)).toBe('text')
  })

  it.each<[string, (this: Shares) => TimelineContent | Promise<TimelineContent>]>([
    [
      'calls it at once',
      function () {
        const { title = '', path = '' } = this.onShareAppMessage()
        return { title, query: path.split('?')[1]! }
      },
    ],
    [
      'passes an event of its own',
      function () {
        const { path = '' } = this.onShareAppMessage({ from: 'menu' })
        return { title: 'mine', query: path.split('?')[1]! }
      },
    ],
    [
      'calls it after a wait',
      async function () {
        await Promise.resolve()
        return { ...this.onShareAppMessage(), query: 'x=1' }
      },
    ],
    [
      'calls it for its promise',
      function () {
        const promise = Promise.resolve().then(() => this.onShareAppMessage())
        return { title: 'mine', query: 'x=1', promise }
      },
    ],
  ])('that %s is one share with the page’s own handler', async (_, handler) => {
    const { reach, life, phone } = startPhone()
    const options = {
      onShareAppMessage: reach.share(() => ({ title: 'mine', path: '/pages/card?x=1' })),
      onShareTimeline: timeline(reach, handler),
    }
    const own = life.open(options, { route: 'pages/card' }) as unknown as Shares
    const content = await own.onShareTimeline()
    await phone.clock.settle()
    expect(content).toMatchObject({ title: 'mine', query: withId('x=1&') })
    expect(phone.server.events).toEqual([
      expect.objectContaining({ type: 'share.started', from: 'timeline', title: 'mine' }),
    ])
    // A share by the menu after it is another one.
    await phone.clock.advance(1000)
    await life.tapShare(own as unknown as FakePage)
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{}, { from: 'menu' }])
  })

  it('of a page whose query is not known has none, so that the platform adds it', () => {
    const { reach, life } = startPhone()
    const self = { route: 'pages/card' }
    life.pages.push(self)
    expect(timeline(reach, () => ({ title: 'mine' })).call(self)).toEqual({ title: 'mine' })
  })

  it('takes a route only from a page on the stack', async () => {
    const { reach, phone } = start()
    timeline(reach, () => ({ query: 'x=1' })).call({ route: 'Line 5' })
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([
      { page: 'pages/card', path: expect.stringMatching(/^\/pages\/card\?x=1&_wxr=/) },
    ])
  })

  it('is wrapped once', () => {
    const { reach } = start()
    const once = timeline(reach, () => ({}))
    expect(timeline(reach, once)).toBe(once)
  })
})

interface Shares {
  onShareAppMessage(event?: object): ShareContent
  onShareTimeline(): TimelineContent | Promise<TimelineContent>
}
