import { describe, expect, it } from '@jest/globals'
import { createLongTermTemplates } from '../../server/pushes/long-term-templates.ts'
import type { AuthorizedReply } from '../../server/wechat/reply.ts'
import type { SubscribeTemplate } from '../../server/wechat/subscribe-templates.ts'
import { createStillWorld } from '../support/still-world.ts'

const app = { appId: 'wx123456', secret: 's', edition: '2026' } as const
const row = (templateId: string, term: SubscribeTemplate['term']): SubscribeTemplate => ({
  templateId,
  title: '',
  content: '',
  example: '',
  term,
  enums: {},
})

function begin(...replies: (AuthorizedReply<SubscribeTemplate[]> | 'never')[]) {
  const world = createStillWorld()
  let calls = 0
  const list = () => {
    const reply = replies[calls++]
    return reply === 'never' || !reply
      ? new Promise<AuthorizedReply<SubscribeTemplate[]>>(() => {})
      : Promise.resolve(reply)
  }
  const longTerm = createLongTermTemplates({
    world,
    wechatOf: () => ({ newtmpl: { list } as never }),
  })
  return { world, longTerm, calls: () => calls }
}
const rows = (...body: SubscribeTemplate[]): AuthorizedReply<SubscribeTemplate[]> => ({
  result: 'answered',
  errcode: 0,
  errmsg: '',
  body,
})

describe('long-term templates', () => {
  it('are asked for once, when one is not known', async () => {
    const { longTerm, calls } = begin(rows(row('A', 'once'), row('B', 'long')))
    const isLongTerm = await longTerm(app, ['A'])
    expect(['A', 'B', 'C'].map(isLongTerm)).toEqual([false, true, false])
    expect((await longTerm(app, ['B', 'A']))('B')).toBe(true)
    expect(calls()).toBe(1)
  })

  it('are asked for again for a stranger, at most once a minute', async () => {
    const { longTerm, calls, world } = begin(rows(), rows(row('C', 'long')))
    expect((await longTerm(app, ['C']))('C')).toBe(false)
    await longTerm(app, ['C'])
    expect(calls()).toBe(1)
    world.monotonic.advance(60_000)
    expect((await longTerm(app, ['C']))('C')).toBe(true)
    expect(calls()).toBe(2)
  })

  it('are not waited for longer than a second', async () => {
    const { longTerm, world } = begin('never')
    const startedMs = world.monotonic.now()
    expect((await longTerm(app, ['A']))('A')).toBe(false)
    expect(world.monotonic.now() - startedMs).toBe(1_000)
  })

  it('stay known when WeChat does not answer any more', async () => {
    const away: AuthorizedReply<never> = { result: 'not_sent', cause: new Error('away') }
    const { longTerm, world } = begin(rows(row('B', 'long')), away)
    await longTerm(app, ['B'])
    world.monotonic.advance(60_000)
    expect((await longTerm(app, ['B', 'C']))('B')).toBe(true)
  })

  it('are not asked for in the edition of 2018, nor when nothing was agreed to', async () => {
    const { longTerm, calls } = begin(rows())
    await longTerm({ ...app, edition: '2018' }, ['A'])
    await longTerm(app, [])
    expect(calls()).toBe(0)
  })
})
