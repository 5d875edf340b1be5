import { describe, expect, it } from '@jest/globals'
import type { DroppedEvent } from '../../miniprogram/client'
import { launchApp, start, submit, type Running } from '../support/phone/start'

const formIds = ({ phone }: Running) =>
  phone.server.events.map((event) => (event as { formId?: string }).formId)

function offline(options: Parameters<typeof start>[0] = {}): Running {
  const running = start(options)
  running.phone.network.online = false
  return running
}

describe('the queue', () => {
  it('is in storage before anything is sent [case 29]', () => {
    const { reach, phone } = start()
    submit(reach, 'f1')
    expect(phone.network.requests).toEqual([])
    expect(JSON.stringify(phone.storage.get('wx-reach:1:1'))).toContain('f1')
  })

  it('writes one small key for a capture, and reads one at launch, with any queue', async () => {
    const first = offline()
    for (let i = 0; i < 500; i++) submit(first.reach, `formId-${i}`)
    const { storage } = first.phone
    storage.writes.splice(0)
    submit(first.reach, 'last')
    expect(storage.writes).toEqual([expect.stringMatching(/^wx-reach:1:\d+$/)])
    expect(JSON.stringify(storage.get(storage.writes[0]!)).length).toBeLessThan(4096)
    first.life.kill()

    storage.reads.splice(0)
    const second = start({ phone: first.phone })
    expect(storage.reads).toEqual([])
    second.life.App(second.reach.app({}))
    expect(new Set(storage.reads).size).toBeLessThanOrEqual(2)
  })

  it('loses nothing, doubles nothing and keeps its order over kills [case 29]', async () => {
    let running = offline()
    const expected: string[] = []
    for (let i = 0; i < 250; i++) {
      submit(running.reach, `f${i}`)
      expected.push(`f${i}`)
      if (i % 60 === 59) {
        running.life.kill()
        running = offline({ phone: running.phone })
      }
    }
    running.phone.network.online = true
    launchApp(running)
    await running.reach.flush()
    expect(formIds(running)).toEqual(expected)
    expect(running.reach.inspect().queued).toEqual([])
    expect(running.phone.storage.keys()).toEqual(['wx-reach:1'])
  })

  it('sends again under the same id what was in flight at a kill [case 29]', async () => {
    const first = start()
    first.phone.network.reply = (request) => {
      const reply = first.phone.server.reply(request)
      return request.path === '/v1/events' ? 'hang' : reply
    }
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    first.life.kill()
    first.phone.network.reply = (request) => first.phone.server.reply(request)
    const second = start({ phone: first.phone })
    await second.reach.flush()
    const [sent, again] = second.phone.network.bodies('/v1/events')
    expect(again.events).toEqual(sent.events)
    expect(formIds(second)).toEqual(['f1'])
    expect(second.reach.inspect().queued).toEqual([])
  })

  it('merges what was captured while storage could not be read [case 32]', async () => {
    const first = offline()
    submit(first.reach, 'before')
    first.life.kill()
    const running = offline({ phone: first.phone })
    running.phone.storage.broken = true
    submit(running.reach, 'meanwhile')
    running.phone.storage.broken = false
    submit(running.reach, 'after')
    running.phone.network.online = true
    await running.reach.flush()
    expect(formIds(running)).toEqual(['before', 'meanwhile', 'after'])
  })

  it('is shared by two copies of the library without loss', async () => {
    const one = offline()
    const two = start({ phone: one.phone })
    submit(one.reach, 'one-1')
    submit(two.reach, 'two-1')
    submit(one.reach, 'one-2')
    expect(two.reach.inspect().queued).toHaveLength(3)
    one.phone.network.online = true
    const both = Promise.all([one.reach.flush(), two.reach.flush()])
    submit(two.reach, 'two-2')
    await both
    await one.phone.clock.advance(600_000)
    expect(formIds(one).sort()).toEqual(['one-1', 'one-2', 'two-1', 'two-2'])
    expect(one.reach.inspect().queued).toEqual([])
  })

  it.each([['nonsense'], [{ events: 'no list' }], [[null]], [7]])(
    'sets %j under a key of its aside and goes on [case 34]',
    async (content) => {
      const running = start()
      running.phone.storage.set('wx-reach:1:1', content)
      submit(running.reach, 'f1')
      await running.phone.clock.settle()
      expect(formIds(running)).toEqual(['f1'])
      expect(running.phone.storage.get('wx-reach:1:aside')).toEqual(content)
    },
  )

  it("never touches a key of the app's [case 33]", async () => {
    const running = start()
    running.phone.storage.set('mine', 1)
    running.phone.storage.limitTo(300)
    for (let i = 0; i < 150; i++) submit(running.reach, `f${i}`)
    running.reach.consent(false)
    expect(running.phone.storage.get('mine')).toBe(1)
  })

  it('keeps the order of capture when the clock jumps back [case 39]', async () => {
    const running = offline()
    submit(running.reach, 'first')
    running.phone.clock.jump(-86_400_000)
    submit(running.reach, 'second')
    running.phone.network.online = true
    await running.reach.flush()
    expect(formIds(running)).toEqual(['first', 'second'])
    const [{ sentAt, events }] = running.phone.network.bodies('/v1/events')
    expect([sentAt - events[0].at, sentAt - events[1].at]).toEqual([-86_400_000, 0])
  })
})

describe('a full storage', () => {
  const share = (running: Running) => {
    running.reach.share(() => ({ path: '/a' }))()
    return running.phone.clock.advance(1000)
  }

  it('gives up shares before credits, and says so', async () => {
    const dropped: DroppedEvent[] = []
    const running = offline({ onDrop: (drop) => dropped.push(drop) })
    for (let i = 0; i < 5; i++) await share(running)
    submit(running.reach, 'f1')
    const size = JSON.stringify(running.phone.storage.get('wx-reach:1:1')).length
    running.phone.storage.limitTo(size + 20)
    submit(running.reach, 'f2')
    expect(dropped.map(({ event, reason }) => [event.type, reason])).toEqual(
      Array.from({ length: 5 }, () => ['share.started', 'storage_full']),
    )
    expect(running.reach.inspect().queued.map(({ type }) => type)).toEqual([
      'form.submitted',
      'form.submitted',
    ])
    expect(JSON.stringify(running.phone.storage.get('wx-reach:1:1'))).toContain('f2')
  })

  it('leaves events in memory, and takes them when there is room [case 33]', async () => {
    const running = offline()
    running.phone.storage.limitTo(0)
    submit(running.reach, 'f1')
    expect(running.reach.inspect().queued).toHaveLength(1)
    running.phone.storage.limitTo(100_000)
    submit(running.reach, 'f2')
    expect(JSON.stringify(running.phone.storage.get('wx-reach:1:1'))).toContain('f1')
    running.phone.storage.limitTo(0)
    submit(running.reach, 'f3')
    running.phone.network.online = true
    await running.reach.flush()
    expect(formIds(running)).toEqual(['f1', 'f2', 'f3'])
    running.phone.storage.limitTo(100_000)
    submit(running.reach, 'f4')
    await running.reach.flush()
    const sent = running.phone.network.bodies('/v1/events').map(({ events }) => events.length)
    expect(sent).toEqual([3, 1])
  })

  it('costs no share that memory can still hold', async () => {
    const dropped: DroppedEvent[] = []
    const running = offline({ onDrop: (drop) => dropped.push(drop) })
    running.phone.storage.broken = true
    await share(running)
    running.phone.storage.broken = false
    running.phone.network.online = true
    await running.reach.flush()
    expect(dropped).toEqual([])
    expect(running.phone.server.events).toHaveLength(1)
  })

  it('bounds memory too, and names every event that goes [case 33]', () => {
    const dropped: DroppedEvent[] = []
    const running = offline({ onDrop: (drop) => dropped.push(drop) })
    running.phone.storage.broken = true
    for (let i = 0; i < 103; i++) submit(running.reach, `f${i}`)
    expect(dropped.map(({ event }) => (event as { formId?: string }).formId)).toEqual([
      'f0',
      'f1',
      'f2',
    ])
    expect(running.reach.inspect().queued).toHaveLength(100)
  })

  it('does not send for ever what it cannot let go of', async () => {
    const running = start()
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    running.phone.network.online = false
    submit(running.reach, 'f2')
    running.phone.network.online = true
    const { setStorageSync } = running.life.platform
    running.life.platform.setStorageSync = () => {
      throw new Error('setStorageSync:fail')
    }
    await running.reach.flush()
    await running.phone.clock.settle()
    expect(running.phone.network.bodies('/v1/events')).toHaveLength(2)
    running.life.platform.setStorageSync = setStorageSync
  })
})
