/** WeChat has said what became of a message, and just then the database cannot write it. */
import { getMaxListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../server/store/store.ts'
import type { MessageStore } from '../../server/store/store.ts'
import { answered, appId, lost, createLedgerFixture, request } from './ledger-fixture.ts'
import type { LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const
type Writing = 'settle' | 'suspendChannel' | 'resumeChannel'

/** Refuses so many times, and changes nothing then. */
function refusing(
  store: MessageStore,
  operation: Writing,
  times: number,
  error: Error = new StoreUnavailableError('The database cannot be used: the disk is full.'),
): MessageStore {
  let left = times
  const write = store[operation] as (...args: never[]) => Promise<never>
  const refuse = async (...args: never[]) => {
    if (left === 0) return write(...args)
    left -= 1
    throw error
  }
  return { ...store, [operation]: refuse }
}

describe('a database that blips when an outcome is known', () => {
  let fixture: LedgerFixture
  beforeEach(async () => {
    fixture = createLedgerFixture()
    await fixture.credit('p1', 'payment')
  })
  afterEach(() => fixture.store.close())

  async function sendBy(messages: MessageStore) {
    const sent = await fixture.another('one', messages).send(app, request, 'key')
    if (sent.was === 'conflict') throw new Error('The key is new.')
    return sent.attempted
  }

  it.each([48001, 45009])(
    'takes no credit for a message that WeChat refused with %i, though the stop came late',
    async (errcode) => {
      fixture.answers.push(answered(errcode))
      const message = await sendBy(refusing(fixture.store, 'suspendChannel', 3))
      expect(message.state).toBe('refused')
      expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
      expect(await fixture.store.findSuspensions(appId)).toHaveLength(1)
    },
  )

  it('makes no doubt of a probe that went through', async () => {
    fixture.answers.push(answered(48001))
    await fixture.send('shuts it')
    fixture.world.clock.advance(60 * 60_000)
    const message = await sendBy(refusing(fixture.store, 'resumeChannel', 3))
    expect(message.state).toBe('sent')
    expect(await fixture.store.findSuspensions(appId)).toEqual([])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('does not resume a channel twice that was shut again between two tries', async () => {
    fixture.answers.push(answered(48001))
    await fixture.send('shuts it')
    const [shut] = await fixture.store.findSuspensions(appId)
    fixture.world.clock.advance(60 * 60_000)
    const atMs = fixture.world.clock.now()
    let isLost = true
    const message = await sendBy({
      ...fixture.store,
      async resumeChannel(...input) {
        await fixture.store.resumeChannel(...input)
        if (!isLost) return
        isLost = false
        await fixture.store.suspendChannel({ ...shut!, atMs })
        throw new StoreUnavailableError('The database cannot be used: the connection broke.')
      },
    })
    expect(message.state).toBe('sent')
    expect(await fixture.store.findSuspensions(appId)).toEqual([{ ...shut, atMs }])
  })

  it('is asked again whatever it says, also what has no name', async () => {
    fixture.answers.push(answered(40037))
    const odd = new Error('permission denied for table messages')
    const message = await sendBy(refusing(fixture.store, 'settle', 3, odd))
    expect(message.state).toBe('refused')
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('is asked no more once the process ends: the message keeps its lease', async () => {
    let tried = 0
    const settle = async () => {
      tried += 1
      if (tried === 3) ledger.abortRetries()
      throw new StoreUnavailableError('The database cannot be used: it is away.')
    }
    const ledger = fixture.another('one', { ...fixture.store, settle })
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    await expect(sent.attempted).rejects.toThrow('it is away')
    expect(tried).toBe(3)
    expect(await fixture.store.findMessage(appId, sent.message.id)).toMatchObject({
      state: 'sending',
    })
  })

  it('is asked until it is back, however long it is away', async () => {
    fixture.answers.push(answered(40037))
    const message = await sendBy(refusing(fixture.store, 'settle', 1_000))
    expect(message.state).toBe('refused')
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
    const told = fixture.world.lines.filter((line) => line.includes('could not be written'))
    expect(told).toHaveLength(1)
  })

  it('is told soon after it is back: no pause grows beyond some seconds', async () => {
    const pauses: number[] = []
    const { wait } = fixture.world.monotonic
    fixture.world.monotonic.wait = (ms, signal) => {
      pauses.push(ms)
      return wait(ms, signal)
    }
    fixture.world.random = (bytes) => Buffer.alloc(bytes, 255)
    await sendBy(refusing(fixture.store, 'settle', 8))
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000])
  })

  it('is waited for by as many messages as are in hand, which Node takes for no leak', async () => {
    const limits = new Set<number>()
    const { wait } = fixture.world.monotonic
    fixture.world.monotonic.wait = (ms, signal) => {
      limits.add(getMaxListeners(signal!))
      return wait(ms, signal)
    }
    await sendBy(refusing(fixture.store, 'settle', 2))
    expect([...limits]).toEqual([Infinity])
  })

  it('and blips again: a credit that was taken and never shown is shown once, later', async () => {
    await fixture.credit('p2', 'payment')
    fixture.answers.push(answered(41028))
    let blips = 2
    /** What is asked is done, and the answer is lost. */
    const blipping =
      <Input extends unknown[], Result>(ask: (...input: Input) => Promise<Result>) =>
      async (...input: Input) => {
        const result = await ask(...input)
        if (result !== undefined && blips-- > 0) {
          throw new StoreUnavailableError('The database cannot be used: the connection broke.')
        }
        return result
      }
    const ledger = fixture.another('one', {
      ...fixture.store,
      settle: blipping(fixture.store.settle),
      findMessage: blipping(fixture.store.findMessage),
    })
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    expect(await sent.attempted).toMatchObject({ state: 'sending', attempts: 2 })
    fixture.world.monotonic.advance(60_000)
    expect(await ledger.resume()).toBe(1)
    expect(await fixture.store.findMessage(appId, sent.message.id)).toMatchObject({ state: 'sent' })
    expect(fixture.presented).toEqual(['p1', 'p2'])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('that fails for good leaves the outcome unknown: the message is not sent again', async () => {
    const odd = new Error('violates check constraint')
    const ledger = fixture.another('one', refusing(fixture.store, 'settle', 20, odd))
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    await expect(sent.attempted).rejects.toThrow('violates check constraint')
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 1 })
    fixture.world.monotonic.advance(60_000)
    // The same process takes up its own lease: that it began the call, it knows.
    expect(await ledger.resume()).toBe(1)
    expect(await fixture.store.findMessage(appId, sent.message.id)).toMatchObject({
      state: 'unknown',
    })
    expect(fixture.presented).toEqual(['p1'])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })
})

describe('a process that ends', () => {
  it('shows no form again once the process ends', async () => {
    const fixture = createLedgerFixture()
    await fixture.credit('f1')
    const ledger = fixture.another('one')
    fixture.answers.push(() => {
      ledger.abortRetries()
      return lost
    })
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    expect(await sent.attempted).toMatchObject({ state: 'sending' })
    expect(fixture.presented).toEqual(['f1'])
    // Whoever has the lease next shows it again, and makes nothing worse.
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.another('next').resume()).toBe(1)
    expect(fixture.presented).toEqual(['f1', 'f1'])
    await fixture.store.close()
  })
})
