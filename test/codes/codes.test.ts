import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createCodes } from '../../server/codes/codes.ts'
import { createCodeBudget } from '../../server/limits/limits.ts'
import { becomes, lost, openCodeServer, refusal } from './code-server.ts'

let server: ReturnType<typeof openCodeServer>
beforeEach(() => void (server = openCodeServer()))
afterEach(() => server.close())

const scene = (name: string) =>
  server.codes.make(server.app, { kind: 'scene', scene: name }, 'key_1')
const path = (name: string) => server.codes.make(server.app, { kind: 'path', path: name }, 'key_1')
const used = async () => (await server.codes.usage(server.app.appId)).lasting.used
const was = async (outcome: ReturnType<typeof path>) => (await outcome).was

describe('codes of the kind scene', () => {
  it('wait for a rate slot when the minute is full, and are made then', async () => {
    for (const name of ['a', 'b', 'c']) await scene(name)
    server.world.clock.advance(55_000)
    const late = scene('d')
    let done = false
    void late.then(() => (done = true))
    await becomes(() => server.asked() === 4)
    expect({ done, calls: server.calls.length }).toEqual({ done: false, calls: 3 })
    server.world.clock.advance(5_000)
    expect(await was(late)).toBe('made')
  })

  it('are refused when the next slot is more than ten seconds away', async () => {
    for (const name of ['a', 'b', 'c']) await scene(name)
    expect(await scene('d')).toEqual({ was: 'too_many', waitMs: 60_000 })
    expect(server.calls).toHaveLength(3)
  })

  it('need no slot when they are known', async () => {
    for (const name of ['a', 'b', 'c']) await scene(name)
    expect(await was(scene('a'))).toBe('known')
  })

  it('alone take slots: a path does not wait', async () => {
    for (const name of ['a', 'b', 'c']) await scene(name)
    expect(await was(path('d'))).toBe('made')
  })

  it('stop waiting when the server closes', async () => {
    for (const name of ['a', 'b', 'c']) await scene(name)
    server.world.clock.advance(55_000)
    const late = scene('d')
    await becomes(() => server.asked() === 4)
    await server.codes.close()
    expect(await was(late)).toBe('too_many')
    expect(server.calls).toHaveLength(3)
  })
})

describe('two servers on one database', () => {
  it('share the slots of the minute', async () => {
    const { store, app, world, makers } = server
    const perMinute = { all: 3, pregenerated: 2 }
    const budgetOf = createCodeBudget({})
    const deps = {
      store,
      apps: { all: [app] },
      wechatOf: () => makers,
      world,
      budgetOf,
      perMinute,
    }
    const other = createCodes(deps)
    await scene('a')
    await scene('b')
    expect(await was(other.make(app, { kind: 'scene', scene: 'c' }, 'key_1'))).toBe('made')
    expect(await was(other.make(app, { kind: 'scene', scene: 'd' }, 'key_1'))).toBe('too_many')
    expect(await was(scene('e'))).toBe('too_many')
    expect((await other.usage(app.appId)).scene).toMatchObject({ lastMinute: 3, limit: 3 })
    await other.close()
  })
})

describe('lasting codes', () => {
  it.each([
    ['WeChat refuses it', refusal(41030), 0],
    ['WeChat is not reached', { result: 'not_sent', cause: new Error('down') } as const, 0],
    [
      'there is no token',
      { result: 'no_token', call: 'token', errcode: 40125, errmsg: '' } as const,
      0,
    ],
    ['the outcome is unknown', lost, 1],
  ])('are counted correctly when %s', async (_, reply, count) => {
    server.answers(() => reply)
    expect(await path('a')).toEqual({ was: 'refused', reply })
    expect(await used()).toBe(count)
  })

  it('are one for equal requests at the same time, also when WeChat refuses it', async () => {
    server.answers(() => refusal(-1))
    const outcomes = await Promise.all([path('a'), path('a'), path('a')])
    expect(outcomes.map((one) => one.was)).toEqual(['refused', 'refused', 'refused'])
    expect(server.calls).toHaveLength(1)
  })

  it('warn from 90,000 on', async () => {
    const { store, app, world } = server
    const counting = { ...store, countCodes: async () => counts }
    let counts = { lasting: 89_999, exhausted: false, waiting: 0 }
    const near = createCodes({
      store: counting,
      apps: { all: [app] },
      wechatOf: () => {
        throw new Error('not called')
      },
      world,
      budgetOf: createCodeBudget({}),
    })
    expect((await near.usage(app.appId)).lasting.warning).toBeUndefined()
    counts = { ...counts, lasting: 90_000 }
    expect((await near.usage(app.appId)).lasting.warning).toMatch('90000 of 100000')
  })
})
