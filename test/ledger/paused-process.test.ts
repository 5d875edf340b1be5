/**
 * A process that was paused, as by SIGSTOP: its leases have ended before it reads the replies that
 * arrived meanwhile.
 */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { createDeferred } from '../support/deferred.ts'
import { answered, appId, createLedgerFixture, request } from './ledger-fixture.ts'
import type { Answer, LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const

describe('a process that was paused', () => {
  let fixture: LedgerFixture
  beforeEach(async () => {
    fixture = createLedgerFixture()
    await fixture.credit('p1', 'payment')
  })
  afterEach(() => fixture.store.close())

  /** The process opens a message, and reads the database's replies when the test lets it. */
  function opening() {
    const isRead = createDeferred()
    const isClaimRead = createDeferred()
    const ledger = fixture.another('this one', {
      ...fixture.store,
      openMessage: (input) => after(fixture.store.openMessage(input), isRead.promise),
      claimMessages: (input) => after(fixture.store.claimMessages(input), isClaimRead.promise),
    })
    const sent = ledger.send(app, request, 'key')
    return { ledger, sent, isRead, isClaimRead }
  }
  async function after<Value>(value: Promise<Value>, other: Promise<void>) {
    const [first] = await Promise.all([value, other])
    return first
  }
  const rest = () => new Promise(setImmediate)

  it.each([
    ['before', ['isRead', 'isClaimRead']],
    ['after', ['isClaimRead', 'isRead']],
  ] as const)(
    'makes one call, though it reads of its first lease %s it reads of its claim',
    async (_when, order) => {
      const process = opening()
      await fixture.store.findSuspensions(appId)
      fixture.world.monotonic.advance(60_000)
      const answer = createDeferred<Awaited<Answer>>()
      fixture.answers.push(answer.promise)
      const resumed = process.ledger.resume()
      await fixture.store.findSuspensions(appId)
      for (const read of order) {
        process[read].resolve()
        await rest()
      }
      expect(fixture.presented).toEqual(['p1'])
      answer.resolve(answered(0))
      expect(await resumed).toBe(1)
      const sent = await process.sent
      expect('attempted' in sent && (await sent.attempted).state).toBe('sent')
      expect(fixture.presented).toEqual(['p1'])
      expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
    },
  )

  const late = { state: 'refused', reason: { code: 'deadline' } }

  it('sends no message whose deadline has passed meanwhile', async () => {
    const { sent, isRead } = opening()
    await fixture.store.findSuspensions(appId)
    fixture.world.clock.advance(15 * 60_000)
    isRead.resolve()
    const opened = await sent
    expect('attempted' in opened && (await opened.attempted)).toMatchObject(late)
    expect(fixture.presented).toEqual([])
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('reserves no other credit for a message whose deadline has passed meanwhile', async () => {
    await fixture.credit('p2', 'payment')
    fixture.answers.push(() => {
      fixture.world.clock.advance(15 * 60_000)
      return answered(41028)
    })
    expect(await fixture.send('key')).toMatchObject({ ...late, rejectedCredits: 1 })
    expect(fixture.presented).toEqual(['p1'])
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('presents a form again after the deadline, to learn whether it was accepted', async () => {
    await fixture.credit('f1')
    // The form ends later than the payment, which goes first.
    fixture.answers.push(answered(41028), async () => {
      fixture.world.clock.advance(15 * 60_000)
      throw new Error('The reply was lost.')
    })
    fixture.answers.push(answered(41029))
    expect(await fixture.send('key')).toMatchObject({ state: 'sent', inferred: true })
    expect(fixture.presented).toEqual(['p1', 'f1', 'f1'])
  })
})
