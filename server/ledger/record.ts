/** From triggers to credits, and from stored credits to what a user can be sent now. */
import type {
  CanReceive,
  Channel,
  Credit,
  CreditEvent,
  CreditHistoryReply,
  CreditHolder,
  CreditKind,
  CreditsReply,
} from '../../shared/wire/index.ts'
import { kinds, spendableKinds, type Edition } from '../rules/credits.ts'
import { historyPage } from '../rules/requests.ts'
import { minute } from '../rules/time.ts'
import { userLimits } from '../rules/limits.ts'
import { iso } from '../runtime/world.ts'
import type {
  ChannelSuspension,
  CreditId,
  CreditRow,
  CustomerWindow,
  HistoryEntry,
  Holder,
  NewCredit,
} from '../store/store.ts'

/**
 * The credit that arises from a trigger at `atMs`, as the edition has it. It may have ended
 * already.
 */
export function newCredit(
  kind: CreditKind,
  ref: string,
  atMs: number,
  edition: Edition,
): NewCredit {
  const life = lifeOf(kind, atMs)
  return {
    kind,
    ref,
    uses: kinds[kind].uses[edition],
    endsAtMs: life && Math.floor(life.endsAtMs),
    usableUntilMs: life && Math.floor(life.usableUntilMs),
    ...(kind === 'subscription' && { addsUp: true }),
    ...(kind === 'form' && { keepLive: userLimits.liveFormCredits }),
  }
}

/** The window of customer service that a trigger at `atMs` opens, as the edition has it. */
export function newWindow(
  kind: CustomerWindow['kind'],
  atMs: number,
  edition: Edition,
): CustomerWindow {
  const { endsAtMs, usableUntilMs } = lifeOf(kind, atMs)!
  return {
    kind,
    uses: kinds[kind].uses[edition],
    endsAtMs: Math.floor(endsAtMs),
    usableUntilMs: Math.floor(usableUntilMs),
  }
}

/** What can be sent to a user now. Uses that messages hold at this moment are not counted. */
export function creditsReply(
  rows: readonly CreditRow[],
  now: { edition: Edition; suspensions: readonly ChannelSuspension[]; nowMs: number },
): CreditsReply {
  const free = rows.filter(({ usesLeft }) => usesLeft !== 0)
  return { credits: free.map(toCredit), canReceive: canReceive(free, now) }
}

export function toCredit(row: CreditRow): Credit {
  const { channel } = kinds[row.kind]
  return {
    id: String(row.id),
    kind: row.kind,
    channel,
    ...(channel === 'subscribe' && { templateId: row.ref }),
    ...(row.usesLeft !== null && { usesLeft: row.usesLeft }),
    ...(row.endsAtMs !== null && { expiresAt: iso(row.endsAtMs) }),
    ...(row.belowMinimumVersion && { belowMinimumVersion: true }),
    ...(row.tags.length > 0 && { tags: row.tags }),
  }
}

/** @param found the latest changes first, `historyPage.changes` at most */
export function historyReply({
  credits,
  changes,
}: {
  credits: readonly CreditRow[]
  changes: readonly HistoryEntry[]
}): CreditHistoryReply {
  const rows = new Map(credits.map((row) => [row.id, row]))
  const histories = new Map<CreditId, HistoryEntry[]>()
  for (const change of changes) {
    const known = histories.get(change.credit)
    if (known) known.push(change)
    else histories.set(change.credit, [change])
  }
  return {
    credits: [...histories].flatMap(([id, latestFirst]) => {
      const row = rows.get(id)
      if (!row) return []
      const history = latestFirst.toSorted((a, b) => a.n - b.n).map(toEvent)
      return [{ ...toCredit(row), reserved: row.reserved, history }]
    }),
    ...(changes.length === historyPage.changes && { truncated: true }),
  }
}

const toEvent = ({
  atMs,
  change,
  usesDelta,
  reservedDelta,
  ...rest
}: HistoryEntry): CreditEvent => ({
  at: iso(atMs),
  change,
  usesDelta,
  reservedDelta,
  ...(rest.message !== undefined && { messageId: rest.message }),
  ...(rest.reason !== undefined && { reason: rest.reason }),
})

export const holderReply = ({ openId, uses, endsAtMs }: Holder): CreditHolder => ({
  openId,
  ...(uses !== null && { uses }),
  ...(endsAtMs !== null && { until: iso(endsAtMs) }),
})

function canReceive(
  rows: readonly CreditRow[],
  {
    edition,
    suspensions,
    nowMs,
  }: { edition: Edition; suspensions: readonly ChannelSuspension[]; nowMs: number },
): CanReceive {
  const spendable = (channel: Channel) => {
    const usable = spendableKinds[edition][channel]
    return rows.filter(({ kind }) => usable.includes(kind))
  }
  const refusalOf = (channel: Channel) => {
    if (spendableKinds[edition][channel].length === 0) return 'retired'
    return suspensions.find((one) => one.channel === channel && isSuspended(one, nowMs))?.reason
      .code
  }
  const usesOf = (channel: 'template' | 'customer') => {
    const refused = refusalOf(channel)
    return refused ? { uses: 0, refused } : sum(spendable(channel).filter(isShown))
  }
  const subscriptions = refusalOf('subscribe') ? [] : spendable('subscribe')
  return {
    template: usesOf('template'),
    subscribe: Object.fromEntries(subscriptions.map(({ ref, usesLeft }) => [ref, usesLeft])),
    customer: usesOf('customer'),
  }
}

/** A phone below WeChat 6.5.2 never shows a template message (seeds/001 Bug & Tip). */
const isShown = ({ kind, belowMinimumVersion }: CreditRow): boolean =>
  kinds[kind].channel !== 'template' || !belowMinimumVersion

/** Of credits that have a limit, as these channels' have. */
function sum(rows: readonly CreditRow[]): { uses: number; until?: string } {
  const uses = rows.reduce((total, { usesLeft }) => total + (usesLeft ?? 0), 0)
  const ends = rows.flatMap(({ endsAtMs }) => endsAtMs ?? [])
  if (ends.length === 0) return { uses }
  return { uses, until: iso(Math.max(...ends)) }
}

/**
 * Whether the suspension is in force. A pause ends by itself. The store checks sends the same way.
 */
export const isSuspended = (
  { untilMs }: Pick<ChannelSuspension, 'untilMs'>,
  nowMs: number,
): boolean => untilMs === null || untilMs > nowMs

/**
 * The ledger stops using a credit a little before the platform does, so that a message on its way
 * does not arrive after the end: 60 seconds, or 5 % of a short life.
 */
function safetyMarginMs(lastsMs: number): number {
  return Math.min(minute, 0.05 * lastsMs)
}

/**
 * When a credit of `kind` that arose at `atMs` ends, and until when the ledger uses it; `null`:
 * never.
 */
function lifeOf(
  kind: CreditKind,
  atMs: number,
): { endsAtMs: number; usableUntilMs: number } | null {
  const { lastsMs } = kinds[kind]
  if (lastsMs === null) return null
  return { endsAtMs: atMs + lastsMs, usableUntilMs: atMs + lastsMs - safetyMarginMs(lastsMs) }
}
