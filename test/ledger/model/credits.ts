/** The model's credits, in plain lists: record, reserve, spend, supersede and expire. */
import type { Channel, CreditKind } from '../../../shared/wire/index.ts'
import { periods, lifetimeOf, creditRules, type Edition } from './rules.ts'

export interface ModelCredit {
  user: string
  kind: CreditKind
  /** Empty for the one allowance of customer service. */
  ref: string
  /** Infinity: no limit. */
  free: number
  reserved: number
  endsMs: number
  usableMs: number
  tooOld: boolean
  /** A new object for each generation. A reservation of an earlier one changes nothing. */
  generation: object
}

export interface Reservation {
  credit: ModelCredit
  generation: object
  /** How often the credit may have been presented to WeChat, the call under way included. */
  presentations: number
}

export interface Credits {
  all(): readonly ModelCredit[]
  /** All uses that a user ever received on a channel. */
  granted(user: string, channel: Channel): number
  setTooOld(user: string, tooOld: boolean): void
  record(
    user: string,
    kind: 'form' | 'payment' | 'subscription',
    ref: string,
    at: { atMs: number; edition: Edition; unlimited?: boolean },
  ): 'accepted' | 'duplicate'
  /** Keeps the latest `most` live forms that are free, and ends the others. */
  keepLatest(user: string, most: number, nowMs: number): void
  /** Replaces the allowance, or creates it. */
  renew(
    user: string,
    kind: CreditKind,
    uses: number,
    ends: Pick<ModelCredit, 'endsMs' | 'usableMs'>,
  ): void
  /** Adds uses to the allowance. */
  extend(
    user: string,
    kind: CreditKind,
    uses: number,
    ends: Pick<ModelCredit, 'endsMs' | 'usableMs'>,
  ): void
  allowance(user: string): ModelCredit | undefined
  /** Credits for a message, in the order in which they are spent. */
  usable(user: string, scope: CreditScope, edition: Edition, nowMs: number): ModelCredit[]
  /** Uses of these credits that messages have reserved. */
  reservedIn(user: string, scope: CreditScope, nowMs: number): number
  reserve(credit: ModelCredit): Reservation
  spend(reservation: Reservation): void
  giveBack(reservation: Reservation): void
  /** Gives back a use that counted as spent. */
  restore(reservation: Reservation): void
  kill(reservation: Reservation): void
  revoke(user: string, templateId: string): void
  /** @param held credits that unfinished messages have reserved: they stay, whatever their age */
  sweep(nowMs: number, held: readonly ModelCredit[]): void
}

/** Which credits a message may use. Messages of the same scope compete for them. */
export interface CreditScope {
  channel: Channel
  /** Only for `subscribe`. */
  templateId?: string
}

export function createCredits(): Credits {
  let credits: ModelCredit[] = []
  const tooOld = new Set<string>()
  const grants = new Map<string, number>()
  const find = (user: string, kind: CreditKind, ref: string) =>
    credits.find((one) => one.user === user && one.kind === kind && one.ref === ref)
  const allowance = (user: string) =>
    credits.find((one) => one.user === user && creditRules[one.kind].channel === 'customer')
  const inScope = (user: string, { channel, templateId }: CreditScope, nowMs: number) =>
    credits
      .filter((one) => one.user === user && one.usableMs > nowMs)
      .filter(({ kind }) => creditRules[kind].channel === channel)
      .filter(({ ref }) => templateId === undefined || ref === templateId)
  const end = (credit: ModelCredit) =>
    Object.assign(credit, { free: 0, reserved: 0, generation: {} })
  const isCurrent = ({ credit, generation }: Reservation) =>
    credit.generation === generation && credits.includes(credit)

  function grant({ user, kind }: ModelCredit, uses: number): void {
    const place = `${user} ${creditRules[kind].channel}`
    grants.set(place, (grants.get(place) ?? 0) + uses)
  }

  function add(
    user: string,
    kind: CreditKind,
    ref: string,
    uses: number,
    ends: Pick<ModelCredit, 'endsMs' | 'usableMs'>,
  ) {
    const old = tooOld.has(user) && creditRules[kind].channel !== 'customer'
    const { endsMs, usableMs } = ends
    const credit = {
      user,
      kind,
      ref,
      free: uses,
      reserved: 0,
      endsMs,
      usableMs,
      tooOld: old,
      generation: {},
    }
    credits.push(credit)
    grant(credit, uses)
  }

  return {
    all: () => credits,
    granted: (user, channel) => grants.get(`${user} ${channel}`) ?? 0,
    allowance,
    setTooOld: (user, is) => void (is ? tooOld.add(user) : tooOld.delete(user)),
    record(user, kind, ref, { atMs, edition, unlimited = false }) {
      const uses = unlimited ? Infinity : creditRules[kind].uses[edition]
      const known = find(user, kind, ref)
      if (!known) {
        add(user, kind, ref, uses, lifetimeOf(kind, atMs))
        return 'accepted'
      }
      if (kind !== 'subscription') return 'duplicate'
      known.free += uses
      grant(known, uses)
      known.tooOld &&= tooOld.has(user)
      return 'accepted'
    },
    keepLatest(user, most, nowMs) {
      credits
        .filter((one) => one.user === user && one.kind === 'form' && one.usableMs > nowMs)
        .filter(({ free, reserved }) => free > 0 && reserved === 0)
        .sort((a, b) => b.usableMs - a.usableMs)
        .slice(most)
        .forEach((credit) => (credit.free = 0))
    },
    renew(user, kind, uses, ends) {
      const known = allowance(user)
      if (!known) return add(user, kind, '', uses, ends)
      Object.assign(known, { kind, free: uses, reserved: 0, ...ends, generation: {} })
      grant(known, uses)
    },
    extend(user, kind, uses, ends) {
      const known = allowance(user)!
      Object.assign(known, { kind, free: known.free + uses, ...ends })
      grant(known, uses)
    },
    usable: (user, scope, edition, nowMs) =>
      inScope(user, scope, nowMs)
        .filter(({ free, kind }) => free > 0 && creditRules[kind].spentIn.includes(edition))
        .sort((a, b) => Number(a.tooOld) - Number(b.tooOld) || a.usableMs - b.usableMs),
    reservedIn: (user, scope, nowMs) =>
      inScope(user, scope, nowMs).reduce((sum, { reserved }) => sum + reserved, 0),
    reserve(credit) {
      credit.free -= 1
      credit.reserved += 1
      return { credit, generation: credit.generation, presentations: 1 }
    },
    spend(reservation) {
      if (isCurrent(reservation)) reservation.credit.reserved -= 1
    },
    giveBack(reservation) {
      if (!isCurrent(reservation)) return
      reservation.credit.reserved -= 1
      reservation.credit.free += 1
    },
    restore: (reservation) => void (isCurrent(reservation) && (reservation.credit.free += 1)),
    kill: (reservation) => void (isCurrent(reservation) && end(reservation.credit)),
    revoke(user, templateId) {
      const known = find(user, 'subscription', templateId)
      if (known) end(known)
    },
    sweep(nowMs, held) {
      for (const credit of credits) if (credit.endsMs <= nowMs) credit.free = 0
      credits = credits.filter(
        (credit) => credit.endsMs >= nowMs - periods.endedCreditsMs || held.includes(credit),
      )
    },
  }
}
