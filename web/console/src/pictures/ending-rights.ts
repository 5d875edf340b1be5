/** The rights that end within seven days: how many are left at each hour, stacked by kind. */
import type { CreditKind, CreditsSummary } from 'wx-reach-server/client'

const hourMs = 3_600_000
/** With the hour in which the seven days end. */
export const hoursShown = 7 * 24 + 1

export interface LeftRights {
  /** Rights that are left when an hour begins, from now on, of those that end within the time. */
  kinds: { kind: CreditKind; left: number[] }[]
  /** Of all kinds: those that end within each hour. */
  ending: number[]
}

/** @param fromMs now; its hour is the first */
export function leftRights(credits: readonly CreditsSummary[], fromMs: number): LeftRights {
  const firstMs = Math.floor(fromMs / hourMs) * hourMs
  const ending = Array.from({ length: hoursShown }, () => 0)
  const byKind = new Map<CreditKind, number[]>()
  for (const { kind, endingByHour } of credits) {
    for (const { at, uses } of endingByHour) {
      const hour = (Date.parse(at) - firstMs) / hourMs
      if (hour < 0 || hour >= hoursShown) continue
      const own = byKind.get(kind) ?? ending.map(() => 0)
      byKind.set(kind, own)
      own[hour]! += uses
      ending[hour]! += uses
    }
  }
  const kinds = [...byKind].map(([kind, ends]) => {
    let left = 0
    return {
      kind,
      left: [...ends]
        .reverse()
        .map((uses) => (left += uses))
        .reverse(),
    }
  })
  return { kinds, ending }
}

export interface Area {
  kind: CreditKind
  /** Of SVG: an hour is 1 wide, and all rights are `height` high. */
  path: string
}

/** The kinds on top of each other, from the bottom. */
export function areasOf({ kinds }: LeftRights, height: number): Area[] {
  const highest = kinds.reduce((sum, { left }) => sum + left[0]!, 0)
  let below = Array.from({ length: hoursShown }, () => 0)
  return kinds.map(({ kind, left }) => {
    const above = below.map((from, hour) => from + left[hour]!)
    const y = (n: number) => +(height * (1 - n / highest)).toFixed(2)
    const along = above.map((n, hour) => `V${y(n)}H${hour + 1}`)
    const back = below.map((n, hour) => `V${y(n)}H${hour}`).reverse()
    below = above
    return { kind, path: `M0 ${height}${along.join('')}${back.join('')}Z` }
  })
}
