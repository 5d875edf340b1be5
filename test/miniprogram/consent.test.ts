import { describe, expect, it } from '@jest/globals'
import { launchApp, start, submit } from './start'
import type { DroppedEvent } from '../../miniprogram/client'
import type { StartOptions } from './start'

const launch = { path: 'pages/home', query: {}, scene: 1044, shareTicket: 't1' }
const asking = (options: StartOptions = {}) => start({ consent: 'required', launch, ...options })

describe('before the user has agreed', () => {
  it('there is no sign-in, no network, no question for the group and nothing in storage', async () => {
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

  it('memory holds a hundred events, and names the ones that go', () => {
    const dropped: DroppedEvent[] = []
    const { reach } = asking({ onDrop: (drop) => dropped.push(drop) })
    for (let i = 0; i < 101; i++) submit(reach, `f${i}`)
    expect(dropped).toEqual([
      { event: expect.objectContaining({ formId: 'f0' }), reason: 'queue_full' },
    ])
  })
})

describe('the answer', () => {
  it('yes sends what waited, with its group', async () => {
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

  it('no forgets what waited, and leaves pages as they are', async () => {
    const running = asking()
    submit(running.reach, 'f1')
    running.reach.consent(false)
    submit(running.reach, 'f2')
    const content = { path: '/a' }
    expect(running.reach.share(() => content)()).toBe(content)
    running.reach.consent(true)
    await running.phone.clock.settle()
    expect(running.phone.network.requests).toEqual([])
  })

  it('taken back empties the queue of earlier launches and forgets the session', async () => {
    const first = start()
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    first.phone.network.online = false
    for (let i = 0; i < 80; i++) submit(first.reach, `more-${i}`)
    first.life.kill()
    const second = start({ phone: first.phone, consent: 'required' })
    second.reach.consent(false)
    expect(second.phone.storage.keys()).toEqual(['wx-reach:1'])
    expect(second.phone.storage.get('wx-reach:1')).toMatchObject({ events: [], sealed: [] })
    expect(second.phone.storage.get('wx-reach:1')).not.toHaveProperty('token')
  })

  it('taken back during the sign-in sends nothing any more', async () => {
    const running = start()
    submit(running.reach, 'f1')
    await Promise.resolve()
    running.reach.consent(false)
    await running.phone.clock.settle()
    expect(running.phone.network.bodies('/v1/events')).toEqual([])
  })
})
