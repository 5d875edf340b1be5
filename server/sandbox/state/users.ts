/** The users of one app, known by their openId alone. */
import type { Random } from '../../runtime/world.ts'

export interface Users {
  /** Adds a user, or finds the one that is there. */
  add(openId?: string): string
  has(openId: string): boolean
}

export function createUsers(random: Random): Users {
  const openIds = new Set<string>()
  return {
    // 28 characters and an `o` first, as the platform's.
    add(openId = `o${random(21).toString('base64url').slice(0, 27)}`) {
      openIds.add(openId)
      return openId
    },
    has: (openId) => openIds.has(openId),
  }
}
