import { describe, expect, it } from '@jest/globals'
import { start, submit } from './start'
import type { Running } from './start'

const key = 'wx-reach:1'
const form = (id: string) => ({ id, type: 'form.submitted', formId: id, page: '', at: 1 })
const delivered = ({ phone }: Running) =>
  phone.server.events.map((event) => (event as { formId?: string }).formId)

/** A life that has left so many forms, none of which could be sent. */
function leaving(forms: number): Running {
  const running = start()
  running.phone.network.online = false
  for (let n = 0; n < forms; n++) submit(running.reach, `form-${n}`)
  running.life.kill()
  running.phone.network.online = true
  return running
}

async function relaunched({ phone }: Running): Promise<Running> {
  const next = start({ phone })
  submit(next.reach, 'new')
  await next.reach.flush()
  return next
}

describe('damage in storage', () => {
  it.each([
    ['a word in its place', 'rubbish'],
    ['a list in its place', [7]],
    ['no list of segments in it', { events: [], sealed: { 0: 0 } }],
  ])('of the key that leads to the segments (%s) costs no segment', async (_, content) => {
    const first = leaving(200)
    const segments = first.phone.storage.keys().filter((name) => name !== key)
    const whole = segments.flatMap((name) => first.phone.storage.get(name) as object[])
    expect(whole.length).toBeGreaterThan(150)
    first.phone.storage.set(key, content)
    const next = await relaunched(first)
    expect(delivered(next)).toHaveLength(whole.length + 1)
    expect(next.life.warnings).toEqual([expect.stringContaining('storage_failed (set aside)')])
    expect(next.phone.storage.keys().sort()).toEqual([key, `${key}:aside`])
  })

  it('costs only those events of a key that it hit', async () => {
    const first = leaving(20)
    const { events, ...rest } = first.phone.storage.get(key) as { events: object[] }
    first.phone.storage.set(key, { ...rest, events: [null, ...events, { id: 7 }] })
    expect(delivered(await relaunched(first))).toHaveLength(21)
  })

  it('of a segment is set aside once, and costs only those events of it that it hit', async () => {
    const { phone } = start()
    phone.network.online = false
    phone.storage.set(key, { events: [], sealed: [0, 1] })
    phone.storage.set(`${key}:0`, 'rubbish')
    phone.storage.set(`${key}:1`, [form('whole-one'), null])
    const running = start({ phone })
    for (let n = 0; n < 10; n++) {
      submit(running.reach, `form-${n}`)
      expect(running.reach.inspect().queued).toHaveLength(n + 2)
    }
    expect(phone.storage.writes.filter((name) => name === `${key}:aside`)).toHaveLength(2)
    phone.network.online = true
    await running.reach.flush()
    expect(delivered(running)).toHaveLength(11)
    expect(phone.storage.get(key)).toMatchObject({ sealed: [] })
  })

  it.each([[{}], [7], [['a']]])('that makes %j of the token ends with a sign-in', async (token) => {
    const first = start()
    submit(first.reach, 'f1')
    await first.phone.clock.settle()
    const { storage } = first.phone
    storage.set(key, { ...(storage.get(key) as object), token })
    const next = await relaunched(first)
    expect(delivered(next)).toEqual(['f1', 'new'])
    expect(next.phone.network.requests.filter(({ path }) => path === '/v1/session')).toHaveLength(2)
  })

  it.each(['toString', 'constructor', '__proto__', 'hasOwnProperty'])(
    'that makes %s of an id neither stops the queue nor leaves a trace on all objects',
    async (id) => {
      const { phone } = start()
      phone.storage.set(key, { events: [form(id)], sealed: [] })
      const before = Object.getOwnPropertyNames(Object.prototype)
      const next = await relaunched({ phone } as Running)
      expect(delivered(next)).toEqual([id, 'new'])
      expect(next.life.warnings).toEqual([])
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
      expect(Object.keys(Object)).toEqual([])
    },
  )
})

describe('the platform’s answer about a group', () => {
  it('that is called a success and holds nothing is no group, and the arrival is sent', async () => {
    const launch = { path: 'pages/a', query: {}, scene: 1044, shareTicket: 't1' }
    const { life, reach, phone } = start({ launch })
    life.platform.getGroupEnterInfo = ({ success }) => (success as () => void)()
    life.platform.getShareInfo = ({ success }) => (success as () => void)()
    life.App(reach.app({}))
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ group: { unavailable: 'failed' } }])
  })
})
