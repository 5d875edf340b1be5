import { describe, expect, it } from '@jest/globals'
import { createLongTermTemplates } from '../../server/subscribe/long-term-templates.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import type { SubscribeTemplate } from '../../server/wechat/subscribe-templates.ts'
import { createFakeWorld } from '../support/fake-world.ts'

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
  const world = createFakeWorld()
  let calls = 0
  const list = () => {
    const reply = replies[calls++]
    return reply === 'never' || !reply
      ? new Promise<AuthorizedReply<SubscribeTemplate[]>>(() => {})
      : Promise.resolve(reply)
  }
  const longTerm = createLongTermTemplates({ world, wechatOf: () => ({ newtmpl: { list } }) })
  return { world, longTerm, calls: () => calls }
}
const rows = (...body: SubscribeTemplate[]): AuthorizedReply<SubscribeTemplate[]> => ({
  result: 'answered',
  errcode: 0,
  errmsg: '',
  body,
})

describe('long-term templates', () => {
  it('are listed once, when one is not known', async () => {
    const { longTerm, calls } = begin(rows(row('A', 'once'), row('B', 'long')))
    const isLongTerm = await longTerm(app, ['A'])
    expect(['A', 'B', 'C'].map(isLongTerm)).toEqual([false, true, false])
    expect((await longTerm(app, ['B', 'A']))('B')).toBe(true)
    expect(calls()).toBe(1)
  })

  it('are listed again for an unknown template, at most once a minute', async () => {
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

  it('stay known when WeChat can no longer be reached', async () => {
    const notSent: AuthorizedReply<never> = {
      result: 'not_sent',
      cause: new Error('no connection'),
    }
    const { longTerm, world } = begin(rows(row('B', 'long')), notSent)
    await longTerm(app, ['B'])
    world.monotonic.advance(60_000)
    expect((await longTerm(app, ['B', 'C']))('B')).toBe(true)
  })

  it('are not listed in the edition of 2018, nor when the user agreed to nothing', async () => {
    const { longTerm, calls } = begin(rows())
    await longTerm({ ...app, edition: '2018' }, ['A'])
    await longTerm(app, [])
    expect(calls()).toBe(0)
  })
})
