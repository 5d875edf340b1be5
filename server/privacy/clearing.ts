/** Clears what is left of erased users. One that fails waits, and holds up no other. */
import { erasureRules } from '../rules/privacy.ts'
import { doublingMs, type World } from '../runtime/world.ts'
import { StoreUnavailableError, type UserDataStore, type UserNumber } from '../store/store.ts'

export interface Clearing {
  /**
   * Clears all erased users but those that failed a short time ago. Aborted, it ends after the step
   * that runs. Several processes may clear at once.
   *
   * @throws while the database is away
   */
  run(signal: AbortSignal): Promise<void>
}

interface Failure {
  times: number
  untilMs: number
}

export function createClearing({
  store,
  world: { monotonic, log },
  onFailing = () => {},
}: {
  store: Pick<UserDataStore, 'findErasures' | 'eraseStep'>
  world: Pick<World, 'monotonic' | 'log'>
  /** Called with how many users failed and are not cleared yet, at each change. */
  onFailing?: (users: number) => void
}): Clearing {
  const failures = new Map<UserNumber, Failure>()

  const waits = (user: UserNumber) => monotonic.now() < (failures.get(user)?.untilMs ?? -Infinity)

  async function clear(user: UserNumber, signal: AbortSignal): Promise<void> {
    try {
      let changed = 1
      while (changed > 0 && !signal.aborted) changed = await store.eraseStep(user)
    } catch (err) {
      const times = (failures.get(user)?.times ?? 0) + 1
      const pauseMs = doublingMs(times, erasureRules.pauses)
      failures.set(user, { times, untilMs: monotonic.now() + pauseMs })
      onFailing(failures.size)
      if (err instanceof StoreUnavailableError) throw err
      const text = 'an erased user could not be cleared: it is tried again later, others go on'
      return log.error({ err, user, times, pauseMs }, text)
    }
    if (failures.delete(user)) onFailing(failures.size)
  }

  return {
    async run(signal) {
      let after: UserNumber | undefined
      do {
        const users = await store.findErasures(after)
        for (const user of users) {
          if (signal.aborted) return
          if (!waits(user)) await clear(user, signal)
        }
        after = users.at(-1)
      } while (after !== undefined)
    },
  }
}
