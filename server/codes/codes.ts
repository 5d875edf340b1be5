/** Codes of the server: each made once, in its turn, and kept for ever. */
import type { CodeRequest, CodesUsageReply } from '../../shared/wire/index.ts'
import { hashOfRequest } from '../crypto/hashes.ts'
import { codeQuotas, lastingWarning, codeDefaults } from '../rules/codes.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, until } from '../runtime/concurrency.ts'
import type { World } from '../runtime/world.ts'
import type { CodeStore, QueuedCode } from '../store/code-store.ts'
import type { RateSlotStore } from '../store/coordination-store.ts'
import { meaningOf } from '../wechat/errcodes/errcodes.ts'
import { pathWithShare } from './check-code.ts'
import { makeCode, mayWorkLater, type CodeJob, type CodeOutcome } from './make-code.ts'
import type { CodeMakers } from './make-code.ts'
import { createPregenerate } from './pregenerate.ts'

export interface Codes {
  /**
   * The image of a request that `checkCode` and `checkPayload` passed. The same request makes one code, also when many
   * ask at once. A code of the kind `scene` waits for its turn, at most `codeQuotas.maxWaitMs`.
   */
  make(app: ReachApp, request: CodeRequest): Promise<CodeOutcome | TooMany>
  /** Writes down that the request is to be made. A failure is logged; the same request then tells it. */
  makeAhead(app: ReachApp, request: CodeRequest): Promise<'made' | 'queued'>
  usage(appId: string): Promise<CodesUsageReply>
  /** Goes on with what waited to be made ahead when the last process ended. */
  start(): void
  /** Ends after what is under way. */
  close(): Promise<void>
}

/** The turns of the next seconds are taken. */
export interface TooMany {
  was: 'too_many'
  waitMs: number
}

export interface CodesDeps {
  store: CodeStore & RateSlotStore
  apps: Pick<Apps, 'all'>
  wechatOf(appId: string): CodeMakers
  world: World
  /** Turns of one minute for the kind `scene`, and what making ahead may take of them. Default: the platform's. */
  perMinute?: { all: number; ahead: number }
}

export function createCodes({
  store,
  apps,
  wechatOf,
  world,
  perMinute = { all: codeQuotas.perMinute, ahead: codeQuotas.pregeneratePerMinute },
}: CodesDeps): Codes {
  const holder = world.random(9).toString('base64url')
  const underWay = createSingleFlight<CodeOutcome | TooMany>()
  const closing = new AbortController()

  const reserveSlot = (appId: string, rest: { maxWaitMs: number; perMinute: number }) =>
    store.reserveSlot({ appId, nowMs: world.clock.now(), ...rest })

  /** Equal requests that come at once are one. */
  function share(job: CodeJob, work: () => Promise<CodeOutcome | TooMany>) {
    return underWay.run(`${job.app.appId} ${job.key.toString('base64url')}`, work)
  }

  const makeNow = (job: CodeJob) =>
    makeCode({ store, wechat: wechatOf(job.app.appId), world, holder }, job)

  async function inTurn(job: CodeJob): Promise<CodeOutcome | TooMany> {
    const known = await store.findCode(job.app.appId, job.key)
    if (known) return { was: 'known', code: known }
    if (job.request.kind === 'scene') {
      const { maxWaitMs } = codeQuotas
      const turn = await reserveSlot(job.app.appId, { maxWaitMs, perMinute: perMinute.all })
      if ('waitMs' in turn) return { was: 'too_many', ...turn }
      await until(world.clock, turn.atMs, closing.signal)
      if (closing.signal.aborted) return { was: 'too_many', waitMs: codeQuotas.maxWaitMs }
    }
    return makeNow(job)
  }

  /** Takes only what the limit of the minute leaves, and waits as long as it takes. */
  async function ahead(app: ReachApp, queued: QueuedCode, signal: AbortSignal) {
    const job: CodeJob = { app, ...queued }
    while (job.request.kind === 'scene' && !signal.aborted) {
      const turn = await reserveSlot(app.appId, { maxWaitMs: 0, perMinute: perMinute.ahead })
      if ('atMs' in turn) break
      await until(world.clock, world.clock.now() + turn.waitMs, signal)
    }
    if (signal.aborted) return 'later'
    const outcome = await share(job, () => makeNow(job))
    if (outcome.was === 'too_many' || outcome.was === 'underWay') return 'later'
    if (outcome.was !== 'refused') return 'done'
    const { reply } = outcome
    if (mayWorkLater(job.request, reply)) return 'later'
    const meaning = 'errcode' in reply ? meaningOf(reply.errcode, 'code').meaning : reply.result
    world.log.warn({ app: app.appId, meaning }, 'a code was not made ahead')
    return 'done'
  }

  const queue = createPregenerate({ world, find: store.findQueuedCodes, make: ahead })

  return {
    make(app, request) {
      const job: CodeJob = { app, request, key: keyOf(request) }
      return share(job, () => inTurn(job))
    },
    async makeAhead(app, request) {
      const queued = { appId: app.appId, key: keyOf(request), request, nowMs: world.clock.now() }
      const was = await store.queueCode(queued)
      if (was === 'queued') queue.wake(app)
      return was
    },
    async usage(appId) {
      const { lasting, exhausted, waiting } = await store.countCodes(appId)
      const warning = lastingWarning(lasting)
      const lastMinute = await store.countSlots(appId, world.clock.now())
      return {
        lasting: {
          used: lasting,
          limit: codeQuotas.lasting,
          ...(exhausted && { exhausted }),
          ...(warning !== undefined && { warning }),
        },
        scene: { lastMinute, limit: perMinute.all, waiting },
      }
    },
    start: () => apps.all.forEach((app) => queue.wake(app)),
    async close() {
      closing.abort()
      await queue.close()
      await underWay.settled()
    },
  }
}

const keyOf = (request: CodeRequest) => Buffer.from(canonicalCode(request), 'base64url')

/**
 * One key of 43 characters for every way to write the same request: with or without its defaults, fields and
 * the payload's in any order. For a request that `checkCode` passed, of one app; the edition makes no difference, and
 * the key must never change, because codes last for ever.
 */
export function canonicalCode(request: CodeRequest): string {
  return hashOfRequest(essence(request)).toString('base64url')
}

function essence(request: CodeRequest): object {
  const { kind, path = '', shareId, width = codeDefaults.width } = request
  const paths = { kind, path: pathWithShare(path, shareId), width }
  switch (kind) {
    case 'qrcode':
      return paths
    case 'path':
      return { ...paths, ...lookOf(request) }
    case 'scene': {
      const { scene, payload, page, checkPath = codeDefaults.checkPath } = request
      return { kind, scene, payload, shareId, page, checkPath, width, ...lookOf(request) }
    }
    default:
      return kind satisfies never
  }
}

function lookOf({
  autoColor = codeDefaults.autoColor,
  lineColor: { r, g, b } = codeDefaults.lineColor,
  isHyaline = codeDefaults.isHyaline,
  envVersion = codeDefaults.envVersion,
}: CodeRequest) {
  return { colors: autoColor ? 'auto' : [r, g, b], isHyaline, envVersion }
}
