/** Measures `ingest` of ten new form credits for random users. */
import { recordMany } from '../../server/store/postgres/events-fast-path.ts'
import type { DecodedEvent, Ingest, UserNumber } from '../../server/store/store.ts'
import { appId, usrOf } from './database.ts'
import { drive, type Bench, type BenchOptions } from './drive.ts'
import { pgbench } from './pgbench.ts'

const nowMs = 1_000_000_000_000
const endsAtMs = nowMs + 7 * 86_400_000
const ten = Array.from({ length: 10 }, (_, n) => n)
const raw = JSON.stringify({ type: 'form.submitted', formId: 'f'.repeat(32), page: 'pages/form' })

export const recordingBench = ({ url, users, seconds }: BenchOptions): Bench => ({
  name: 'ingest of ten',
  limits: { many: 1.2 },
  sides: {
    pgbench: () => pgbench(url, scriptOf(users), seconds),
    alone: () =>
      drive({ url, batchWrites: false, seconds }, (store) => store.ingest(batchOf(users))),
    many: () => drive({ url, batchWrites: true, seconds }, (store) => store.ingest(batchOf(users))),
  },
})

const each = (expression: (n: number) => string | number) => `ARRAY[${ten.map(expression).join()}]`
const usr = `('x' || left(md5(:u::text), 12))::bit(48)::bigint`

const scriptOf = (users: number) => ({
  before: [`\\set u random(1, ${users})`, '\\set r random(1, 10000000000000)'],
  text: recordMany,
  values: [
    `ARRAY[${usr}]`,
    'ARRAY[10]',
    'ARRAY[1]',
    'ARRAY[1000000]',
    `ARRAY[${nowMs}]`,
    'ARRAY[1]',
    'ARRAY[1000]',
    each(() => usr),
    each((n) => `'event-' || :r || '-${n}'`),
    each(() => `'form.submitted'`),
    each(() => nowMs),
    each(() => `'${raw}'`),
    each((n) => `:r::bigint * 10 + ${n}`),
    each((n) => `'form-' || :r || '-${n}'`),
    each(() => 1),
    each(() => endsAtMs - 60_000),
    each(() => endsAtMs),
  ],
})

function batchOf(users: number): Ingest {
  const random = Math.floor(Math.random() * 10_000_000_000_000)
  const events = ten.map((n): DecodedEvent => {
    const ref = `form-${random}-${n}`
    const credit = {
      kind: 'form',
      ref,
      uses: 1,
      endsAtMs,
      usableUntilMs: endsAtMs - 60_000,
    } as const
    return {
      id: `event-${random}-${n}`,
      type: 'form.submitted',
      atMs: nowMs,
      raw,
      record: { type: 'credits', credits: [{ ...credit, keepLive: 1_000 }] },
    }
  })
  const user = usrOf(1 + Math.floor(Math.random() * users)) as UserNumber
  return { appId, user, nowMs, eventsPerDay: 1_000_000, events }
}
