import { describe, expect, it } from '@jest/globals'
import type { DroppedEvent } from '../../miniprogram/client'
import { launchApp, start, submit, type StartOptions } from '../support/phone/start'

const launch = { path: 'pages/home', query: {}, scene: 1044, shareTicket: 't1' }
const asking = (options: StartOptions = {}) => start({ consent: 'required', launch, ...options })

/** The server replies to the next request when it is released. */
function holdAnswer({ network, server }: ReturnType<typeof start>['phone']): () => void {
  let release = () => {}
  network.reply = (request) =>
    new Promise((resolve) => {
      release = () => resolve(server.reply(request))
    })
  return () => release()
}

describe('before the user has agreed', () => {
  it('there is no sign-in, request, group lookup or storage [case privacy]', async () => {
    const running = asking()
    launchApp(running)
    submit(running.reach, 'f1')
    running.life.hide()
    running.life.show()
    await running.reach.flush()
    expect(running.phone.network.requests).toEqual([])
    expect(running.life.wx.calls).toEqual([])
    expect(running.phone.storage.writes).toEqual([])
  })

  it('memory holds a hundred events, and onDrop names the others [case privacy]', () => {
    const dropped: DroppedEvent[] = []
    const { reach } = asking({ onDrop: (drop) => dropped.push(drop) })
    for (let i = 0; i < 101; i++) submit(reach, `f${i}`)
    expect(dropped).toEqual([
      { event: expect.objectContaining({ formId: 'f0' }), reason: 'queue_full' },
    ])
  })
})

describe('a developer who', () => {
  it.each([
    ['names no consent', undefined],
    ['takes a boolean for it', true],
    ['mistypes it', 'Granted'],
  ])('%s gets a warning, and no event is lost until consent is given', async (_, consent) => {
    const { reach, phone, life } = start({ consent: consent as never })
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(phone.network.requests).toEqual([])
    expect(life.warnings).toEqual([expect.stringContaining('#consent_missing')])
    expect(reach.inspect()).toMatchObject({ consent: 'required', queued: [{}] })
    reach.consent(true)
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })
})

describe('the answer', () => {
  it('yes sends the waiting events, with their group', async () => {
    const running = asking()
    launchApp(running)
    submit(running.reach, 'f1')
    running.reach.consent(true)
    await running.phone.clock.settle()
    expect(running.phone.server.events).toEqual([
      expect.objectContaining({
        type: 'share.opened',
        group: expect.objectContaining({ iv: 'iv' }),
      }),
      expect.objectContaining({ formId: 'f1' }),
    ])
  })

  it('no drops the waiting events, and leaves pages as they are [case privacy]', async () => {
    const running = asking()
    launchApp(running)
    submit(running.reach, 'f1')
    running.reach.consent(false)
    submit(running.reach, 'f2')
    const content = { path: '/a' }
    expect(running.reach.share(() => content)()).toBe(content)
    running.reach.consent(true)
    await running.phone.clock.settle()
    expect(running.phone.network.requests).toEqual([])
  })

  it('taken back empties the queue and drops the session [case privacy]', async () => {
    const first = start()
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    first.phone.network.online = false
    for (let i = 0; i < 80; i++) submit(first.reach, `more-${i}`)
    first.life.kill()
    const second = start({ phone: first.phone, consent: 'required' })
    second.reach.consent(false)
    expect(second.phone.storage.keys()).toEqual([])
  })

  it('taken back during the sign-in sends no further request', async () => {
    const running = start()
    submit(running.reach, 'f1')
    await Promise.resolve()
    running.reach.consent(false)
    await running.phone.clock.settle()
    expect(running.phone.network.bodies('/v1/events')).toEqual([])
  })

  it('taken back while the server gives a token leaves no token on the phone', async () => {
    const running = start()
    const { server, clock, storage } = running.phone
    const release = holdAnswer(running.phone)
    submit(running.reach, 'f1')
    await clock.settle()
    running.reach.consent(false)
    release()
    await clock.settle()
    expect(server.tokens).toHaveLength(1)
    expect(storage.keys()).toEqual([])
  })

  it('taken back removes what was set aside, and every segment', () => {
    const running = start()
    const { storage } = running.phone
    const events = [{ id: 'abcdefgh', type: 'form.submitted', formId: 'secret', page: '', at: 1 }]
    storage.set('wx-reach:1:3', events)
    storage.set('wx-reach:1:99', [...events, null])
    storage.set('mine', 1)
    submit(running.reach, 'f1')
    expect(storage.keys()).toContain('wx-reach:1:aside')
    running.reach.consent(false)
    expect(storage.keys()).toEqual(['mine'])
  })

  it('taken back while storage fails is carried out as soon as it can be', async () => {
    const running = start()
    const { network, storage, clock } = running.phone
    network.online = false
    submit(running.reach, 'f1')
    await clock.settle()
    storage.broken = true
    running.reach.consent(false)
    storage.broken = false
    running.life.hide()
    expect(storage.keys()).toEqual([])
  })

  it('taken back while storage removes nothing, given again, sends nothing old', async () => {
    const running = start()
    const { network, server, clock } = running.phone
    network.online = false
    submit(running.reach, 'before')
    running.life.platform.removeStorageSync = () => {
      throw new Error('removeStorageSync:fail')
    }
    running.reach.consent(false)
    running.reach.consent(true)
    network.online = true
    await running.reach.flush()
    await clock.settle()
    expect(running.reach.inspect().queued).toEqual([])
    expect(server.events).toEqual([])
  })

  it('taken back leaves no arrival for a new listener', () => {
    const running = start({ launch: { path: 'a', query: { _wxr: 'abcdefgh' }, scene: 1007 } })
    launchApp(running)
    const before: unknown[] = []
    running.reach.onArrival((arrival) => before.push(arrival))
    expect(before).toHaveLength(1)
    running.reach.consent(false)
    const after: unknown[] = []
    running.reach.onArrival((arrival) => after.push(arrival))
    expect(after).toEqual([])
  })

  it('taken back during a sign-in is no failure, and its token is not used later', async () => {
    const running = start()
    const { network, server, clock } = running.phone
    const release = holdAnswer(running.phone)
    submit(running.reach, 'f1')
    await clock.settle()
    running.reach.consent(false)
    release()
    await clock.settle()
    expect(running.life.warnings).toEqual([])
    network.reply = (request) => server.reply(request)
    running.reach.consent(true)
    submit(running.reach, 'f2')
    await running.reach.flush()
    expect(server.tokens).toHaveLength(2)
    expect(server.events).toMatchObject([{ formId: 'f2' }])
  })

  it('yes, after a hundred events, makes no write larger than a capture does', () => {
    const running = asking()
    const sizes: number[] = []
    const { setStorageSync } = running.life.platform
    running.life.platform.setStorageSync = (key, value) => {
      sizes.push(JSON.stringify(value).length)
      setStorageSync(key, value)
    }
    for (let n = 0; n < 100; n++) submit(running.reach, `${n}`.padEnd(32, 'f'))
    running.reach.consent(true)
    expect(running.reach.inspect().queued).toHaveLength(100)
    expect(Math.max(...sizes)).toBeLessThanOrEqual(4096)
    expect(sizes.length).toBeLessThan(20)
  })

  it('taken back while storage fails, and given again, restores nothing earlier', async () => {
    const running = start()
    const { network, server, storage } = running.phone
    network.online = false
    submit(running.reach, 'before')
    storage.broken = true
    running.reach.consent(false)
    running.reach.consent(true)
    storage.broken = false
    network.online = true
    submit(running.reach, 'after')
    await running.reach.flush()
    expect(server.events).toMatchObject([{ formId: 'after' }])
  })
})
