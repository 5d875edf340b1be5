/** Erasing a user at the request of a backend. */
import { erased, outcomeUnknown } from '../ledger/outcomes.ts'
import { erasureRules } from '../rules/privacy.ts'
import { withTimeout, type World } from '../runtime/world.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { EraseUser, UserDataStore, UserNumber } from '../store/store.ts'

/** What becomes of the user's messages. */
export const endedMessages: Pick<EraseUser, 'ifQueued' | 'ifSending'> = {
  ifQueued: erased,
  ifSending: outcomeUnknown,
}

export interface Erasure {
  /**
   * Resolves once no read shows the person and nothing is sent to them any more: it waits up to
   * `erasureRules.callsEndWithinMs` for calls to WeChat that are under way, and tells how many are
   * left then. `undefined`: there is no such user. Other processes accept the user's session for
   * ten more seconds, and record nothing.
   */
  erase(user: { appId: string; openId: string }): Promise<{ callsUnderWay: number } | undefined>
}

export function createErasure({
  store,
  sessions,
  world: { clock, monotonic },
}: {
  store: Pick<UserDataStore, 'eraseUser' | 'countCalls'>
  sessions: Pick<Sessions, 'forget'>
  world: Pick<World, 'clock' | 'monotonic'>
}): Erasure {
  async function waitForCalls(user: UserNumber, signal: AbortSignal): Promise<number> {
    for (;;) {
      const calls = await store.countCalls(user)
      if (calls === 0 || signal.aborted) return calls
      await monotonic.wait(erasureRules.lookEveryMs, signal)
    }
  }

  return {
    async erase({ appId, openId }) {
      const nowMs = clock.now()
      const user = await store.eraseUser({ appId, openId, nowMs, ...endedMessages })
      if (user === undefined) return undefined
      sessions.forget({ appId, openId })
      const calls = await withTimeout(monotonic, erasureRules.callsEndWithinMs, ({ signal }) =>
        waitForCalls(user, signal),
      )
      return { callsUnderWay: calls === 'timed_out' ? await store.countCalls(user) : calls }
    },
  }
}
