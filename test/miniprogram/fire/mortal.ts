/** One life of the mini-program that may end at any storage write or request: before it is done, or after. */
import type { World } from '../../../miniprogram/client/world'
import type { Platform } from '../../../miniprogram/client/platform'
import type { FakeStorage, Life } from '../../support/phone'

export interface MortalLife {
  platform: Platform
  world: World
  readonly dead: boolean
  /** Storage calls that failed since the start of this life. */
  readonly refusals: number
  /** Those of them that were writes for which there was no room. */
  readonly overflows: number
  /** Ends this life at the nth kill point from now; 0 is the next. Every write and request has one on either side. */
  dieAt(point: number): void
  die(): void
  /** So many writes from now on fail. */
  refuse(writes: number): void
}

export function createMortalLife(life: Life, storage: FakeStorage): MortalLife {
  let dead = false
  let left = Infinity
  let refusals = 0
  let refusing = 0
  let overflows = 0

  function die(): void {
    dead = true
    life.kill()
  }

  function pass(): boolean {
    if (!dead && left-- <= 0) die()
    return !dead
  }

  /** What a dead life does has no effect, and nobody sees it. */
  function between<Result>(action: () => Result): Result | undefined {
    if (!pass()) return undefined
    const result = action()
    pass()
    return result
  }

  function counted<Result>(action: () => Result): Result {
    try {
      return action()
    } catch (error) {
      refusals++
      throw error
    }
  }

  function write(action: () => void): void {
    counted(() => {
      if (refusing > 0 && !dead) {
        refusing--
        throw new Error('setStorageSync:fail')
      }
      try {
        between(action)
      } catch (error) {
        if (!storage.broken) overflows++
        throw error
      }
    })
  }

  const { platform } = life
  return {
    platform: {
      ...platform,
      request: (options) => between(() => platform.request(options)),
      getStorageSync: (key) => (dead ? '' : counted(() => platform.getStorageSync(key))),
      getStorageInfoSync: () => counted(() => platform.getStorageInfoSync()),
      setStorageSync: (key, value) => write(() => platform.setStorageSync(key, value)),
      removeStorageSync: (key) => write(() => platform.removeStorageSync(key)),
    },
    world: {
      ...life.world,
      after: (ms, task) => (dead ? () => {} : life.world.after(ms, task)),
    },
    get dead() {
      return dead
    },
    get refusals() {
      return refusals
    },
    get overflows() {
      return overflows
    },
    dieAt: (point) => void (left = point),
    die,
    refuse: (writes) => void (refusing = writes),
  }
}
