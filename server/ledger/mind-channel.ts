/** What an outcome means for all that goes out on its channel. */
import { nextMidnightMs } from './midnight.ts'
import type { Outcome } from './outcome.ts'
import { quotaTimeZone } from './rules.ts'
import type { InHand, SpendDeps } from './spend.ts'

/** Shuts or pauses the channel when WeChat says so, and opens it when a probe went through. */
export async function mindChannel(
  { store, world }: Pick<SpendDeps, 'store' | 'world'>,
  outcome: Outcome,
  { app: { appId }, message: { channel }, probe }: Pick<InHand, 'app' | 'message' | 'probe'>,
): Promise<void> {
  const { log, clock } = world
  if (probe && outcome.outcome === 'sent') {
    log.info({ appId, channel }, 'WeChat takes messages on this channel again: it is open')
    await store.openChannel(appId, channel)
  }
  const stop = 'stop' in outcome ? outcome.stop : undefined
  if (!stop) return
  const atMs = clock.now()
  log.warn({ appId, channel, ...stop }, 'WeChat takes no messages on this channel: sending stops')
  const untilMs = stop.kind === 'pause' ? nextMidnightMs(atMs, quotaTimeZone) : null
  await store.stopChannel({ ...stop, appId, channel, untilMs, atMs })
}
