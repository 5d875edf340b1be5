import { describe, expect, it } from '@jest/globals'
import { start, submit } from './start'
import type { Running } from './start'
import type { DroppedEvent } from '../../miniprogram/client'

interface Offline extends Running {
  dropped: DroppedEvent[]
}

function offline(): Offline {
  const dropped: DroppedEvent[] = []
  const running = start({ onDrop: (drop) => dropped.push(drop) })
  running.phone.network.online = false
  return { ...running, dropped }
}

async function share({ reach, phone }: Running): Promise<void> {
  reach.share(() => ({ path: '/pages/a' }))()
  await phone.clock.advance(1000)
}

const arrive = ({ life, reach }: Running, n: number) => {
  const query = { _wxr: `share-${n}`.padEnd(16, '0') }
  life.App(reach.app({}))
  life.show({ path: 'pages/a', query, scene: 1007 })
}

/** So many of the next calls that write throw. */
function failing({ life }: Running, times: number): void {
  const { platform } = life
  const { setStorageSync } = platform
  let left = times
  platform.setStorageSync = (key, value) => {
    if (left-- > 0) throw new Error('setStorageSync:fail busy')
    setStorageSync(key, value)
  }
}

const kinds = ({ reach }: Running) => reach.inspect().queued.map(({ type }) => type)

describe('at the limit', () => {
  it('of storage, credits and arrivals stay, and onDrop names each share that went', async () => {
    const running = offline()
    for (let n = 0; n < 4; n++) {
      submit(running.reach, `form-${n}`)
      arrive(running, n)
      await share(running)
    }
    running.phone.storage.limitTo(JSON.stringify(running.phone.storage.get('wx-reach:1')).length)
    submit(running.reach, 'form-5')
    expect(running.dropped.map(({ event, reason }) => [event.type, reason])).toEqual(
      Array.from({ length: 4 }, () => ['share.started', 'storage_full']),
    )
    expect(kinds(running).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'form.submitted'),
      ...Array.from({ length: 4 }, () => 'share.opened'),
    ])
  })

  it('of what the library allows itself, some two thousand credits wait in storage and a hundred in memory', () => {
    const running = offline()
    for (let n = 0; n < 2800; n++) submit(running.reach, `form-${n}`)
    const { length } = kinds(running)
    expect(length).toBeGreaterThan(2000)
    expect(running.dropped).toHaveLength(2800 - length)
    expect(new Set(running.dropped.map(({ reason }) => reason))).toEqual(new Set(['storage_full']))
    running.phone.storage.reads.splice(0)
    submit(running.reach, 'one more')
    expect(running.phone.storage.reads.length).toBeLessThan(5)
    running.life.kill()
    const next = start({ phone: running.phone })
    expect(kinds(next).length).toBe(length - 100)
  })
})

describe('a storage that has room', () => {
  it.each([1, 2, 3, 4])('and fails %d times costs no share', async (times) => {
    const running = offline()
    for (let n = 0; n < 60; n++) await share(running)
    failing(running, times)
    submit(running.reach, 'form-1')
    submit(running.reach, 'form-2')
    expect(running.dropped).toEqual([])
    expect(kinds(running)).toHaveLength(62)
    submit(running.reach, 'form-3')
    submit(running.reach, 'form-4')
    running.life.kill()
    expect(kinds(start({ phone: running.phone }))).toHaveLength(64)
  })
})

describe('what fire has found', () => {
  it('does not call a share dropped that a storage, full for all writing, still holds', async () => {
    const running = offline()
    await share(running)
    running.phone.storage.limitTo(0)
    submit(running.reach, 'form-1')
    expect(running.dropped).toEqual([])
    running.phone.storage.limitTo(100_000)
    running.phone.network.online = true
    await running.reach.flush()
    expect(running.phone.server.events).toHaveLength(2)
  })

  it('does not call a share dropped that the server has acknowledged, though storage keeps it', async () => {
    const running = offline()
    await share(running)
    const { storage, network } = running.phone
    storage.limitTo(0)
    network.online = true
    await running.reach.flush()
    network.online = false
    submit(running.reach, 'form-1')
    storage.limitTo(260)
    submit(running.reach, 'form-2')
    expect(running.dropped).toEqual([])
    expect(running.reach.inspect().queued).toHaveLength(2)
  })

  it.each([7, {}, 'word'])('signs in anew where the token in storage is %j', async (token) => {
    const running = offline()
    submit(running.reach, 'form-1')
    const { storage, network, server } = running.phone
    storage.set('wx-reach:1', { ...(storage.get('wx-reach:1') as object), token })
    submit(running.reach, 'form-2')
    network.online = true
    await running.reach.flush()
    expect(server.events).toMatchObject([{ formId: 'form-1' }, { formId: 'form-2' }])
    expect(running.reach.inspect().queued).toEqual([])
  })

  it.each([7, 'short', {}])('does not send for ever an event whose id is %j', async (id) => {
    const running = offline()
    running.phone.storage.set('wx-reach:1', { events: [{ id }], sealed: [] })
    submit(running.reach, 'form-1')
    running.phone.network.online = true
    await running.reach.flush()
    expect(running.phone.network.bodies('/v1/events').map(({ events }) => events.length)).toEqual([
      1,
    ])
    expect(running.reach.inspect().queued).toEqual([])
  })

  it('does not take a 201 without content for a token', async () => {
    const running = start()
    const { network, server, clock } = running.phone
    const answers = [{ status: 201, body: '' }]
    network.answer = (request) => answers.shift() || server.answer(request)
    submit(running.reach, 'form-1')
    await clock.advance(2000)
    expect(network.bodies('/v1/session')).toHaveLength(2)
    expect(network.requests.every(({ path, token }) => path === '/v1/session' || token)).toBe(true)
    expect(server.events).toHaveLength(1)
  })
})
