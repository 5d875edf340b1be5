/** The functions of the store for webhooks that take several transactions. */
import { asBuffer } from '../rows.ts'
import type { WebhookStore } from '../store.ts'
import type { ResultOf, Sql, Step } from '../sql.ts'
import { hasNewChanges, orderChanges } from './changes.ts'
import { areEndingsWanted, endingsStep } from './credit-endings.ts'
import * as deliveries from './webhook-deliveries.ts'
import * as webhooks from './webhooks.ts'

/** Operations that write. Each is one transaction. */
export const webhookWrites = {
  addWebhook: webhooks.addWebhook,
  deleteWebhook: webhooks.deleteWebhook,
  resealWebhook: webhooks.resealWebhook,
  orderChanges,
  queueDeliveries: deliveries.queueDeliveries,
  claimDelivery: deliveries.claimDelivery,
  settleDelivery: deliveries.settleDelivery,
  replayStep: deliveries.replayStep,
  dropDeliveries: deliveries.dropDeliveries,
  endingsStep,
}

type Writes = typeof webhookWrites

/** The part of an engine that they need. */
interface Engine {
  read<Result>(question: (sql: Sql) => Step<Result>): Promise<Result>
  write<Name extends keyof Writes>(
    name: Name,
    input: Parameters<Writes[Name]>[1],
  ): Promise<ResultOf<ReturnType<Writes[Name]>>>
}

export const createWebhookOperations = ({ read, write }: Engine): WebhookStore => ({
  async addWebhook(input) {
    await orderAll({ read, write })
    return write('addWebhook', input)
  },
  listWebhooks: (appId) => read((sql) => webhooks.listWebhooks(sql, appId)),
  findWebhook: (appId, id) => read((sql) => webhooks.findWebhook(sql, { appId, id })),
  async deleteWebhook(appId, id) {
    const webhook = await write('deleteWebhook', { appId, id })
    if (webhook === undefined) return false
    while ((await write('dropDeliveries', webhook)) > 0);
    return true
  },
  resealWebhook: (input) => write('resealWebhook', input),

  async queueDeliveries() {
    if (await read(hasNewChanges)) await write('orderChanges', undefined)
    return (await read(deliveries.isAnyBehind)) ? write('queueDeliveries', undefined) : 0
  },
  findDueWebhooks: (most) => read((sql) => deliveries.findDueWebhooks(sql, most)),
  async claimDelivery(input) {
    const claimed = await write('claimDelivery', input)
    if (!claimed) return undefined
    // Another thread may have read it, and threads pass no Buffer on.
    const { webhook } = claimed
    return { ...claimed, webhook: { ...webhook, sealed: asBuffer(webhook.sealed) } }
  },
  settleDelivery: (input) => write('settleDelivery', input),
  countDeliveries: (appId) => read((sql) => deliveries.countDeliveries(sql, appId)),
  findDeliveries: (input) => read((sql) => deliveries.findDeliveries(sql, input)),
  async replayDeliveries(input) {
    let queued = 0
    for (let after: number | undefined = 0; after !== undefined;) {
      const step: deliveries.Replayed = await write('replayStep', { ...input, after })
      queued += step.queued
      after = step.next
    }
    return queued
  },

  async tellEndings({ nowMs, signal }) {
    if (!(await read(areEndingsWanted))) return 0
    const isOver = () => signal?.aborted ?? false
    let told = 0
    for (let isLast = false; !isLast && !isOver();) {
      const step = await write('endingsStep', { nowMs })
      told += step.told
      isLast = step.isLast
    }
    return told
  },
})

/** What was committed before is not told to a webhook that is added now. */
async function orderAll({ read, write }: Engine): Promise<void> {
  while (await read(hasNewChanges)) {
    if ((await write('orderChanges', undefined)) === 0) return
  }
}
