import { describe, expect, it } from '@jest/globals'
import { start, submit } from '../support/phone/start'
import type { Running } from '../support/phone/start'

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
