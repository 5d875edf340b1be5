/** How many messages there are, summed in steps of bounded cost. */
import { setImmediate } from 'node:timers/promises'
import type { MessagesGroup, MessagesSummaryReply, TodayStatus } from '../../shared/wire/index.ts'
import { messageSums, statusRules } from '../rules/requests.ts'
import { quotaDayBeginsMs } from '../rules/sending.ts'
import { day } from '../rules/time.ts'
import { createSingleFlight, dayOf, iso, type World } from '../runtime/world.ts'
import type { MessageFilter, MessageStore, MessageSums } from '../store/store.ts'

const { maxSteps, withinMs, maxGroups } = messageSums

type Sums = Omit<MessagesSummaryReply, 'since'>

/**
 * Sums the newest messages that pass the filter, as many as `messageSums` allows. `cursor` leads to
 * those before them.
 */
export async function sumMessages(
  { store, world }: { store: Pick<MessageStore, 'sumMessages'>; world: Pick<World, 'monotonic'> },
  appId: string,
  filter: MessageFilter & { cursor?: string },
): Promise<Sums> {
  const endsMs = world.monotonic.now() + withinMs
  const groups = new Map<string, MessagesGroup>()
  let { cursor } = filter
  for (let step = 1; ; step++) {
    const found = await store.sumMessages(appId, { ...filter, ...(cursor && { cursor }) })
    for (const sum of found.sums) add(groups, sum)
    cursor = found.cursor
    if (cursor === undefined || step === maxSteps || world.monotonic.now() >= endsMs) break
    // SQLite reads in this thread: others have their turn.
    await setImmediate()
  }
  const largestFirst = [...groups.values()].sort((a, b) => b.count - a.count)
  const count = largestFirst.reduce((total, group) => total + group.count, 0)
  return { count, groups: largestFirst, ...(cursor !== undefined && { cursor }) }
}

export interface SentToday {
  /** The messages that were sent on the platform's day. Summed anew when a minute old. */
  of(appId: string): Promise<TodayStatus>
}

export function createSentToday(services: {
  store: Pick<MessageStore, 'sumMessages'>
  world: Pick<World, 'clock' | 'monotonic'>
}): SentToday {
  const { clock, monotonic } = services.world
  const computing = createSingleFlight<TodayStatus>()
  const kept = new Map<string, { today: TodayStatus; untilMs: number }>()

  async function compute(appId: string, sinceMs: number): Promise<TodayStatus> {
    const computedAt = iso(clock.now())
    const { groups, cursor } = await sumMessages(services, appId, { state: 'sent', sinceMs })
    const sent = { template: 0, subscribe: 0, customer: 0 }
    for (const { channel, count } of groups) sent[channel] += count
    const today = { since: iso(sinceMs), computedAt, sent, complete: cursor === undefined }
    kept.set(appId, { today, untilMs: monotonic.now() + statusRules.keptMs })
    return today
  }

  return {
    async of(appId) {
      const sinceMs = dayOf(clock.now() - quotaDayBeginsMs) * day + quotaDayBeginsMs
      const known = kept.get(appId)
      const isFresh = known && monotonic.now() < known.untilMs
      if (isFresh && known.today.since === iso(sinceMs)) return known.today
      return computing.run(appId, () => compute(appId, sinceMs))
    },
  }
}

/** Callers may name any number of templates: those beyond `maxGroups` are one group. */
function add(groups: Map<string, MessagesGroup>, sum: MessageSums['sums'][number]): void {
  const { state, channel, templateId, reason, count } = sum
  const { wechat } = reason ?? {}
  const group = {
    state: state === 'sending' ? 'queued' : state,
    channel,
    ...(templateId !== undefined && { templateId }),
    ...(reason && { reason: reason.code }),
    ...(wechat && { wechat: { errcode: wechat.errcode, meaning: wechat.meaning } }),
  } as const
  const own = keyOf(group)
  const { templateId: _, wechat: _said, ...rest } = group
  const isNew = !groups.has(own)
  const kept = isNew && groups.size >= maxGroups ? rest : group
  const known = groups.get(keyOf(kept))
  if (known) known.count += count
  else groups.set(keyOf(kept), { ...kept, count })
}

const keyOf = ({ wechat, ...group }: Omit<MessagesGroup, 'count'>) =>
  JSON.stringify([...Object.values(group), wechat?.errcode])
