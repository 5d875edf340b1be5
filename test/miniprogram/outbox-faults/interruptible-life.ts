/** A life of the mini-program that can end at any storage write or request, before or after it. */
import type { Platform } from '../../../miniprogram/client/platform'
import type { World } from '../../../miniprogram/client/world'
import type { FakeStorage, Life } from '../../support/phone'

export interface InterruptibleLife {
  platform: Platform
  world: World
  readonly ended: boolean
  /** Storage calls that failed since the start of this life. */
  readonly refusals: number
  /** Of these, writes that failed for want of room. */
  readonly overflows: number
  /**
   * Ends this life at the nth point from now; 0 is the next. Each write or request has two points.
   */
  endAt(point: number): void
  end(): void
  /** The next writes fail. */
  refuse(writes: number): void
}

export function createInterruptibleLife(life: Life, storage: FakeStorage): InterruptibleLife {
  let ended = false
  let left = Infinity
  let refusals = 0
  let refusing = 0
  let overflows = 0

  function end(): void {
    ended = true
    life.kill()
  }

  function pass(): boolean {
    if (!ended && left-- <= 0) end()
    return !ended
  }

  /** Calls of an ended life have no effect. */
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
      if (refusing > 0 && !ended) {
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
      getStorageSync: (key) => (ended ? '' : counted(() => platform.getStorageSync(key))),
      getStorageInfoSync: () => counted(() => platform.getStorageInfoSync()),
      setStorageSync: (key, value) => write(() => platform.setStorageSync(key, value)),
      removeStorageSync: (key) => write(() => platform.removeStorageSync(key)),
    },
    world: {
      ...life.world,
      after: (ms, task) => (ended ? () => {} : life.world.after(ms, task)),
    },
    get ended() {
      return ended
    },
    get refusals() {
      return refusals
    },
    get overflows() {
      return overflows
    },
    endAt: (point) => void (left = point),
    end,
    refuse: (writes) => void (refusing = writes),
  }
}
