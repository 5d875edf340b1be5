/** Who counts how often `force_refresh` is asked. */
import type { TokenStore } from '../store/token-store.ts'
import type { PlatformClock, World } from '../world.ts'
import { forceAt } from './force-rules.ts'

/** Whether it may be asked once more, now; if so, it counts as asked. */
export type MayForce = () => Promise<boolean>

/** For a process that shares its token with nobody. */
export function createForceLimit(clock: Pick<PlatformClock, 'now'>): MayForce {
  let forcedAtMs: number[] = []
  return async () => {
    const times = forceAt(clock.now(), forcedAtMs)
    forcedAtMs = times ?? forcedAtMs
    return times !== undefined
  }
}

export interface SharedForceLimitOptions {
  appId: string
  store: Pick<TokenStore, 'forceToken'>
  /** As in the lease of the token. */
  holder: string
  world: Pick<World, 'clock' | 'log'>
}

/** For all processes on a database; while that is away, each counts by itself. */
export function createSharedForceLimit(options: SharedForceLimitOptions): MayForce {
  const { appId, store, holder, world } = options
  const mayForceAlone = createForceLimit(world.clock)
  return async () => {
    try {
      return await store.forceToken({ appId, holder, nowMs: world.clock.now() })
    } catch (err) {
      const told = 'the database does not tell how often a token was forced: this process counts'
      world.log.error({ err, appId }, told)
      return mayForceAlone()
    }
  }
}
