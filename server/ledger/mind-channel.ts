/** What an outcome means for all that goes out on its channel. */
import { nextMidnightMs } from './midnight.ts'
import type { Outcome } from './outcome.ts'
import { persist } from './persist.ts'
import { quotaTimeZone } from './rules.ts'
import type { InHand, SpendDeps } from './spend.ts'

/** Shuts or pauses the channel when WeChat says so, and opens it when a probe went through. */
export async function mindChannel(
  deps: Pick<SpendDeps, 'store' | 'world' | 'ending'>,
  outcome: Outcome,
  { app, message, probe }: Pick<InHand, 'app' | 'message' | 'probe'>,
): Promise<void> {
  const { store, world } = deps
  const { appId } = app
  const { id, channel } = message
  const { log, clock } = world
  if (probe && outcome.outcome === 'sent') {
    log.info({ appId, channel }, 'WeChat takes messages on this channel again: it is open')
    await persist(deps, id, () => store.openChannel(appId, channel))
  }
  const stop = 'stop' in outcome ? outcome.stop : undefined
  if (!stop) return
  const atMs = clock.now()
  log.warn({ appId, channel, ...stop }, 'WeChat takes no messages on this channel: sending stops')
  const untilMs = stop.kind === 'pause' ? nextMidnightMs(atMs, quotaTimeZone) : null
  await persist(deps, id, () => store.stopChannel({ ...stop, appId, channel, untilMs, atMs }))
}
