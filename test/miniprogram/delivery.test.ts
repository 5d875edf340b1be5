import { describe, expect, it } from '@jest/globals'
import type { DroppedEvent } from '../../miniprogram/client'
import type { PhoneReply, PhoneRequest } from '../support/phone'
import { launchApp, start, submit } from '../support/phone/start'

type Given = PhoneReply | 'hang' | 'fail'
type Reply = Given | ((request: PhoneRequest) => Given)

/** Gives these replies to `POST /v1/events` first, then those of the server. */
function replying(replies: Reply[], options: Parameters<typeof start>[0] = {}) {
  const running = start(options)
  const { network, server } = running.phone
  network.reply = (request: PhoneRequest) => {
    const given = request.path === '/v1/events' ? replies.shift() : undefined
    return (typeof given === 'function' ? given(request) : given) || server.reply(request)
  }
  return { ...running, posts: () => network.bodies('/v1/events') }
}

const problem = (status: number, code: string): PhoneReply => ({
  status,
  body: { status, title: code, detail: code, code },
  header: { 'Content-Type': 'application/problem+json' },
})

/** Acknowledges every event, under a status that our server never sends. */
const cached =
  (status: number) =>
  ({ body }: PhoneRequest): PhoneReply => {
    const events = body.events as { id: string }[]
    return { status, body: { results: events.map(({ id }) => ({ id, status: 'accepted' })) } }
  }

describe('what does not acknowledge an event', () => {
  it.each<[string, Reply]>([
    ['a 200 of a captive portal', { status: 200, body: '<html>Welcome</html>' }],
    ['a 200 with other JSON', { status: 200, body: { ok: true } }],
    [
      'a 200 whose results name no event of the batch',
      { status: 200, body: { results: [{ id: 'x', status: 'accepted' }] } },
    ],
    [
      'a 200 with an unknown word',
      { status: 200, body: { results: [{ id: null, status: 'fine' }] } },
    ],
    ['a 204', { status: 204 }],
    ["a gateway's 404", { status: 404, body: 'nginx' }],
    ['a 400 of ours', problem(400, 'invalid_body')],
    ["a gateway's 413 of a single event", { status: 413, body: 'nginx' }],
    ['a 500', { status: 500, body: 'oops' }],
    ['a 503', problem(503, 'store_unavailable')],
    ["a 500 with results in it, as a gateway's cache may have kept", cached(500)],
    ['a 202 with results in it, which promises nothing', cached(202)],
    ['a lost connection', 'fail'],
  ])('%s: it is kept, with one warning, and sent later [case 30]', async (_, given) => {
    const { phone, reach, life, posts } = replying([given])
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(posts()).toHaveLength(1)
    expect(reach.inspect().queued).toHaveLength(1)
    expect(life.warnings).toHaveLength(1)
    await phone.clock.advance(2000)
    expect(posts()).toHaveLength(2)
    expect(reach.inspect().queued).toEqual([])
  })
})

describe('what takes an event out of the queue', () => {
  it('is that the server rejects it by its id; the next event is sent [case 30]', async () => {
    const dropped: DroppedEvent[] = []
    const { phone, reach } = start({ onDrop: (drop) => dropped.push(drop) })
    phone.server.judge = (event) =>
      'formId' in event && event.formId === 'bad'
        ? { status: 'rejected', reason: 'not_a_form_id' }
        : undefined
    submit(reach, 'bad')
    submit(reach, 'good')
    await phone.clock.settle()
    expect(dropped).toEqual([
      {
        event: expect.objectContaining({ formId: 'bad' }),
        reason: 'rejected',
        detail: 'not_a_form_id',
      },
    ])
    expect(phone.server.events).toEqual([expect.objectContaining({ formId: 'good' })])
    expect(reach.inspect().queued).toEqual([])
  })

  it('is not that the server asks for it again', async () => {
    const { phone, reach } = start()
    let limited = true
    phone.server.judge = () => (limited ? { status: 'retry', reason: 'rate_limited' } : undefined)
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(phone.network.bodies('/v1/events')).toHaveLength(1)
    limited = false
    await phone.clock.advance(2000)
    expect(phone.server.events).toHaveLength(1)
  })

  it('is that it is alone and our server replies 413 to it [case 30]', async () => {
    const dropped: DroppedEvent[] = []
    const { phone, reach, posts } = replying([problem(413, 'body_too_large')], {
      onDrop: (drop) => dropped.push(drop),
    })
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(posts()).toHaveLength(1)
    expect(dropped).toEqual([
      expect.objectContaining({ reason: 'rejected', detail: 'body_too_large' }),
    ])
    expect(reach.inspect().queued).toEqual([])
  })

  it('is that a batch, split after a 413, goes through [case 30]', async () => {
    const { phone, reach, posts } = replying([
      { status: 413, body: 'nginx' },
      problem(413, 'body_too_large'),
    ])
    for (let i = 0; i < 8; i++) submit(reach, `f${i}`)
    await phone.clock.settle()
    expect(posts().map(({ events }) => events.length)).toEqual([8, 4, 2, 6])
    expect(phone.server.events).toHaveLength(8)
  })
})

describe('the backoff', () => {
  it('has one request in flight, with a time-out of its own [case 35]', async () => {
    const { phone, reach, posts } = replying(['hang'])
    submit(reach, 'f1')
    await phone.clock.settle()
    submit(reach, 'f2')
    void reach.flush()
    await phone.clock.advance(9999)
    expect(posts()).toHaveLength(1)
    await phone.clock.advance(1)
    expect(phone.network.aborted).toBe(1)
    await phone.clock.advance(2000)
    expect(phone.server.events).toHaveLength(2)
    expect(phone.network.mostInFlight).toBe(1)
  })

  it('doubles, up to five minutes, and is random below that [case 35]', async () => {
    const { phone, reach, posts } = replying(Array.from({ length: 12 }, () => ({ status: 500 })))
    phone.random = () => 0.999999
    submit(reach, 'f1')
    await phone.clock.settle()
    const waits: number[] = []
    for (let i = 1; i < 11; i++) {
      const before = phone.clock.now()
      while (posts().length === i) await phone.clock.advance(1000)
      waits.push(Math.round((phone.clock.now() - before) / 1000))
    }
    expect(waits).toEqual([2, 4, 8, 16, 32, 64, 128, 256, 300, 300])
    phone.random = () => 0
    await phone.clock.advance(300_000)
    expect(phone.server.events).toHaveLength(1)
  })

  it('waits as long as Retry-After asks, at most an hour', async () => {
    const { phone, reach, posts } = replying([
      { status: 429, body: {}, header: { 'retry-after': '30' } },
      { status: 429, body: {}, header: { 'Retry-After': '99999999' } },
    ])
    submit(reach, 'f1')
    await phone.clock.advance(29_999)
    expect(posts()).toHaveLength(1)
    await phone.clock.advance(1)
    expect(posts()).toHaveLength(2)
    await phone.clock.advance(3_600_000)
    expect(posts()).toHaveLength(3)
  })

  it.each([
    ['the network is back', (running: ReturnType<typeof start>) => running.life.setOnline(true)],
    ['the user comes back', (running: ReturnType<typeof start>) => running.life.show()],
  ])('ends when %s [case 35]', async (_, event) => {
    const running = replying(Array.from({ length: 9 }, () => ({ status: 500 })))
    running.phone.random = () => 0.999
    submit(running.reach, 'f1')
    await running.phone.clock.advance(100_000)
    const before = running.posts().length
    event(running)
    await running.phone.clock.settle()
    expect(running.posts().length).toBe(before + 1)
    expect(running.reach.inspect().failures).toBe(1)
  })

  it('holds no timer while there is nothing to send, or the app is hidden [case 35]', async () => {
    const running = replying([{ status: 500 }, { status: 500 }])
    launchApp(running)
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    expect(running.phone.clock.timers()).toBe(1)
    running.life.hide()
    await running.phone.clock.settle()
    expect(running.phone.clock.timers()).toBe(0)
    running.life.show()
    await running.phone.clock.settle()
    expect(running.reach.inspect().queued).toEqual([])
    expect(running.phone.clock.timers()).toBe(0)
  })

  it('sends one batch, not all, when the mini-program is hidden [case 36]', async () => {
    const running = replying([])
    launchApp(running)
    running.phone.network.online = false
    for (let i = 0; i < 150; i++) submit(running.reach, `f${i}`)
    await running.phone.clock.settle()
    running.phone.network.online = true
    running.life.hide()
    await running.phone.clock.settle()
    expect(running.posts().map(({ events }) => events.length)).toEqual([100])
  })

  it('makes one attempt when the mini-program is hidden, after storage [case 36]', async () => {
    const running = replying([])
    launchApp(running)
    running.phone.network.online = false
    running.phone.storage.broken = true
    submit(running.reach, 'f1')
    await running.phone.clock.settle()
    running.phone.storage.broken = false
    running.phone.network.online = true
    running.life.hide()
    expect(JSON.stringify(running.phone.storage.get('wx-reach:1:1'))).toContain('f1')
    await running.phone.clock.settle()
    expect(running.posts()).toHaveLength(1)
    expect(running.phone.server.events).toHaveLength(1)
  })
})
