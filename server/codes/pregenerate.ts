/** What is made ahead (预生成): a queue in the database, worked off beside everything else. */
import { codeWork } from '../rules/codes.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import type { QueuedCode } from '../store/code-store.ts'

export interface Pregenerate {
  /** Something may be waiting: works until nothing is. */
  wake(app: ReachApp): void
  /** Resolves when what is under way has ended. What waits goes on with the next process. */
  close(): Promise<void>
}

export interface PregenerateDeps {
  world: Pick<World, 'monotonic' | 'log'>
  find(appId: string, limit: number): Promise<QueuedCode[]>
  /** `later`: it is still in the queue. */
  make(app: ReachApp, queued: QueuedCode, signal: AbortSignal): Promise<'done' | 'later'>
}

export function createPregenerate({ world, find, make }: PregenerateDeps): Pregenerate {
  const stopping = new AbortController()
  const working = new Map<string, Promise<void>>()
  /** Apps for which something came while the last look at the queue was under way. */
  const again = new Set<string>()

  async function work(app: ReachApp): Promise<void> {
    while (!stopping.signal.aborted) {
      again.delete(app.appId)
      const outcome = await round(app).catch((err: unknown) => {
        world.log.error({ err }, 'making codes ahead failed: it is tried again later')
        return 'later' as const
      })
      if (outcome === 'later') await world.monotonic.wait(codeWork.retryMs, stopping.signal)
      if (outcome === 'empty' && !again.has(app.appId)) return
    }
  }

  async function round(app: ReachApp): Promise<'done' | 'later' | 'empty'> {
    const queued = await find(app.appId, codeWork.atOnce)
    if (queued.length === 0) return 'empty'
    const outcomes = await Promise.all(queued.map((one) => make(app, one, stopping.signal)))
    return outcomes.includes('later') ? 'later' : 'done'
  }

  return {
    wake(app) {
      again.add(app.appId)
      if (working.has(app.appId) || stopping.signal.aborted) return
      working.set(
        app.appId,
        work(app).finally(() => working.delete(app.appId)),
      )
    },
    async close() {
      stopping.abort()
      await Promise.all(working.values())
    },
  }
}
