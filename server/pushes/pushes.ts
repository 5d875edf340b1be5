/** Pushes of WeChat: verified, recorded, then acknowledged (platform: push). */
import { pushRules } from '../rules/pushes.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { withTimeout, type World } from '../runtime/world.ts'
import { StoreUnavailableError, type PushStore } from '../store/store.ts'
import { acceptedTemplates } from '../subscribe/consents.ts'
import type { LongTermTemplates } from '../subscribe/long-term-templates.ts'
import { formatOf } from '../verify/push/body.ts'
import type { Query } from '../verify/push/cipher.ts'
import { checkAddress, openPush } from '../verify/push/open-push.ts'
import type { PushRefusal, PushSettings } from '../verify/push/open-push.ts'
import type { Push } from '../verify/push/push.ts'
import { received, sealReply } from '../verify/push/reply.ts'
import { callHook, type PushHook } from './push-hook.ts'
import { readPush, wordOf } from './read-push.ts'

/**
 * A reply to the platform, which reads no JSON problems. A refusal discloses no more than its
 * status.
 */
export interface PushReply {
  status: number
  type: string
  body: string
}

export interface Pushes {
  /** The platform's GET when an operator enters the push address there. */
  check(input: { appId: string; query: Query }): PushReply
  /** Replies `success`, or the hook's reply, once the push is durable. */
  handle(input: { appId: string; raw: Buffer; query: Query }): Promise<PushReply>
  /** The reply when reading the request or handling the push failed. */
  refuse(error: unknown): PushReply
}

interface PushesOptions {
  apps: Pick<Apps, 'find'>
  store: Pick<PushStore, 'recordPush'>
  longTermTemplates: LongTermTemplates
  onPush?: PushHook
  world: World
}

export function createPushes(options: PushesOptions): Pushes {
  const { apps, store, longTermTemplates, onPush, world } = options
  const { clock, monotonic, log } = world

  function refused(reason: PushRefusal | 'unknown_app', app?: ReachApp): PushReply {
    log.warn({ ...(app && { appId: app.appId }), reason }, 'a push was refused')
    return plain(403, 'forbidden')
  }

  async function record(app: ReachApp, push: Push): Promise<'accepted' | 'duplicate'> {
    const answers = push.type === 'subscribe_msg_popup_event' ? push.list : []
    const isLongTerm = await longTermTemplates(app, acceptedTemplates(answers))
    const nowMs = clock.now()
    const atMs = Math.min(push.createTimeMs, nowMs)
    return store.recordPush({
      appId: app.appId,
      openId: 'openId' in push ? push.openId : push.fromUserName,
      type: wordOf(push),
      dedupeKey: push.dedupeKey,
      atMs,
      nowMs,
      record: readPush(push, { atMs, edition: app.edition, isLongTerm }),
    })
  }

  async function replyTo(app: ReachApp, push: Push, leftMs: number): Promise<PushReply> {
    if (!onPush) return plain(200, received)
    const withinMs = Math.min(leftMs, pushRules.hookWithinMs)
    const message = await callHook(onPush, push, { appId: app.appId, withinMs }, world)
    if (message === undefined) return plain(200, received)
    return { status: 200, type: contentTypes[formatOf(message)], body: sealed(app, message) }
  }

  function sealed(app: ReachApp, message: string): string {
    const settings = settingsOf(app)
    if (settings.mode === 'plain') return message
    const timestamp = Math.floor(clock.now() / 1_000)
    const nonce = String(world.random(4).readUInt32BE())
    return sealReply({ message, settings, timestamp, nonce, random: world.random })
  }

  return {
    check({ appId, query }) {
      const app = apps.find(appId)
      if (!app) return refused('unknown_app')
      const { token } = settingsOf(app)
      const echo = checkAddress({ token, query })
      if (echo !== undefined) return plain(200, echo)
      return refused(token === '' ? 'no_token' : 'bad_signature', app)
    },

    async handle({ appId, raw, query }) {
      const startedMs = monotonic.now()
      const app = apps.find(appId)
      if (!app) return refused('unknown_app')
      const opened = openPush({ raw, query, settings: settingsOf(app), nowMs: clock.now() })
      if (!opened.ok) return refused(opened.reason, app)
      const { push } = opened
      const { recordWithinMs } = pushRules
      const recorded = await withTimeout(monotonic, recordWithinMs, () => record(app, push))
      if (recorded === 'timed_out') {
        log.error({ appId }, 'a push could not be recorded in time: the platform sends it again')
        return again
      }
      if (recorded === 'duplicate') return plain(200, received)
      return replyTo(app, push, pushRules.answerWithinMs - (monotonic.now() - startedMs))
    },

    refuse(error) {
      if (error instanceof StoreUnavailableError) {
        log.error({ err: error }, 'the database is unavailable: the platform sends the push again')
        return again
      }
      const { status } = error as { status?: unknown }
      if (status === 413) return refused('too_large')
      if (typeof status === 'number' && status < 500) return refused('malformed')
      log.error({ err: error }, 'a push failed')
      return plain(500, 'failed')
    },
  }
}

const contentTypes = { xml: 'text/xml; charset=utf-8', json: 'application/json; charset=utf-8' }

const plain = (status: number, body: string): PushReply => ({
  status,
  type: 'text/plain; charset=utf-8',
  body,
})

const again = plain(503, 'try again')

/** What is accepted follows from the settings, never from the request. */
function settingsOf(app: ReachApp): PushSettings {
  const { appId, pushToken, pushAesKey, pushMode, previousPushAesKey } = app
  return {
    appId,
    token: pushToken ?? '',
    ...(pushAesKey !== undefined && { aesKey: pushAesKey }),
    ...(previousPushAesKey !== undefined && { previousAesKey: previousPushAesKey }),
    mode: pushMode ?? (pushAesKey === undefined ? 'plain' : 'safe'),
  }
}
