/** A reply that comes when its message is `unknown` already. */
import type { Settle } from '../store/store.ts'
import type { AuthorizedReply } from '../wechat/reply.ts'
import { mindChannel } from './mind-channel.ts'
import { lateOutcomeOf } from './outcome.ts'
import { persist } from './persist.ts'
import type { InHand, SpendDeps } from './spend.ts'

/**
 * Settles the message by what `late` tells. Its credit was counted as used when the message became unknown, and a
 * refusal does not give it back: whoever was told so may have asked the user for another since. Never rejects.
 */
export async function hearLate(
  deps: Pick<SpendDeps, 'store' | 'world' | 'holder' | 'ending'>,
  { app, message, credit, probe }: Omit<InHand, 'abandoned'>,
  late: Promise<AuthorizedReply<unknown>>,
): Promise<void> {
  const { store, world, holder } = deps
  const { id, attempts } = message
  const outcome = lateOutcomeOf(await late, credit)
  try {
    await mindChannel(deps, outcome, { app, message, probe })
    const told = toldBy(outcome)
    if (!told) return
    const settlement: Settle = {
      id,
      holder,
      attempts,
      nowMs: world.clock.now(),
      credit: { fate: 'spent' },
      message: told,
    }
    const settled = await persist(deps, id, () => store.settle(settlement))
    if (settled) world.log.info({ message: id, state: settled.message.state }, 'a late reply came')
  } catch (err) {
    world.log.error({ err, message: id }, 'a late reply could not be written: still unknown')
  }
}

function toldBy(outcome: ReturnType<typeof lateOutcomeOf>): Settle['message'] | undefined {
  switch (outcome.outcome) {
    case 'sent': {
      const { outcome: state, ...rest } = outcome
      return { state, ...rest }
    }
    case 'refused':
      return { state: outcome.outcome, reason: outcome.reason }
    case 'unknown':
      return undefined
    default:
      return outcome satisfies never
  }
}
