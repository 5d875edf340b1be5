import { describe, expect, it } from '@jest/globals'
import { createPushes } from '../../server/pushes/pushes.ts'
import { pushRules } from '../../server/rules/pushes.ts'
import { createApps } from '../../server/runtime/apps.ts'
import { StoreUnavailableError, type RecordPush } from '../../server/store/store.ts'
import { createFakeWorld } from '../support/fake-world.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import {
  encrypted,
  framed,
  nowMs,
  padded,
  settings,
  signed,
  text,
} from '../verify/push/platform.ts'

const app = {
  appId: settings.appId,
  secret: 's',
  edition: '2026',
  pushToken: settings.token,
  pushAesKey: settings.aesKey,
} as const

function begin(
  record: (input: RecordPush) => Promise<'accepted' | 'duplicate'>,
  rest: Partial<Parameters<typeof createPushes>[0]> = {},
) {
  const monotonic = createDrivenMonotonic()
  const world = { ...createFakeWorld(nowMs), monotonic }
  const pushes = createPushes({
    apps: createApps([app]),
    store: { recordPush: record, isForwarded: async () => false },
    forwarder: { forward: async () => undefined },
    longTermTemplates: async () => () => false,
    world,
    ...rest,
  })
  const handle = (fields: object = text) => {
    const blocks = padded(framed(JSON.stringify(fields)))
    const contentType = 'application/json'
    return pushes.handle({ appId: app.appId, contentType, ...signed(encrypted(blocks)) })
  }
  return { world, pushes, handle }
}

describe('pushes', () => {
  it('are acknowledged after the write, not before', async () => {
    let written: (status: 'accepted') => void = () => {}
    const record = () => new Promise<'accepted'>((resolve) => (written = resolve))
    const { handle } = begin(record)
    let replied = false
    const reply = handle().finally(() => (replied = true))
    await new Promise(setImmediate)
    expect(replied).toBe(false)
    written('accepted')
    expect(await reply).toMatchObject({ status: 200, body: 'success' })
  })

  it('that cannot be written in time get 503, so that WeChat sends them again', async () => {
    const { handle, world } = begin(() => new Promise(() => {}))
    const reply = handle()
    await world.monotonic.waitedFor(pushRules.recordWithinMs)
    world.monotonic.advance(pushRules.recordWithinMs)
    expect(await reply).toMatchObject({ status: 503 })
    expect(pushRules.recordWithinMs).toBeLessThan(5_000)
  })

  it('get 503 while the database is unavailable', () => {
    const { pushes } = begin(async () => 'accepted')
    expect(pushes.refuse(new StoreUnavailableError('unavailable'))).toMatchObject({ status: 503 })
    expect(pushes.refuse(new Error('a mistake'))).toMatchObject({ status: 500, body: 'failed' })
  })

  it('give the hook the rest of the five seconds', async () => {
    let leftMs = Infinity
    const { handle, world } = begin(
      async () => {
        world.monotonic.advance(3_000)
        return 'accepted'
      },
      { onPush: () => new Promise(() => {}) },
    )
    const { after } = world.monotonic
    world.monotonic.after = (ms, task) => {
      leftMs = ms
      return after(ms < 2_000 ? 0 : ms, task)
    }
    expect(await handle()).toMatchObject({ status: 200, body: 'success' })
    expect(leftMs).toBeLessThanOrEqual(pushRules.answerWithinMs - 3_000)
    expect(leftMs).toBeGreaterThan(1_000)
    expect(pushRules.answerWithinMs).toBeLessThan(5_000)
  })

  it('happened at the platform’s time, but never later than now', async () => {
    const seen: RecordPush[] = []
    const { handle } = begin(async (input) => {
      seen.push(input)
      return 'accepted'
    })
    await handle()
    await handle({ ...text, CreateTime: text.CreateTime + 600 })
    expect(seen.map(({ atMs }) => atMs)).toEqual([text.CreateTime * 1_000, nowMs])
  })

  it('encrypted under the key before a rotation are still read', async () => {
    const { handle } = begin(async () => 'accepted', {
      apps: createApps([
        { ...app, pushAesKey: 'B'.repeat(42) + 'A', previousPushAesKey: settings.aesKey },
      ]),
    })
    expect(await handle()).toMatchObject({ status: 200, body: 'success' })
  })
})
