/** Pushes of WeChat: verified, recorded, then acknowledged (platform: push). */
import { pushRules } from '../rules/pushes.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { withTimeout, type World } from '../runtime/world.ts'
import { StoreUnavailableError, type PushStore, type RecordPush } from '../store/store.ts'
import { acceptedTemplates } from '../subscribe/consents.ts'
import type { LongTermTemplates } from '../subscribe/long-term-templates.ts'
import { formatOf } from '../verify/push/body.ts'
import type { Query } from '../verify/push/cipher.ts'
import { checkAddress, openPush } from '../verify/push/open-push.ts'
import type { PushRefusal, PushSettings } from '../verify/push/open-push.ts'
import type { Push } from '../verify/push/push.ts'
import { contentTypes, received, sealReply, type PushReply } from '../verify/push/reply.ts'
import type { ArrivedPush, Forwarder } from './forward.ts'
import { callHook, type PushHook } from './push-hook.ts'
import { readPush, wordOf, writeContent } from './read-push.ts'

export interface Pushes {
  /** The platform's GET when an operator enters the push address there. */
  check(input: { appId: string; query: Query }): PushReply
  /**
   * Replies `success`, the hook's reply or that of the backend that the app's pushes are forwarded
   * to, once the push is durable.
   */
  handle(input: ArrivedPush): Promise<PushReply>
  /** The reply when reading the request or handling the push failed. */
  refuse(error: unknown): PushReply
}

interface PushesOptions {
  apps: Pick<Apps, 'find'>
  store: Pick<PushStore, 'recordPush' | 'isForwarded'>
  longTermTemplates: LongTermTemplates
  forwarder: Pick<Forwarder, 'forward'>
  onPush?: PushHook
  /** How long the content of pushes is kept. Default: not at all. */
  contentKeptMs?: number
  world: World
}

export function createPushes(options: PushesOptions): Pushes {
  const { apps, store, longTermTemplates, forwarder, onPush, world } = options
  const { contentKeptMs = 0 } = options
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
      ...contentOf(push, nowMs),
    })
  }

  function contentOf(push: Push, nowMs: number): Pick<RecordPush, 'content'> {
    const text = contentKeptMs > 0 ? writeContent(push) : undefined
    return text === undefined ? {} : { content: { text, endsAtMs: nowMs + contentKeptMs } }
  }

  /** The hook's own reply, if it has one. */
  async function askHook(
    app: ReachApp,
    push: Push,
    leftMs: number,
  ): Promise<PushReply | undefined> {
    if (!onPush) return undefined
    const withinMs = Math.min(leftMs, pushRules.hookWithinMs)
    const message = await callHook(onPush, push, { appId: app.appId, withinMs }, world)
    if (message === undefined) return undefined
    return { status: 200, type: contentTypes[formatOf(message)], body: sealed(app, message) }
  }

  /** @param push `undefined`: WeChat signed it, and it cannot be read here */
  async function forward(
    app: ReachApp,
    arrived: ArrivedPush,
    push: Push | undefined,
    leftMs: number,
  ): Promise<PushReply | undefined> {
    const { forwardPushes: url } = app
    if (url === undefined) return undefined
    const known = push
      ? { type: wordOf(push), dedupeKey: push.dedupeKey }
      : { type: 'unknown' as const }
    return forwarder.forward({ ...arrived, ...known, url }, leftMs)
  }

  /** A push that WeChat repeats is forwarded again unless the backend has taken it. */
  async function forwardAgain(
    app: ReachApp,
    arrived: ArrivedPush,
    push: Push,
    leftMs: number,
  ): Promise<PushReply | undefined> {
    if (app.forwardPushes === undefined) return undefined
    const { appId } = app
    const { dedupeKey } = push
    const isTaken = await store.isForwarded({ appId, dedupeKey })
    return isTaken ? undefined : forward(app, arrived, push, leftMs)
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

    async handle(arrived) {
      const { appId, raw, query } = arrived
      const startedMs = monotonic.now()
      const leftMs = () => pushRules.answerWithinMs - (monotonic.now() - startedMs)
      const app = apps.find(appId)
      if (!app) return refused('unknown_app')
      const opened = openPush({ raw, query, settings: settingsOf(app), nowMs: clock.now() })
      if (!opened.ok) {
        if (!opened.isSigned || app.forwardPushes === undefined) return refused(opened.reason, app)
        return (await forward(app, arrived, undefined, leftMs())) ?? success
      }
      const { push } = opened
      const { recordWithinMs } = pushRules
      const recorded = await withTimeout(monotonic, recordWithinMs, () => record(app, push))
      if (recorded === 'timed_out') {
        log.error({ appId }, 'a push could not be recorded in time: the platform sends it again')
        return again
      }
      if (recorded === 'duplicate') {
        return (await forwardAgain(app, arrived, push, leftMs())) ?? success
      }
      const [own, forwarded] = await Promise.all([
        askHook(app, push, leftMs()),
        forward(app, arrived, push, leftMs()),
      ])
      return own ?? forwarded ?? success
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

const plain = (status: number, body: string): PushReply => ({
  status,
  type: contentTypes.text,
  body,
})

const success = plain(200, received)
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
