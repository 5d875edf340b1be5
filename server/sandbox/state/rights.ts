/** Form ids and prepay ids: what a template message is sent with. */
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits, RightKind } from '../rules/limits.ts'

export interface Rights {
  /** `undefined`: this id was handed out before. */
  issue(kind: RightKind, openId: string, id?: string): string | undefined
  /** Looks, and takes nothing. `unknown` also for another user's and for one that is too old. */
  check(id: string, openId: string): 'good' | 'used' | 'unknown'
  /** Takes one use of an id that `check` called good. */
  spend(id: string): void
}

export function createRights(clock: PlatformClock, random: Random, limits: () => Limits): Rights {
  const rights = new Map<string, { openId: string; endsAtMs: number; usesLeft: number }>()
  const newId = {
    form: () => random(16).toString('hex'),
    payment: () => `wx${prepayDate(clock.now())}${random(9).toString('hex')}`,
  } satisfies Record<RightKind, () => string>
  return {
    issue(kind, openId, id = newId[kind]()) {
      if (rights.has(id)) return undefined
      const { uses, lastsMs } = limits().rights[kind]
      rights.set(id, { openId, endsAtMs: clock.now() + lastsMs, usesLeft: uses })
      return id
    },
    check(id, openId) {
      const right = rights.get(id)
      if (!right || right.openId !== openId) return 'unknown'
      // First: a used id stays a used one after its end, and says more to who asks whether a call arrived.
      if (right.usesLeft === 0) return 'used'
      return clock.now() < right.endsAtMs ? 'good' : 'unknown'
    },
    spend(id) {
      const right = rights.get(id)
      if (right) right.usesLeft -= 1
    },
  }
}

/** A prepay_id carries the time of its order, in Shanghai: `wx20141027200939…`. */
function prepayDate(nowMs: number): string {
  const shanghai = new Date(nowMs + 8 * 3_600_000).toISOString()
  return shanghai.replace(/\D/g, '').slice(0, 14)
}
