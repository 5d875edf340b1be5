import { describe, expect, it } from '@jest/globals'
import type { Reach } from '../../miniprogram/client'
import { timeline } from '../../miniprogram/client/timeline'
import type { TimelineContent } from '../../miniprogram/client/timeline'
import { launchApp, start } from '../support/phone/start'

const page = { route: 'pages/card', options: { id: '7' } }

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

  it('is wrapped once', () => {
    const { reach } = start()
    const once = timeline(reach, () => ({}))
    expect(timeline(reach, once)).toBe(once)
  })
})
