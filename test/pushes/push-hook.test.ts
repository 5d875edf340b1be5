import { describe, expect, it } from '@jest/globals'
import { callHook, type PushHook } from '../../server/pushes/push-hook.ts'
import type { MessagePush } from '../../server/verify/push/push.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'

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
  ...createFakeWorld(nowMs),
  monotonic: createDrivenMonotonic(),
})
const call = (hook: PushHook, world = createWorld()) =>
  callHook(hook, push, { appId: 'wx123456', withinMs: 4_000 }, world)

describe('the onPush hook', () => {
  it('is not waited for longer than its limit, and its later error is only logged', async () => {
    const world = createWorld()
    let fail: (error: Error) => void = () => {}
    const never: PushHook = () => new Promise((_, reject) => (fail = reject))
    const reply = call(never, world)
    await world.monotonic.waitedFor(4_000)
    world.monotonic.advance(4_000)
    expect(await reply).toBeUndefined()
    fail(new Error('much later'))
    await new Promise(setImmediate)
    expect(world.lines.join()).toMatch(/took too long[^]*failed/)
  })

  it('gives no reply when it throws at once or returns nothing', async () => {
    const throws = (() => {
      throw new Error('at once')
    }) as PushHook
    expect(await call(throws)).toBeUndefined()
    expect(await call(async () => {})).toBeUndefined()
  })

  it('replies to the sender of the message', async () => {
    const world = createWorld(1_500)
    const text = await call(async () => ({ reply: 'hello' }), world)
    expect(JSON.parse(text ?? '')).toEqual({
      ToUserName: 'alice',
      FromUserName: 'gh_1',
      CreateTime: 1,
      MsgType: 'text',
      Content: 'hello',
    })
  })
})
