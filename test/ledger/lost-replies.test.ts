import { describe, expect, it } from '@jest/globals'
import { StoreUnavailableError, type MessageStore } from '../../server/store/store.ts'
import { createDeferred } from '../support/deferred.ts'
import { answered, appId, createLedgerFixture, request, type Answer } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const

/** Executes the operation and loses its first reply: the connection breaks at the commit. */
function losing(store: MessageStore, operation: 'settle' | 'claimMessages'): MessageStore {
  let isLost = false
  async function lose<Result>(result: Promise<Result>): Promise<Result> {
    await result
    if (isLost) return result
    isLost = true
    throw new StoreUnavailableError('The reply was lost.')
  }
  return operation === 'settle'
    ? { ...store, settle: (input) => lose(store.settle(input)) }
    : { ...store, claimMessages: (input) => lose(store.claimMessages(input)) }
}

const noReply: Answer = new Promise(() => {})

describe('a lost reply of the database', () => {
  it('ends no credit that was not presented to WeChat', async () => {
    const fixture = createLedgerFixture()
    for (const ref of ['f1', 'f2', 'f3']) await fixture.credit(ref)
    fixture.answers.push(answered(41028))
    const ledger = fixture.another('one', losing(fixture.store, 'settle'))
    const sent = await ledger.send(app, request, 'key')
    await ledger.idle()
    expect(await fixture.uses()).toEqual({ free: 1, reserved: 1 })
    fixture.world.monotonic.advance(60_000)
    expect(await ledger.resume()).toBe(1)
    expect(fixture.presented).toEqual(['f1', 'f2'])
    expect(
      sent.was === 'new' && (await fixture.store.findMessage(appId, sent.message.id)),
    ).toMatchObject({ state: 'sent', rejectedCredits: 1 })
    expect(await fixture.uses()).toEqual({ free: 1, reserved: 0 })
    await fixture.store.close()
  })

  it('causes no second call for a message that a killed process may have sent', async () => {
    const fixture = createLedgerFixture()
    await fixture.credit('p1', 'payment')
    fixture.answers.push(noReply)
    const sent = await fixture.another('killed').send(app, request, 'key')
    fixture.world.monotonic.advance(60_000)
    const ledger = fixture.another('second', losing(fixture.store, 'claimMessages'))
    await expect(ledger.resume()).rejects.toThrow('lost')
    fixture.world.monotonic.advance(60_000)
    expect(await ledger.resume()).toBe(1)
    expect(fixture.presented).toEqual(['p1'])
    expect(
      sent.was === 'new' && (await fixture.store.findMessage(appId, sent.message.id)),
    ).toMatchObject({ state: 'unknown' })
    await fixture.store.close()
  })
})

describe('a call that ends after a takeover of its message', () => {
  it('changes nothing, even if its own process has the lease again', async () => {
    const fixture = createLedgerFixture()
    await fixture.credit('f1')
    const reply = createDeferred<Awaited<Answer>>()
    fixture.answers.push(reply.promise, noReply, noReply)
    const [first, second] = [fixture.another('first'), fixture.another('second')]
    const sent = await first.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    for (const one of [second, first]) {
      fixture.world.monotonic.advance(60_000)
      const before = fixture.presented.length
      void one.resume()
      while (fixture.presented.length === before) await new Promise((turn) => setImmediate(turn))
    }
    reply.resolve(answered(40037))
    await sent.attempted
    fixture.world.monotonic.advance(60_000)
    expect(await first.resume()).toBe(0)
    expect(fixture.presented).toEqual(['f1', 'f1', 'f1'])
    expect(await fixture.uses()).toEqual({ free: 0, reserved: 1 })
  })
})
