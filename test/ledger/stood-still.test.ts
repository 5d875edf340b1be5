/** A process that stood still: its leases have ended, and what was answered meanwhile is read only then. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { gate } from '../support/gate.ts'
import { answered, appId, openBook, request } from './book.ts'
import type { Answer, Book } from './book.ts'

const app = { appId, secret: 's', edition: '2018' } as const

describe('a process that stood still', () => {
  let book: Book
  beforeEach(async () => {
    book = openBook()
    await book.credit('p1', 'payment')
  })
  afterEach(() => book.store.close())

  /** The process asks for a message, and reads the answer only when told. */
  function opening() {
    const isRead = gate()
    const isClaimRead = gate()
    const ledger = book.another('this one', {
      ...book.store,
      openMessage: (input) => after(book.store.openMessage(input), isRead.opened),
      claimMessages: (input) => after(book.store.claimMessages(input), isClaimRead.opened),
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
    'makes one call, though it reads that it has a lease %s it claims it as one that ended',
    async (_when, order) => {
      const process = opening()
      await book.store.findSuspensions(appId)
      book.world.monotonic.advance(60_000)
      const answer = gate<Awaited<Answer>>()
      book.answers.push(answer.opened)
      const resumed = process.ledger.resume()
      await book.store.findSuspensions(appId)
      for (const read of order) {
        process[read].open()
        await rest()
      }
      expect(book.shown).toEqual(['p1'])
      answer.open(answered(0))
      expect(await resumed).toBe(1)
      const sent = await process.sent
      expect('attempted' in sent && (await sent.attempted).state).toBe('sent')
      expect(book.shown).toEqual(['p1'])
      expect(await book.uses()).toEqual({ free: 2, reserved: 0 })
    },
  )

  const late = { state: 'refused', reason: { code: 'deadline' } }

  it('sends nothing whose deadline came meanwhile', async () => {
    const { sent, isRead } = opening()
    await book.store.findSuspensions(appId)
    book.world.clock.advance(15 * 60_000)
    isRead.open()
    const opened = await sent
    expect('attempted' in opened && (await opened.attempted)).toMatchObject(late)
    expect(book.shown).toEqual([])
    expect(await book.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('takes no other credit for a message whose deadline came meanwhile', async () => {
    await book.credit('p2', 'payment')
    book.answers.push(() => {
      book.world.clock.advance(15 * 60_000)
      return answered(41028)
    })
    expect(await book.send('key')).toMatchObject({ ...late, rejectedCredits: 1 })
    expect(book.shown).toEqual(['p1'])
    expect(await book.uses()).toEqual({ free: 3, reserved: 0 })
  })

  it('shows a form again all the same, to learn whether it was taken', async () => {
    await book.credit('f1')
    // The form ends later than the payment, which goes first.
    book.answers.push(answered(41028), async () => {
      book.world.clock.advance(15 * 60_000)
      throw new Error('The reply was lost.')
    })
    book.answers.push(answered(41029))
    expect(await book.send('key')).toMatchObject({ state: 'sent', inferred: true })
    expect(book.shown).toEqual(['p1', 'f1', 'f1'])
  })
})
