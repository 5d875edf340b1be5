/**
 * Spending from ten million credits compared with spending from one million, users drawn evenly:
 * over HTTP, and at the store.
 *
 *   npm run bench -- spend-many [--quick]
 */
import { randomBytes } from 'node:crypto'
import { sendRules } from '../server/rules/sending.ts'
import type { Store, MessageId, OpenMessage, Settle } from '../server/store/store.ts'
import { compare, quick, seconds, type Side } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { app, benchServices, connections, serve, world } from './server.ts'

/** Reserves and settles without HTTP. */
function atTheStore(name: string, store: Store, users: number): Side {
  async function spend() {
    const openId = `user-${Math.floor(Math.random() * users)}`
    const opened = await store.openMessage(reservation(openId, randomBytes(32)))
    if (opened.was === 'reserved') await store.settle(settlement(opened.message.id))
  }
  return {
    name,
    async measure() {
      const startedAt = performance.now()
      let spent = 0
      await Promise.all(
        Array.from({ length: connections }, async () => {
          for (; performance.now() < startedAt + 1_000 * seconds; spent += 1) await spend()
        }),
      )
      return (1_000 * spent) / (performance.now() - startedAt)
    },
  }
}

const holder = 'bench'

/** @param keyHash 32 random bytes */
function reservation(openId: string, keyHash: Buffer): OpenMessage {
  const nowMs = world.clock.now()
  return {
    appId: app.appId,
    openId,
    channel: 'template',
    templateId: 'T',
    keyHash,
    bodyHash: keyHash,
    keyKeptMs: sendRules.keyKeptMs,
    payload:
      '{"templateId":"T","page":"pages/index/index","data":{"keyword1":{"value":"339208499"}}}',
    deadlineMs: nowMs + sendRules.deadlineMs,
    nowMs,
    kinds: ['form', 'payment'],
    holder,
    leaseMs: sendRules.leaseMs,
    probeEveryMs: sendRules.probeEveryMs,
    ifNone: { code: 'no_credit', detail: 'none' },
    limit: {},
  }
}

const settlement = (id: MessageId): Settle => ({
  id,
  holder,
  attempts: 1,
  nowMs: world.clock.now(),
  credit: { outcome: 'spent' },
  message: { state: 'sent' },
})

const many = await createFilledStore(quick ? 200_000 : 10_000_000)
const few = await createFilledStore(quick ? 100_000 : 1_000_000)
const overHttp = await Promise.all([
  serve('of 10 M/s', benchServices(many.store), 'spend', many.users),
  serve('of 1 M/s', benchServices(few.store), 'spend', few.users),
])
await compare('spending over HTTP', ...overHttp, 0.9)
for (const side of overHttp) await side.close()
await compare(
  'spending at the store',
  atTheStore('of 10 M/s', many.store, many.users),
  atTheStore('of 1 M/s', few.store, few.users),
)
await many.store.close()
await few.store.close()
