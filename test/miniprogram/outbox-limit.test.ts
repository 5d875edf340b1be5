import { describe, expect, it } from '@jest/globals'
import type { DroppedEvent } from '../../miniprogram/client'
import { start, submit, type Running } from '../support/phone/start'

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

/** The next writes throw, this many. */
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
  it('of storage, credits and arrivals stay, and onDrop names each share [case 33]', async () => {
    const running = offline()
    for (let n = 0; n < 4; n++) {
      submit(running.reach, `form-${n}`)
      arrive(running, n)
      await share(running)
    }
    running.phone.storage.limitTo(JSON.stringify(running.phone.storage.get('wx-reach:1:1')).length)
    submit(running.reach, 'form-5')
    expect(running.dropped.map(({ event, reason }) => [event.type, reason])).toEqual(
      Array.from({ length: 4 }, () => ['share.started', 'storage_full']),
    )
    expect(kinds(running).sort()).toEqual([
      ...Array.from({ length: 5 }, () => 'form.submitted'),
      ...Array.from({ length: 4 }, () => 'share.opened'),
    ])
  })

  it('of its own, the library holds some 2,000 credits in storage and 100 in memory', () => {
    const running = offline()
    for (let n = 0; n < 2800; n++) submit(running.reach, `form-${n}`)
    const { length } = kinds(running)
    expect(length).toBeGreaterThan(2000)
    expect(running.dropped).toHaveLength(2800 - length)
    expect(new Set(running.dropped.map(({ reason }) => reason))).toEqual(new Set(['storage_full']))
    running.phone.storage.reads.splice(0)
    submit(running.reach, 'one-more')
    expect(running.phone.storage.reads.length).toBeGreaterThan(0)
    expect(running.phone.storage.reads.length).toBeLessThan(5)
    running.life.kill()
    const next = start({ phone: running.phone })
    expect(kinds(next).length).toBe(length - 100)
  })
})

describe('the limit of the queue', () => {
  const stored = ({ phone }: Running) =>
    phone.storage
      .keys()
      .reduce((sum, key) => sum + JSON.stringify(phone.storage.get(key)).length, 0)

  it('is one of bytes: the oldest shares between credits go, and credits still fit', async () => {
    const running = offline()
    let forms = 0
    let n = 0
    const mixed = async () => {
      if (n++ % 15 === 3) submit(running.reach, `form-${forms++}`)
      else await share(running)
    }
    while (!running.dropped.length) await mixed()
    expect(running.dropped.length).toBeLessThan(60)
    for (let more = 0; more < 500; more++) await mixed()
    const shares = running.reach.inspect().queued.filter(({ type }) => type === 'share.started')
    const latest = Math.max(...running.dropped.map(({ event }) => event.at))
    expect(Math.min(...shares.map(({ at }) => at))).toBeGreaterThan(latest)
    expect(stored(running)).toBeGreaterThan(150_000)
    for (let late = 0; late < 300; late++) submit(running.reach, `form-${forms++}`)
    expect(new Set(running.dropped.map(({ event }) => event.type))).toEqual(
      new Set(['share.started']),
    )
    expect(stored(running)).toBeGreaterThan(150_000)
    running.life.kill()
    const queued = kinds(start({ phone: running.phone }))
    expect(queued.filter((type) => type === 'form.submitted')).toHaveLength(forms)
  }, 20_000)

  it('is searched for shares again after some have come', async () => {
    const running = offline()
    for (let forms = 0; forms < 2800; forms++) submit(running.reach, `form-${forms}`)
    running.phone.network.online = true
    await running.reach.flush()
    running.phone.network.online = false
    running.dropped.splice(0)
    while (!running.dropped.length) await share(running)
    submit(running.reach, 'form-last')
    running.life.kill()
    expect(kinds(start({ phone: running.phone }))).toContain('form.submitted')
  }, 20_000)

  it('is not reached by postponed events that are alone in their segments', async () => {
    const running = offline()
    for (let n = 0; n < 800; n++) submit(running.reach, `form-${n}`)
    running.phone.server.judge = ({ formId }: { formId?: string } & object) =>
      formId!.endsWith('0') ? { status: 'retry', reason: 'rate_limited' } : undefined
    running.phone.network.online = true
    await running.reach.flush()
    expect(kinds(running)).toHaveLength(80)
    expect(running.phone.storage.keys().length).toBeLessThan(8)
  })

  it('keeps all intact events over a kill while segments are merged', async () => {
    for (let point = 0; point < 6; point++) {
      const running = offline()
      for (let n = 0; n < 60; n++) submit(running.reach, `form-${n}`)
      const { platform } = running.life
      let left = point
      const dying =
        <Given extends unknown[]>(call: (...given: Given) => void) =>
        (...given: Given) => {
          if (left-- === 0) running.life.kill()
          call(...given)
        }
      platform.setStorageSync = dying(platform.setStorageSync)
      platform.removeStorageSync = dying(platform.removeStorageSync)
      running.phone.server.judge = ({ formId }: { formId?: string } & object) =>
        /[02468]$/.test(formId!) ? { status: 'retry', reason: 'rate_limited' } : undefined
      running.phone.network.online = true
      await Promise.race([running.reach.flush(), running.phone.clock.advance(1000)])
      running.phone.server.judge = () => undefined
      const next = start({ phone: running.phone })
      const ids = next.reach.inspect().queued.map(({ id }) => id)
      expect(new Set(ids).size).toBe(ids.length)
      await next.reach.flush()
      expect(running.phone.server.events).toHaveLength(60)
    }
  })
})

describe('a storage that has room', () => {
  it('and fails every other time costs no share', async () => {
    const running = offline()
    for (let n = 0; n < 60; n++) await share(running)
    const { platform } = running.life
    const { setStorageSync } = platform
    let writes = 0
    platform.setStorageSync = (key, value) => {
      if (writes++ % 2 === 0) throw new Error('setStorageSync:fail busy')
      setStorageSync(key, value)
    }
    for (let n = 0; n < 9; n++) submit(running.reach, `form-${n}`)
    expect(running.dropped).toEqual([])
    expect(kinds(running)).toHaveLength(69)
  })

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
    submit(running.reach, 'form-5')
    running.life.kill()
    expect(kinds(start({ phone: running.phone }))).toHaveLength(65)
  })
})

describe('what fire has found', () => {
  it('does not report a share as dropped that a full storage still holds', async () => {
    const running = offline()
    submit(running.reach, 'form-0')
    await share(running)
    running.phone.storage.limitTo(0)
    submit(running.reach, 'form-1')
    expect(running.dropped).toEqual([])
    running.phone.storage.limitTo(100_000)
    running.phone.network.online = true
    await running.reach.flush()
    expect(running.phone.server.events).toHaveLength(3)
  })

  it('does not report an acknowledged share as dropped, though storage keeps it', async () => {
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
    running.phone.storage.set('wx-reach:1:1', [{ id }])
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
    const replies = [{ status: 201, body: '' }]
    network.reply = (request) => replies.shift() || server.reply(request)
    submit(running.reach, 'form-1')
    await clock.advance(2000)
    expect(network.bodies('/v1/session')).toHaveLength(2)
    expect(network.requests.every(({ path, token }) => path === '/v1/session' || token)).toBe(true)
    expect(server.events).toHaveLength(1)
  })
})
