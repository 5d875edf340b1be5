/** Measures `openMessage` for random users, each of whom has a credit; and spends their credits. */
import { randomBytes } from 'node:crypto'
import { openTexts } from '../../server/store/postgres/open-fast-path.ts'
import type { OpenMessage, Store } from '../../server/store/store.ts'
import { appId, openIdOf } from './database.ts'
import { drive, type Bench, type BenchOptions } from './drive.ts'
import { pgbench } from './pgbench.ts'

const nowMs = 1_000_000_000_000
export const payload = JSON.stringify({
  templateId: 'T',
  page: 'pages/index',
  data: { a: 'b'.repeat(80) },
})
const bodyHash = Buffer.alloc(32)

export const openingBench = ({ url, users, seconds }: BenchOptions): Bench => {
  const open = async (store: Store) => {
    const { was } = await store.openMessage(messageOf(users))
    if (was !== 'reserved') throw new Error(`openMessage reserved no credit: ${was}.`)
  }
  return {
    name: 'openMessage',
    limits: { alone: 0.9, many: 2.5 },
    sides: {
      pgbench: () => pgbench(url, scriptOf(users), seconds),
      alone: () => drive({ url, batchWrites: false, seconds }, open),
      many: () => drive({ url, batchWrites: true, seconds }, open),
    },
  }
}

const hash = `'\\x${bodyHash.toString('hex')}'`

const scriptOf = (users: number) => ({
  before: [`\\set u random(1, ${users})`, '\\set k random(0, 281474976710655)'],
  text: openTexts.one,
  values: [
    `'${appId}'`,
    `('user-' || :u)`,
    ':k',
    hash,
    hash,
    '1',
    `'T'`,
    '6',
    'NULL',
    `'${payload}'`,
    `'bench'`,
    '60000',
    String(nowMs),
    String(nowMs),
    String(nowMs),
    'NULL',
  ],
})

const messageOf = (users: number): OpenMessage => ({
  appId,
  openId: openIdOf(1 + Math.floor(Math.random() * users)),
  channel: 'template',
  templateId: 'T',
  keyHash: randomBytes(32),
  bodyHash,
  keyKeptMs: 7 * 86_400_000,
  payload,
  deadlineMs: nowMs + 900_000,
  nowMs,
  kinds: ['form', 'payment'],
  holder: 'bench',
  leaseMs: 60_000,
  probeEveryMs: 3_600_000,
  ifNone: { code: 'no_credit', detail: 'none' },
})

/** @returns what reserves a credit of a user drawn evenly and settles the message as sent */
export const spendFor =
  (users: number) =>
  async (store: Store): Promise<void> => {
    const opened = await store.openMessage(messageOf(users))
    if (opened.was !== 'reserved') throw new Error(`No credit was reserved: ${opened.was}.`)
    const { id, attempts } = opened.message
    const sent = { credit: { outcome: 'spent' }, message: { state: 'sent' } } as const
    await store.settle({ id, attempts, holder: 'bench', nowMs, ...sent })
  }
