/** What WeChat pushes: verified, recorded, then acknowledged (platform: push). */
import { pushRules } from '../rules/pushes.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { withTimeout } from '../runtime/concurrency.ts'
import type { World } from '../runtime/world.ts'
import { StoreUnavailableError } from '../store/errors.ts'
import type { PushStore } from '../store/store.ts'
import { acceptedTemplates } from '../subscribe/consents.ts'
import { formatOf } from '../verify/push/body.ts'
import type { Query } from '../verify/push/cipher.ts'
import { checkAddress, openPush } from '../verify/push/open-push.ts'
import type { PushRefusal, PushSettings } from '../verify/push/open-push.ts'
import { isMessage } from '../verify/push/push.ts'
import type { Push } from '../verify/push/push.ts'
import { received, sealReply, textReply, transferReply } from '../verify/push/reply.ts'
import type { LongTermTemplates } from './long-term-templates.ts'
import { readPush } from './push-facts.ts'

/** For the platform, which reads no JSON problem; a stranger learns nothing but the status. */
export interface PushReply {
  status: number
  type: string
  body: string
}

export interface Pushes {
  /** The platform's GET when an address is entered there. */
  check(input: { appId: string; query: Query }): PushReply
  /** Answers `success`, or the hook's reply, once the push is durable. */
  handle(input: { appId: string; raw: Buffer; query: Query }): Promise<PushReply>
  /** What is answered when the push could not be read or handled. */
  refuse(error: unknown): PushReply
}

export interface PushesOptions {
  apps: Pick<Apps, 'find'>
  store: PushStore
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
    const templateIds = acceptedTemplates(answers)
    const isLongTerm = await longTermTemplates(app, templateIds)
    const nowMs = clock.now()
    const atMs = Math.min(push.createTimeMs, nowMs)
    return store.recordPush({
      appId: app.appId,
      openId: push.fromUserName,
      dedupeKey: push.dedupeKey,
      atMs,
      nowMs,
      record: readPush(push, { atMs, edition: app.edition, isLongTerm }),
    })
  }

  async function answer(app: ReachApp, push: Push, leftMs: number): Promise<PushReply> {
    if (!onPush) return plain(200, received)
    const withinMs = Math.min(leftMs, pushRules.hookWithinMs)
    const { appId } = app
    const message = await askHook(onPush, push, { appId, withinMs }, world)
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
      return answer(app, push, pushRules.answerWithinMs - (monotonic.now() - startedMs))
    },

    refuse(error) {
      if (error instanceof StoreUnavailableError) {
        log.error({ err: error }, 'the database is away: the platform sends the push again')
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

/** Our settings decide what is accepted, never the request. */
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

/** The user's own handler of pushes, kept from harming the platform's answer. */

/**
 * Called once for each push, after it was recorded: at most once, since a push is not repeated that was acknowledged
 * before the process ended. To a message it may answer: `reply` with a text, `transfer` to the people at the platform's
 * customer-service desk, who see no message otherwise. It has 4 seconds; what it answers later, and what it throws, is
 * logged and lost.
 *
 * @example
 * onPush: async (push) => (push.type === 'text' && push.content === '人工' ? { transfer: true } : undefined)
 */
export type PushHook = (
  push: Push,
  context: { appId: string },
) => Promise<void | { reply: string } | { transfer: true }>

/** The reply to send instead of `success`, not yet encrypted; `undefined`: none. Never rejects. */
export async function askHook(
  hook: PushHook,
  push: Push,
  { appId, withinMs }: { appId: string; withinMs: number },
  { clock, monotonic, log }: Pick<World, 'clock' | 'monotonic' | 'log'>,
): Promise<string | undefined> {
  const about = { appId, type: push.type }
  const answer = await withTimeout(monotonic, withinMs, async () => {
    try {
      return await hook(push, { appId })
    } catch (err) {
      log.error({ ...about, err }, 'onPush failed; the push itself is recorded')
      return undefined
    }
  })
  if (answer === 'timed_out') {
    log.warn({ ...about, withinMs }, 'onPush took too long: its answer is not sent')
    return undefined
  }
  if (!answer) return undefined
  if (!isMessage(push)) {
    log.warn(about, 'onPush answered an event: only messages can be answered')
    return undefined
  }
  return 'reply' in answer
    ? textReply(push, answer.reply, clock.now())
    : transferReply(push, clock.now())
}
