/** The codes of the server: each is made once, within WeChat's quotas, and stored for ever. */
import type { CodeRequest, CodesUsageReply } from '../../shared/wire/index.ts'
import { codeQuotas, codeWork, lastingWarning } from '../rules/codes.ts'
import type { CodeBudgetOf } from '../limits/limits.ts'
import type { Apps, ReachApp } from '../runtime/apps.ts'
import { createSingleFlight, until, type World } from '../runtime/world.ts'
import type { CodeStore, QueuedCode } from '../store/code-store.ts'
import type { RateSlotStore } from '../store/coordination-store.ts'
import { meaningOf } from '../wechat/errcodes.ts'
import { keyOfCode } from './code-request.ts'
import { isRetriable, makeCode, type CodeApi, type CodeJob, type CodeResult } from './make-code.ts'

export interface Codes {
  /**
   * The image of a request that `checkCode` and `checkPayload` passed. Equal requests make one
   * code, also at the same time. A code of the kind `scene` waits for a rate slot, at most
   * `codeQuotas.maxWaitMs`.
   *
   * @param keyId of the API key, whose budget a new code of the lasting kinds is spent of
   */
  make(app: ReachApp, request: CodeRequest, keyId: string): Promise<CodeResult | TooMany>
  /** Queues the request. A failure is logged; `make` of the same request then reports it. */
  pregenerate(
    app: ReachApp,
    request: CodeRequest,
    keyId: string,
  ): Promise<{ was: 'known' | 'queued' } | OverBudget>
  usage(appId: string): Promise<CodesUsageReply>
  /** Continues with what the last process left in the queue. */
  start(): void
  /** Resolves when the calls under way have ended. */
  close(): Promise<void>
}

export type OverBudget = Extract<CodeResult, { was: 'over_budget' }>

/** No rate slot is free within the time to wait. */
interface TooMany {
  was: 'too_many'
  waitMs: number
}

export function createCodes({
  store,
  apps,
  wechatOf,
  world,
  budgetOf,
  perMinute = { all: codeQuotas.perMinute, pregenerated: codeQuotas.pregeneratePerMinute },
}: {
  store: CodeStore & RateSlotStore
  apps: Pick<Apps, 'all'>
  wechatOf(appId: string): CodeApi
  world: World
  budgetOf: CodeBudgetOf
  /** Codes of the kind `scene` a minute, and how many of them may be pregenerated. */
  perMinute?: { all: number; pregenerated: number }
}): Codes {
  const holder = world.random(9).toString('base64url')
  const calls = createSingleFlight<CodeResult | TooMany>()
  const closing = new AbortController()

  const reserveSlot = (appId: string, rest: { maxWaitMs: number; perMinute: number }) =>
    store.reserveSlot({ appId, nowMs: world.clock.now(), ...rest })

  /** Equal requests at the same time share one run. */
  function share(job: CodeJob, run: () => Promise<CodeResult | TooMany>) {
    return calls.run(`${job.app.appId} ${job.key.toString('base64url')}`, run)
  }

  const makeNow = (job: CodeJob) =>
    makeCode({ store, wechat: wechatOf(job.app.appId), world, holder }, job)

  async function makeWithSlot(job: CodeJob): Promise<CodeResult | TooMany> {
    const known = await store.findCode(job.app.appId, job.key)
    if (known) return { was: 'known', code: known }
    if (job.request.kind === 'scene') {
      const { maxWaitMs } = codeQuotas
      const slot = await reserveSlot(job.app.appId, { maxWaitMs, perMinute: perMinute.all })
      if ('waitMs' in slot) return { was: 'too_many', ...slot }
      await until(world.clock, slot.atMs, closing.signal)
      if (closing.signal.aborted) return { was: 'too_many', waitMs: maxWaitMs }
    }
    return makeNow(job)
  }

  /** Reserves only slots that requests leave, and waits for one without a limit. */
  async function makeQueued(app: ReachApp, queued: QueuedCode): Promise<'done' | 'later'> {
    const job: CodeJob = { app, ...queued }
    while (job.request.kind === 'scene' && !closing.signal.aborted) {
      const rest = { maxWaitMs: 0, perMinute: perMinute.pregenerated }
      const slot = await reserveSlot(app.appId, rest)
      if ('atMs' in slot) break
      await until(world.clock, world.clock.now() + slot.waitMs, closing.signal)
    }
    if (closing.signal.aborted) return 'later'
    const result = await share(job, () => makeNow(job))
    if (result.was === 'known' || result.was === 'made') return 'done'
    if (result.was !== 'refused') return 'later'
    const { reply } = result
    if (isRetriable(job.request, reply)) return 'later'
    const meaning = 'errcode' in reply ? meaningOf(reply.errcode, 'code').meaning : reply.result
    world.log.warn({ app: app.appId, meaning }, 'a code was not pregenerated')
    return 'done'
  }

  const queues = createSingleFlight<void>()
  /** Apps whose queue got a request while the last look at it was under way. */
  const changed = new Set<string>()

  /** Empties the queue of an app, if that is not under way already. */
  function wake(app: ReachApp): void {
    changed.add(app.appId)
    if (!closing.signal.aborted) void queues.run(app.appId, () => emptyQueue(app))
  }

  async function emptyQueue(app: ReachApp): Promise<void> {
    while (!closing.signal.aborted) {
      changed.delete(app.appId)
      const round = await makeSomeQueued(app).catch((err: unknown) => {
        world.log.error({ err }, 'pregenerating codes failed: it is tried again later')
        return 'later' as const
      })
      if (round === 'later') await world.monotonic.wait(codeWork.retryMs, closing.signal)
      if (round === 'empty' && !changed.has(app.appId)) return
    }
  }

  async function makeSomeQueued(app: ReachApp): Promise<'done' | 'later' | 'empty'> {
    const queued = await store.findQueuedCodes(app.appId, codeWork.atOnce)
    if (queued.length === 0) return 'empty'
    const results = await Promise.all(queued.map((one) => makeQueued(app, one)))
    return results.includes('later') ? 'later' : 'done'
  }

  return {
    make(app, request, keyId) {
      const daily = budgetOf(keyId, world.clock.now())
      const job: CodeJob = { app, request, key: keyOfCode(request), daily }
      return share(job, () => makeWithSlot(job))
    },
    async pregenerate(app, request, keyId) {
      const nowMs = world.clock.now()
      const { budget, leftMs } = budgetOf(keyId, nowMs)
      const queued = { appId: app.appId, key: keyOfCode(request), request, nowMs }
      const counts = request.kind !== 'scene'
      const was = await store.queueCode({ ...queued, ...(counts && { budget }) })
      if (was === 'over_budget') return { was, leftMs }
      if (was === 'queued') wake(app)
      return { was: was === 'made' ? 'known' : 'queued' }
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
    start: () => apps.all.forEach(wake),
    async close() {
      closing.abort()
      await queues.idle()
      await calls.idle()
    },
  }
}
