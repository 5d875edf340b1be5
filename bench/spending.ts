/** What the ledger asks of a store to spend one credit. */
import { sendRules } from '../server/rules/sending.ts'
import type { MessageId, OpenMessage, Settle } from '../server/store/store.ts'
import { app, world } from './services.ts'

const holder = 'bench'

/** @param keyHash 32 bytes of chance */
export function reservation(openId: string, keyHash: Buffer): OpenMessage {
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

export const settlement = (id: MessageId): Settle => ({
  id,
  holder,
  attempts: 1,
  nowMs: world.clock.now(),
  credit: { outcome: 'spent' },
  message: { state: 'sent' },
})
