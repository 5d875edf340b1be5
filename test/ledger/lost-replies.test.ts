import { describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../server/store/errors.ts'
import type { MessageStore } from '../../server/store/store.ts'
import { answered, appId, openBook, request } from './book.ts'
import type { Answer } from './book.ts'

const app = { appId, secret: 's', edition: '2018' } as const

/** Does what it is told, and once does not say so: the connection breaks at the very commit. */
function losing(store: MessageStore, operation: 'settle' | 'claimMessages'): MessageStore {
  let isLost = false
  async function lose<Told>(told: Promise<Told>): Promise<Told> {
    await told
    if (isLost) return told
    isLost = true
    throw new StoreUnavailableError('The reply was lost.')
  }
  return operation === 'settle'
    ? { ...store, settle: (input) => lose(store.settle(input)) }
    : { ...store, claimMessages: (input) => lose(store.claimMessages(input)) }
}

const hung: Answer = new Promise(() => {})

describe('a reply of the database that is lost', () => {
  it('lets no credit die that WeChat was not shown', async () => {
    const book = openBook()
    for (const ref of ['f1', 'f2', 'f3']) await book.credit(ref)
    book.answers.push(answered(41028))
    const ledger = book.another('one', losing(book.store, 'settle'))
    const sent = await ledger.send(app, request, 'key')
    await ledger.idle()
    expect(await book.uses()).toEqual({ free: 1, reserved: 1 })
    book.world.monotonic.advance(60_000)
    expect(await ledger.resume()).toBe(1)
    expect(book.shown).toEqual(['f1', 'f2'])
    expect(
      sent.was === 'new' && (await book.store.findMessage(appId, sent.message.id)),
    ).toMatchObject({ state: 'sent', rejectedCredits: 1 })
    expect(await book.uses()).toEqual({ free: 1, reserved: 0 })
    await book.store.close()
  })

  it('makes nobody send again what a dead process may have sent', async () => {
    const book = openBook()
    await book.credit('p1', 'payment')
    book.answers.push(hung)
    const sent = await book.another('dead').send(app, request, 'key')
    book.world.monotonic.advance(60_000)
    const ledger = book.another('second', losing(book.store, 'claimMessages'))
    await expect(ledger.resume()).rejects.toThrow('lost')
    book.world.monotonic.advance(60_000)
    expect(await ledger.resume()).toBe(1)
    expect(book.shown).toEqual(['p1'])
    expect(
      sent.was === 'new' && (await book.store.findMessage(appId, sent.message.id)),
    ).toMatchObject({ state: 'unknown' })
    await book.store.close()
  })
})

describe('a call that ends when its message is in other hands', () => {
  it('changes nothing, also when those hands are of the same process', async () => {
    const book = openBook()
    await book.credit('f1')
    let end: (answer: Awaited<Answer>) => void = () => {}
    book.answers.push(new Promise((resolve) => (end = resolve)), hung, hung)
    const [first, second] = [book.another('first'), book.another('second')]
    const sent = await first.send(app, request, 'key')
    if (sent.was !== 'new') throw new Error('The key is new.')
    for (const one of [second, first]) {
      book.world.monotonic.advance(60_000)
      const shown = book.shown.length
      void one.resume()
      while (book.shown.length === shown) await new Promise((turn) => setImmediate(turn))
    }
    end(answered(40037))
    await sent.attempted
    book.world.monotonic.advance(60_000)
    expect(await first.resume()).toBe(0)
    expect(book.shown).toEqual(['f1', 'f1', 'f1'])
    expect(await book.uses()).toEqual({ free: 0, reserved: 1 })
  })
})
