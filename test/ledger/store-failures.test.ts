/** WeChat has replied, and the database fails when the outcome is written. */
import { getMaxListeners } from 'node:events'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { StoreUnavailableError, type MessageStore } from '../../server/store/store.ts'
import { answered, appId, lost, createLedgerFixture, request } from './ledger-fixture.ts'
import type { LedgerFixture } from './ledger-fixture.ts'

const app = { appId, secret: 's', edition: '2018' } as const
type Writing = 'settle' | 'suspendChannel' | 'resumeChannel'

/** Fails the first `times` calls of the operation, which change nothing. */
function failing(
  store: MessageStore,
  operation: Writing,
  times: number,
  error: Error = new StoreUnavailableError('The database cannot be used: the disk is full.'),
): MessageStore {
  let left = times
  const write = store[operation] as (...args: never[]) => Promise<never>
  const fail = async (...args: never[]) => {
    if (left === 0) return write(...args)
    left -= 1
    throw error
  }
  return { ...store, [operation]: fail }
}

describe('a database that fails when an outcome is written', () => {
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
    'spends no credit on a message that WeChat refused with %i: the suspension is tried again',
    async (errcode) => {
      fixture.answers.push(answered(errcode))
      const message = await sendBy(failing(fixture.store, 'suspendChannel', 3))
      expect(message.state).toBe('refused')
      expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
      expect(await fixture.store.findSuspensions(appId)).toHaveLength(1)
    },
  )

  it('does not make the outcome of a successful probe unknown', async () => {
    fixture.answers.push(answered(48001))
    await fixture.send('shuts it')
    fixture.world.clock.advance(60 * 60_000)
    const message = await sendBy(failing(fixture.store, 'resumeChannel', 3))
    expect(message.state).toBe('sent')
    expect(await fixture.store.findSuspensions(appId)).toEqual([])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })

  it('does not resume a channel that was shut again between two attempts', async () => {
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

  it('gets the outcome again after an error of any kind', async () => {
    fixture.answers.push(answered(40037))
    const other = new Error('permission denied for table messages')
    const message = await sendBy(failing(fixture.store, 'settle', 3, other))
    expect(message.state).toBe('refused')
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('gets no further attempts once the process ends: the message keeps its lease', async () => {
    let attempts = 0
    const settle = async () => {
      attempts += 1
      if (attempts === 3) ledger.abortRetries()
      throw new StoreUnavailableError('The database cannot be used: it is away.')
    }
    const ledger = fixture.another('one', { ...fixture.store, settle })
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    await expect(sent.attempted).rejects.toThrow('it is away')
    expect(attempts).toBe(3)
    expect(await fixture.store.findMessage(appId, sent.message.id)).toMatchObject({
      state: 'sending',
    })
  })

  it('gets the outcome once it works again, however long that takes', async () => {
    fixture.answers.push(answered(40037))
    const message = await sendBy(failing(fixture.store, 'settle', 1_000))
    expect(message.state).toBe('refused')
    expect(await fixture.uses()).toEqual({ free: 3, reserved: 0 })
    const lines = fixture.world.lines.filter((line) => line.includes('could not be written'))
    expect(lines).toHaveLength(1)
  })

  it('gets the outcome within seconds once it works again: pauses stop growing', async () => {
    const pauses: number[] = []
    const { wait } = fixture.world.monotonic
    fixture.world.monotonic.wait = (ms, signal) => {
      pauses.push(ms)
      return wait(ms, signal)
    }
    fixture.world.random = (bytes) => Buffer.alloc(bytes, 255)
    await sendBy(failing(fixture.store, 'settle', 8))
    expect(pauses).toEqual([500, 1_000, 2_000, 4_000, 4_000, 4_000, 4_000, 4_000])
  })

  it('may have any number of waiting messages without a warning of Node about a leak', async () => {
    const limits = new Set<number>()
    const { wait } = fixture.world.monotonic
    fixture.world.monotonic.wait = (ms, signal) => {
      limits.add(getMaxListeners(signal!))
      return wait(ms, signal)
    }
    await sendBy(failing(fixture.store, 'settle', 2))
    expect([...limits]).toEqual([Infinity])
  })

  it('and then loses a reply: a credit that was reserved is presented once, later', async () => {
    await fixture.credit('p2', 'payment')
    fixture.answers.push(answered(41028))
    let losses = 2
    /** The operation is executed, and its reply is lost. */
    const losing =
      <Input extends unknown[], Result>(run: (...input: Input) => Promise<Result>) =>
      async (...input: Input) => {
        const result = await run(...input)
        if (result !== undefined && losses-- > 0) {
          throw new StoreUnavailableError('The database cannot be used: the connection broke.')
        }
        return result
      }
    const ledger = fixture.another('one', {
      ...fixture.store,
      settle: losing(fixture.store.settle),
      findMessage: losing(fixture.store.findMessage),
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
    const other = new Error('violates check constraint')
    const ledger = fixture.another('one', failing(fixture.store, 'settle', 20, other))
    const sent = await ledger.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    await expect(sent.attempted).rejects.toThrow('violates check constraint')
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 1 })
    fixture.world.monotonic.advance(60_000)
    // The same process resumes its own lease, and it knows that the call began.
    expect(await ledger.resume()).toBe(1)
    expect(await fixture.store.findMessage(appId, sent.message.id)).toMatchObject({
      state: 'unknown',
    })
    expect(fixture.presented).toEqual(['p1'])
    expect(await fixture.uses()).toEqual({ free: 2, reserved: 0 })
  })
})

describe('a process that ends', () => {
  it('does not present a form again', async () => {
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
    // The next holder presents the form again, which is safe: WeChat accepts a formId once.
    fixture.world.monotonic.advance(60_000)
    expect(await fixture.another('next').resume()).toBe(1)
    expect(fixture.presented).toEqual(['f1', 'f1'])
    await fixture.store.close()
  })
})
