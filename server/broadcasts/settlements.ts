/** Outcomes of recipients, written together: those that come meanwhile are the next. */
import type { World } from '../runtime/world.ts'
import type { BroadcastNumber, BroadcastStore, RecipientOutcome } from '../store/store.ts'

interface Settlements {
  add(broadcast: BroadcastNumber, outcome: RecipientOutcome): void
  /** Resolves when all are written. */
  idle(): Promise<void>
}

export function createSettlements(
  store: Pick<BroadcastStore, 'settleRecipients'>,
  world: Pick<World, 'clock' | 'log'>,
): Settlements {
  let pending = new Map<BroadcastNumber, RecipientOutcome[]>()
  let writing: Promise<void> | undefined

  async function writeAll(): Promise<void> {
    while (pending.size > 0) {
      const some = pending
      pending = new Map()
      for (const [broadcast, outcomes] of some) await write(broadcast, outcomes)
    }
  }

  /** What cannot be written is found again by its key, once its lease has ended. */
  async function write(broadcast: BroadcastNumber, outcomes: RecipientOutcome[]): Promise<void> {
    try {
      await store.settleRecipients({ broadcast, nowMs: world.clock.now(), outcomes })
    } catch (err) {
      const text = 'outcomes of a broadcast could not be written: they are looked for later'
      world.log.error({ err, broadcast, outcomes: outcomes.length }, text)
    }
  }

  return {
    add(broadcast, outcome) {
      const known = pending.get(broadcast)
      if (known) known.push(outcome)
      else pending.set(broadcast, [outcome])
      writing ??= writeAll().finally(() => (writing = undefined))
    },
    async idle() {
      do await writing
      while (pending.size > 0)
    },
  }
}
