import { describe, expect, it } from '@jest/globals'
import * as fc from 'fast-check'
import { newWindow } from '../../server/ledger/credits.ts'
import type { HistoryEntry } from '../../server/store/store.ts'
import { answered, lost, notSent, openBook, request } from './book.ts'
import type { Answer, Book } from './book.ts'

const app = { appId: 'wx0000000000000001', secret: 's', edition: '2018' } as const

/** One step in the life of a book; what it does to the sums is for the history to explain. */
type Step = (book: Book) => Promise<unknown>

const answers: Answer[] = [
  ...[0, 0, 41028, 41029, 45047, 40037, -1, 48001, 45009, 40001].map((code) => answered(code)),
  lost,
  notSent,
]
async function answerUser(book: Book, key: string) {
  const sent = await book.ledger.send(
    app,
    { channel: 'customer', openId: 'ada', msgtype: 'text', text: { content: 'hello' } },
    key,
  )
  if (sent.was !== 'conflict') await sent.attempted
}

const number = fc.nat({ max: 6 })
const step: fc.Arbitrary<Step> = fc.oneof(
  number.map(
    (n): Step =>
      (book) =>
        book.credit(`f${n}`),
  ),
  number.map(
    (n): Step =>
      (book) =>
        book.credit(`p${n}`, 'payment'),
  ),
  number.map(
    (n): Step =>
      (book) =>
        book.send(`key ${n}`),
  ),
  fc.constantFrom('entered' as const, 'wrote' as const).map((kind): Step => (book) => {
    const nowMs = book.world.clock.advance(1)
    const window = newWindow(kind, nowMs, '2026')
    const push = { appId: app.appId, openId: 'ada', dedupeKey: String(nowMs) }
    return book.store.recordPush({ ...push, atMs: nowMs, nowMs, fact: { type: 'window', window } })
  }),
  fc.array(number, { maxLength: 8 }).map(
    (keys): Step =>
      (book) =>
        Promise.all(keys.map((n) => answerUser(book, `answer ${n}`))),
  ),
  fc.array(number, { maxLength: 8 }).map(
    (keys): Step =>
      (book) =>
        Promise.all(keys.map((n) => book.send(`key of many ${n}`))),
  ),
  fc.constantFrom(...answers).map(
    (answer): Step =>
      async (book) =>
        book.answers.push(answer),
  ),
  // A call that never comes back, and the lease that it leaves.
  number.map((n): Step => async (book) => {
    book.answers.unshift(new Promise(() => {}))
    const before = book.shown.length
    await book.ledger.send(app, request, `hung ${n}`)
    if (book.shown.length === before) book.answers.shift()
  }),
  number.map(
    (n): Step =>
      (book) =>
        book.another(`another ${n}`).resume(),
  ),
  number.map(
    (n): Step =>
      async (book) =>
        book.world.monotonic.advance(n * 20_000),
  ),
  number.map(
    (n): Step =>
      async (book) =>
        book.world.clock.advance(n * n * 3_600_000),
  ),
  fc.constant<Step>((book) => book.store.sweep({ nowMs: book.world.clock.now() })),
)

const changes = { recorded: new Set(['recorded', 'renewed']), spent: new Set(['spent']) }

/** Uses recorded, or spent, of each credit. */
function sumsOf(entries: HistoryEntry[], change: 'recorded' | 'spent'): Map<number, number> {
  const sums = new Map<number, number>()
  for (const entry of entries.filter((one) => changes[change].has(one.change))) {
    const uses = change === 'recorded' ? entry.uses : -entry.reserved
    sums.set(entry.credit, (sums.get(entry.credit) ?? 0) + uses)
  }
  return sums
}

describe('any history', () => {
  it('explains its rows, spends no use twice and loses none', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const book = openBook()
        for (const one of steps) {
          await one(book)
          await book.uses()
        }
        const entries = await book.store.findHistory(app.appId, 'ada')
        for (const [credit, recorded] of sumsOf(entries, 'recorded')) {
          expect(sumsOf(entries, 'spent').get(credit) ?? 0).toBeLessThanOrEqual(recorded)
        }
        const byMessage = entries.filter(({ change }) => change === 'spent')
        const messages = byMessage.map(({ message }) => message)
        expect(new Set(messages).size).toBe(messages.length)
        await book.store.close()
      }),
      { numRuns: 100 },
    )
  }, 60_000)
})
