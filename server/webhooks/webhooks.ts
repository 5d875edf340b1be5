/**
 * Outgoing webhooks: made, and told what happens. The database holds what is to be delivered, so
 * that nothing is lost with a process: each event is delivered at least once, in no fixed order,
 * under an id that stays the same.
 */
import type { WebhookEventType } from '../../shared/codes.ts'
import type { Seal } from '../crypto/seal.ts'
import { webhookRules } from '../rules/webhooks.ts'
import { withTimeout, type World } from '../runtime/world.ts'
import type { ClaimedDelivery, WebhookRow, WebhookStore } from '../store/store.ts'
import { eventIdOf, eventOf } from './payload.ts'
import { createPost, type Post, type Posted, type WebhookSettings } from './post.ts'
import { makeSecret, signedHeaders, writeSecret } from './sign.ts'

export interface Webhooks {
  /** `undefined`: the app has as many as it may have. */
  make(input: Wanted): Promise<{ webhook: WebhookRow; secret: string } | undefined>
  /** Queues what happened, and begins to deliver what is due. `more`: call again at once. */
  run(signal: AbortSignal): Promise<'more' | 'done'>
  /** Seals secrets again that are sealed under an earlier secret key. */
  reseal(): Promise<void>
  /** Resolves when no delivery is under way. */
  idle(): Promise<void>
  /** Waits a short time for deliveries under way, then ends them. Stop `run` before. */
  close(): Promise<void>
}

interface Wanted {
  appId: string
  url: string
  events: readonly WebhookEventType[]
}

/** `retried`: it failed, and is tried again. */
export type DeliveryResult = 'delivered' | 'retried' | 'dead'

interface WebhooksDeps {
  store: WebhookStore
  seal: Seal
  world: World
  settings: WebhookSettings
  /** Default: HTTP. */
  post?: Post
  /** Called after each try. */
  onDelivery?: (type: WebhookEventType, result: DeliveryResult) => void
}

export function createWebhooks({
  store,
  seal,
  world,
  settings,
  post = createPost(settings),
  onDelivery = () => {},
}: WebhooksDeps): Webhooks {
  const { lanes: mostLanes } = webhookRules
  /** Webhook → deliveries under way, each on a lane of its own. */
  const lanes = new Map<string, number>()
  const underWay = new Set<Promise<void>>()
  let isClosing = false

  const ownerOf = ({ appId, id }: Pick<WebhookRow, 'appId' | 'id'>) => ({ appId, openId: id })

  function open(id: string, signal: AbortSignal): void {
    lanes.set(id, (lanes.get(id) ?? 0) + 1)
    const lane = deliverAll(id, signal)
      .catch((err: unknown) => {
        world.log.error({ err, webhook: id }, 'webhook deliveries stopped: they go on later')
      })
      .finally(() => {
        underWay.delete(lane)
        const left = lanes.get(id)! - 1
        if (left === 0) lanes.delete(id)
        else lanes.set(id, left)
      })
    underWay.add(lane)
  }

  async function deliverAll(id: string, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const claimed = await store.claimDelivery({ id, leaseMs: webhookRules.leaseMs })
      if (!claimed) return
      if ((await deliver(claimed)) === 'disabled') return
    }
  }

  async function deliver(claimed: ClaimedDelivery) {
    const { webhook, change, attempts } = claimed
    const type = change.type as WebhookEventType
    const posted = await send(claimed)
    // Ended by us. Its lease ends by time, and another process tries again.
    if (isClosing && 'failure' in posted) return 'late'
    const failure = failureOf(posted)
    const isGone = 'status' in posted && posted.status === gone
    const retryInMs = failure && !isGone ? pauseAfter(attempts) : undefined
    const nowMs = world.clock.now()
    const settled = await store.settleDelivery({
      id: webhook.id,
      position: change.position,
      attempts,
      nowMs,
      ...('status' in posted && { status: posted.status }),
      ...(failure !== undefined && {
        failed: {
          failure,
          ...(retryInMs !== undefined && { retryInMs }),
          disableIfSinceMs: isGone ? nowMs : nowMs - webhookRules.disableAfterMs,
        },
      }),
    })
    const isDead = settled === 'disabled' || retryInMs === undefined
    const result = failure === undefined ? 'delivered' : isDead ? 'dead' : 'retried'
    onDelivery(type, result)
    const about = { appId: webhook.appId, webhook: webhook.id, event: eventIdOf(change), type }
    if (result === 'delivered') world.log.debug({ ...about, attempts }, 'a webhook was told')
    else {
      const text =
        result === 'dead' ? 'an event is a dead letter: replay it' : 'a webhook delivery failed'
      world.log.warn({ ...about, attempts, failure, retryInMs }, text)
    }
    if (settled === 'disabled') {
      const text = 'a webhook is disabled, since it failed for too long: repair it, then replay'
      world.log.error({ appId: webhook.appId, webhook: webhook.id, failure }, text)
    }
    return settled
  }

  async function send(claimed: ClaimedDelivery): Promise<Posted> {
    const { webhook, change } = claimed
    const secret = seal.open(webhook.sealed, ownerOf(webhook))
    if (!secret) return { failure: secretLost }
    // The message was deleted, after half a year.
    if (change.type === 'message.settled' && !claimed.about) return { status: 200 }
    const body = JSON.stringify(eventOf(claimed))
    const signed = { id: eventIdOf(change), atMs: world.clock.now(), body }
    return post(webhook.url, signedHeaders(signed, secret), body)
  }

  /** `undefined`: that was the last try. */
  function pauseAfter(attempts: number): number | undefined {
    const pauseMs = webhookRules.retryAfterMs[attempts - 1]
    if (pauseMs === undefined) return undefined
    const share = (world.random(1)[0]! / 255) * 2 - 1
    return Math.round(pauseMs * (1 + webhookRules.jitter * share))
  }

  async function idle(): Promise<void> {
    while (underWay.size > 0) await Promise.all(underWay)
  }

  return {
    async make({ appId, url, events }) {
      const secret = makeSecret(world.random)
      const id = webhookRules.idPrefix + world.random(webhookRules.idBytes).toString('base64url')
      const sealed = seal.seal(secret, ownerOf({ appId, id }))
      const webhook = { appId, id, url, events, sealed, createdAtMs: world.clock.now() }
      const added = await store.addWebhook({ ...webhook, most: webhookRules.most })
      return added ? { webhook, secret: writeSecret(secret) } : undefined
    },

    async run(signal) {
      const looked = await store.queueDeliveries()
      for (const { id, due } of await store.findDueWebhooks(mostLanes)) {
        const wanted = Math.min(due, mostLanes) - (lanes.get(id) ?? 0)
        for (let n = 0; n < wanted && !signal.aborted; n++) open(id, signal)
      }
      return looked > 0 ? 'more' : 'done'
    },

    async reseal() {
      for (const webhook of await store.listWebhooks()) {
        const { id, sealed } = webhook
        const secret = seal.isCurrent(sealed) ? undefined : seal.open(sealed, ownerOf(webhook))
        if (!secret) continue
        const replacement = seal.seal(secret, ownerOf(webhook))
        await store.resealWebhook({ id, sealed, replacement })
      }
    },

    idle,
    async close() {
      isClosing = true
      await withTimeout(world.monotonic, webhookRules.closeWithinMs, idle)
      await post.close()
      await idle()
    },
  }
}

/** The receiver wants no more events. */
const gone = 410

const secretLost = 'SECRET_LOST'

/** Why a try failed; `undefined`: it did not. Never what the receiver said: it may be anything. */
function failureOf(posted: Posted): string | undefined {
  if ('failure' in posted) return posted.failure
  const { status } = posted
  return status >= 200 && status < 300 ? undefined : `HTTP_${status}`
}
