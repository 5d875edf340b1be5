import { describe, expect, it } from '@jest/globals'
import { askHook } from '../../server/pushes/pushes.ts'
import type { PushHook } from '../../server/pushes/pushes.ts'
import type { MessagePush } from '../../server/verify/push/push.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { createStillWorld } from '../support/still-world.ts'

const push: MessagePush = {
  type: 'text',
  content: 'hi',
  fromUserName: 'alice',
  toUserName: 'gh_1',
  createTimeMs: 0,
  dedupeKey: '1',
  format: 'json',
  raw: {},
}

const createWorld = (nowMs?: number) => ({
  ...createStillWorld(nowMs),
  monotonic: createDrivenMonotonic(),
})
const ask = (hook: PushHook, world = createWorld()) =>
  askHook(hook, push, { appId: 'wx123456', withinMs: 4_000 }, world)

describe('the hook', () => {
  it('is not waited for longer than it may take, and what it then throws harms nobody', async () => {
    const world = createWorld()
    let fail: (error: Error) => void = () => {}
    const never: PushHook = () => new Promise((_, reject) => (fail = reject))
    const answer = ask(never, world)
    await world.monotonic.waitedFor(4_000)
    world.monotonic.advance(4_000)
    expect(await answer).toBeUndefined()
    fail(new Error('much later'))
    await new Promise(setImmediate)
    expect(world.lines.join()).toMatch(/took too long[^]*failed/)
  })

  it('may throw at once, and answer nothing', async () => {
    const throws = (() => {
      throw new Error('at once')
    }) as PushHook
    expect(await ask(throws)).toBeUndefined()
    expect(await ask(async () => {})).toBeUndefined()
  })

  it('answers to whom the message came from', async () => {
    const world = createWorld(1_500)
    const text = await ask(async () => ({ reply: 'hello' }), world)
    expect(JSON.parse(text ?? '')).toEqual({
      ToUserName: 'alice',
      FromUserName: 'gh_1',
      CreateTime: 1,
      MsgType: 'text',
      Content: 'hello',
    })
  })
})
