/**
 * How many usable credits there are. Counters of that would cost every write, so that the sums are
 * computed now and then, in steps of bounded cost, and kept with the time of which they are true.
 */
import { setImmediate } from 'node:timers/promises'
import type { CreditsSummary, CreditsSummaryReply } from '../../shared/wire/index.ts'
import { summaryRules } from '../rules/requests.ts'
import { quotaDayBeginsMs } from '../rules/sending.ts'
import { hour } from '../rules/time.ts'
import { createSingleFlight, iso, withTimeout, type World } from '../runtime/world.ts'
import type { CreditKey, LedgerStore } from '../store/store.ts'

export interface CreditSummaries {
  /**
   * The sums of an app. They are computed anew where they are older than `keptMs`, or than twenty
   * times what computing them took. `undefined`: nothing is computed yet; the computing goes on.
   */
  of(appId: string): Promise<CreditsSummaryReply | undefined>
}

interface Computed {
  computedAtMs: number
  /** On the machine's clock. */
  freshUntilMs: number
  byApp: Map<string, Sums>
}

type Sums = Map<string, CreditsSummary>

const { keptMs, waitMs, maxTemplates, idleShare } = summaryRules

export function createCreditSummaries({
  store,
  world: { clock, monotonic },
}: {
  store: Pick<LedgerStore, 'sumCredits'>
  world: Pick<World, 'clock' | 'monotonic'>
}): CreditSummaries {
  const computing = createSingleFlight<void>()
  let computed: Computed | undefined

  async function compute(): Promise<void> {
    const startedMs = monotonic.now()
    const nowMs = clock.now()
    const byApp: Computed['byApp'] = new Map()
    for (let before: number | undefined; ;) {
      const { sums, ending, next } = await store.sumCredits({ nowMs, before })
      for (const { hour: oneHour, day, week, users, uses, unlimited, ...key } of sums) {
        const sum = sumOf(byApp, key)
        sum.users += users
        sum.uses += uses
        sum.unlimited += unlimited
        sum.endingWithin.hour += oneHour
        sum.endingWithin.day += day
        sum.endingWithin.week += week
      }
      for (const { hour: number, uses, ...key } of ending) {
        addEnding(sumOf(byApp, key), number * hour, uses)
      }
      if (next === undefined) break
      before = next
      // SQLite reads in this thread: others have their turn.
      await setImmediate()
    }
    const tookMs = monotonic.now() - startedMs
    const freshUntilMs = monotonic.now() + Math.max(keptMs, idleShare * tookMs)
    computed = { computedAtMs: nowMs, freshUntilMs, byApp }
  }

  return {
    async of(appId) {
      if (!computed || monotonic.now() >= computed.freshUntilMs) {
        await withTimeout(monotonic, waitMs, () => computing.run('all', compute))
      }
      if (!computed) return undefined
      const sums = [...(computed.byApp.get(appId)?.values() ?? [])]
      return { computedAt: iso(computed.computedAtMs), credits: sums.map(inOrder) }
    },
  }
}

/** The templates beyond `maxTemplates` are one sum: phones may report any number of them. */
function sumOf(byApp: Computed['byApp'], { appId, kind, templateId }: CreditKey): CreditsSummary {
  const sums: Sums = byApp.get(appId) ?? new Map<string, CreditsSummary>()
  byApp.set(appId, sums)
  const own = `${kind} ${templateId ?? ''}`
  const isRest = templateId !== undefined && !sums.has(own) && sums.size >= maxTemplates
  const known = sums.get(isRest ? `${kind} ` : own)
  if (known) return known
  const added: CreditsSummary = {
    kind,
    ...(templateId !== undefined && !isRest && { templateId }),
    users: 0,
    uses: 0,
    unlimited: 0,
    endingWithin: { hour: 0, day: 0, week: 0 },
    endingByDay: [],
    endingByHour: [],
  }
  sums.set(isRest ? `${kind} ` : own, added)
  return added
}

/** @param hourMs when the hour begins in which they end; days begin with an hour, too */
function addEnding(sum: CreditsSummary, hourMs: number, uses: number): void {
  const date = iso(hourMs - quotaDayBeginsMs).slice(0, 'yyyy-mm-dd'.length)
  const ofDay = sum.endingByDay.find((one) => one.day === date)
  if (ofDay) ofDay.uses += uses
  else sum.endingByDay.push({ day: date, uses })
  const at = iso(hourMs)
  const ofHour = sum.endingByHour.find((one) => one.at === at)
  if (ofHour) ofHour.uses += uses
  else sum.endingByHour.push({ at, uses })
}

const inOrder = (sum: CreditsSummary): CreditsSummary => ({
  ...sum,
  endingByDay: sum.endingByDay.toSorted((a, b) => (a.day < b.day ? -1 : 1)),
  endingByHour: sum.endingByHour.toSorted((a, b) => (a.at < b.at ? -1 : 1)),
})
