/** Reserves and settles at the store, without HTTP. */
import { randomBytes } from 'node:crypto'
import { sendRules } from '../server/rules/sending.ts'
import type { MessageId, OpenMessage, Settle, Store } from '../server/store/store.ts'
import { app, world } from './server.ts'

/**
 * Spends credits of users drawn evenly, with so many callers at once.
 *
 * @returns how many were spent, and how long it took
 */
export async function spendAtStore(
  store: Pick<Store, 'openMessage' | 'settle'>,
  { users, callers, seconds }: { users: number; callers: number; seconds: number },
): Promise<{ spent: number; ms: number }> {
  async function spend() {
    const openId = `user-${Math.floor(Math.random() * users)}`
    const opened = await store.openMessage(reservation(openId, randomBytes(32)))
    if (opened.was === 'reserved') await store.settle(settlement(opened.message.id))
  }
  const startedAt = performance.now()
  let spent = 0
  await Promise.all(
    Array.from({ length: callers }, async () => {
      for (; performance.now() < startedAt + 1_000 * seconds; spent += 1) await spend()
    }),
  )
  return { spent, ms: performance.now() - startedAt }
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
