/** What a message keeps of its calls where the reply is late, or their process ends. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import { createDeferred } from '../support/deferred.ts'
import { answered, appId, createLedgerFixture, request } from './ledger-fixture.ts'
import type { LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const

describe('the calls of a message', () => {
  let fixture: LedgerFixture
  beforeEach(() => {
    fixture = createLedgerFixture()
  })
  afterEach(() => fixture.store.close())

  it('have a late reply in place of the time-out, with the time until it came', async () => {
    await fixture.credit('p1', 'payment')
    const late = createDeferred<Extract<AuthorizedReply<unknown>, { result: 'answered' }>>()
    const cause = new Error('time-out')
    fixture.answers.push({ result: 'unknown', cause, lateReply: late.promise })
    const { id } = await fixture.send('1')
    expect(await fixture.store.findCalls(appId, id)).toMatchObject([{ tookMs: 0, said: 'OTHER' }])
    fixture.world.monotonic.advance(9_000)
    late.resolve(answered(40037, 'in the words of WeChat') as never)
    for (let turn = 0; turn < 20; turn += 1) await new Promise(setImmediate)
    expect(await fixture.store.findCalls(appId, id)).toMatchObject([
      { tookMs: 9_000, kind: 'payment', said: { errcode: 40037 } },
    ])
  })

  it('have one that was abandoned, and the one that presents its form again', async () => {
    await fixture.credit('f1')
    fixture.answers.push(new Promise(() => {}))
    const sent = await fixture.another('dead').send(app, request, '1')
    if (sent.was !== 'new') throw new Error('The key is new.')
    fixture.world.monotonic.advance(60_000)
    await fixture.ledger.resume()
    const calls = await fixture.store.findCalls(appId, sent.message.id)
    expect(calls).toMatchObject([{ kind: 'form', said: 'ABANDONED' }, { kind: 'form' }])
    expect(calls[0]).not.toHaveProperty('tookMs')
    expect(calls[1]).not.toHaveProperty('said')
  })

  it('are none of another app', async () => {
    await fixture.credit('f1')
    const { id } = await fixture.send('1')
    expect(await fixture.store.findCalls(appId, id)).toHaveLength(1)
    expect(await fixture.store.findCalls('wx2', id)).toEqual([])
  })
})
