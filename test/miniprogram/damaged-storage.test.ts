import { describe, expect, it } from '@jest/globals'
import { start, submit, type Running } from '../support/phone/start'

const key = 'wx-reach:1'
const form = (id: string) => ({ id, type: 'form.submitted', formId: id, page: '', at: 1 })
const delivered = ({ phone }: Running) =>
  phone.server.events.map((event) => (event as { formId?: string }).formId)

/** A life that has left this many unsent forms. */
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
  it.each([null, 0, false, '', 'rubbish', [7], { sealed: [99], events: 7 }, 'deleted'])(
    'that makes %j of the key beside the segments costs no event and leaves none behind',
    async (content) => {
      const first = leaving(200)
      if (content === 'deleted') first.phone.storage.remove(key)
      else first.phone.storage.set(key, content)
      const next = await relaunched(first)
      expect(delivered(next)).toHaveLength(201)
      expect(next.life.warnings).toEqual([])
      expect(next.phone.storage.keys()).toEqual([key])
    },
  )

  it.each([null, 0, false, 'deleted'])(
    'that makes %j of that key leaves nothing of ours after a withdrawal',
    (content) => {
      const { phone } = leaving(200)
      if (content === 'deleted') phone.storage.remove(key)
      else phone.storage.set(key, content)
      phone.storage.set('mine', 1)
      start({ phone }).reach.consent(false)
      expect(phone.storage.keys()).toEqual(['mine'])
    },
  )

  it('costs only those events of a key that it hit', async () => {
    const first = leaving(20)
    const events = first.phone.storage.get(`${key}:1`) as object[]
    first.phone.storage.set(`${key}:1`, [null, ...events, { id: 7 }])
    const next = await relaunched(first)
    expect(delivered(next)).toHaveLength(21)
    expect(next.life.warnings).toEqual([expect.stringContaining('storage_failed (set aside)')])
  })

  it('of a segment is set aside once, and costs only those events of it that it hit', async () => {
    const { phone } = start()
    phone.network.online = false
    phone.storage.set(`${key}:1`, 'rubbish')
    phone.storage.set(`${key}:2`, [form('whole-one'), null])
    const running = start({ phone })
    for (let n = 0; n < 10; n++) {
      submit(running.reach, `form-${n}`)
      expect(running.reach.inspect().queued).toHaveLength(n + 2)
    }
    expect(phone.storage.writes.filter((name) => name === `${key}:aside`)).toHaveLength(2)
    phone.network.online = true
    await running.reach.flush()
    expect(delivered(running)).toHaveLength(11)
    expect(phone.storage.keys().sort()).toEqual([key, `${key}:aside`])
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
      phone.storage.set(`${key}:1`, [form(id)])
      const before = Object.getOwnPropertyNames(Object.prototype)
      const next = await relaunched({ phone } as Running)
      expect(delivered(next)).toEqual([id, 'new'])
      expect(next.life.warnings).toEqual([])
      expect(Object.getOwnPropertyNames(Object.prototype)).toEqual(before)
      expect(Object.keys(Object)).toEqual([])
    },
  )
})

describe('a phone that fails to show what is stored', () => {
  const ids = ['f1', 'f2', 'f3']
  function withForms() {
    const running = start()
    running.phone.network.online = false
    for (const id of ids) submit(running.reach, id)
    return running
  }
  async function sent(running: Running) {
    running.phone.network.online = true
    await running.reach.flush()
    return delivered(running)
  }

  it.each(['', undefined, null])('once as %j loses nothing', async (absent) => {
    const first = withForms()
    first.life.kill()
    const dropped: unknown[] = []
    const next = start({ phone: first.phone, onDrop: (drop) => void dropped.push(drop) })
    const { platform } = next.life
    const { getStorageSync } = platform
    let absences = 1
    platform.getStorageSync = (name) =>
      name === `${key}:1` && absences-- > 0 ? absent : getStorageSync(name)
    expect(next.reach.inspect().queued).toEqual([])
    expect(next.reach.inspect().queued).toHaveLength(3)
    absences = 1
    submit(next.reach, 'f4')
    expect(next.phone.storage.get(`${key}:1`)).toHaveLength(3)
    expect(await sent(next)).toEqual([...ids, 'f4'])
    expect([dropped, next.phone.storage.keys()]).toEqual([[], [key]])
  })

  it.each([1, 2, 3])('in %d lists of keys overwrites nothing', async (times) => {
    const first = withForms()
    first.life.kill()
    const next = start({ phone: first.phone })
    const { platform } = next.life
    const { getStorageInfoSync } = platform
    let absences = times
    platform.getStorageInfoSync = () => (absences-- > 0 ? { keys: [] } : getStorageInfoSync())
    submit(next.reach, 'f4')
    submit(next.reach, 'f5')
    expect(await sent(next)).toEqual([...ids, 'f4', 'f5'])
  })

  it('overwrites no later segment either, which only the list of keys names', async () => {
    const { phone } = start()
    phone.network.online = false
    for (const n of [1, 2, 5]) phone.storage.set(`${key}:${n}`, [form(`segment-${n}`)])
    const next = start({ phone })
    const { platform } = next.life
    const { getStorageInfoSync } = platform
    platform.getStorageInfoSync = () => ({ keys: [] })
    submit(next.reach, 'a'.repeat(128))
    for (let n = 0; n < 40; n++) submit(next.reach, `${n}`.padEnd(128, 'f'))
    platform.getStorageInfoSync = getStorageInfoSync
    expect((await sent(next)).length).toBe(44)
  })

  it('in no list of keys at all still sends, also in a later life', async () => {
    const hide = ({ life }: Running) => (life.platform.getStorageInfoSync = () => ({ keys: [] }))
    const first = start()
    hide(first)
    first.phone.network.online = false
    for (const id of ids) submit(first.reach, id)
    first.life.kill()
    const next = start({ phone: first.phone })
    hide(next)
    expect(await sent(next)).toEqual(ids)
    expect(next.phone.storage.keys()).toEqual([key])
    expect(next.life.warnings).toEqual([])
  })

  it('in one list of keys leaves nothing after a withdrawal', () => {
    const first = withForms()
    first.phone.storage.set(`${key}:7`, [form('segment-7')])
    first.life.kill()
    const next = start({ phone: first.phone })
    const { platform } = next.life
    const { getStorageInfoSync } = platform
    let absences = 1
    platform.getStorageInfoSync = () => (absences-- > 0 ? { keys: [] } : getStorageInfoSync())
    next.reach.consent(false)
    expect(first.phone.storage.keys()).toEqual([])
  })

  it('does not look for what another copy of the library has sent', async () => {
    const first = withForms()
    const copy = start({ phone: first.phone })
    expect(copy.reach.inspect().queued).toHaveLength(3)
    expect(await sent(first)).toEqual(ids)
    expect(copy.reach.inspect().queued).toEqual([])
    submit(copy.reach, 'f4')
    expect(await sent(copy)).toEqual([...ids, 'f4'])
    expect(first.phone.storage.keys()).toEqual([key])
  })
})

describe('the platform’s result about a group', () => {
  it('that succeeds without data is no group, and the arrival is sent', async () => {
    const launch = { path: 'pages/a', query: {}, scene: 1044, shareTicket: 't1' }
    const { life, reach, phone } = start({ launch })
    life.platform.getGroupEnterInfo = ({ success }) => (success as () => void)()
    life.platform.getShareInfo = ({ success }) => (success as () => void)()
    life.App(reach.app({}))
    await phone.clock.settle()
    expect(phone.server.events).toMatchObject([{ group: { unavailable: 'failed' } }])
  })
})
