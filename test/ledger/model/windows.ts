/** The model's customer service windows: a user's windows share one allowance, not a sum. */
import type { Credits } from './credits.ts'
import { lifetimeOf, creditRules, type Edition } from './rules.ts'

type Trigger = 'entered' | 'wrote'

interface Window {
  user: string
  kind: Trigger
  atMs: number
  uses: number
  endsMs: number
  usableMs: number
}

export interface Windows {
  open(user: string, kind: Trigger, at: { atMs: number; nowMs: number; edition: Edition }): void
  sweep(nowMs: number): void
}

export function createWindows(credits: Credits): Windows {
  /** The latest window of each kind and user. */
  let windows: Window[] = []

  const most = (of: Window[], what: 'uses' | 'endsMs' | 'usableMs' | 'atMs') =>
    Math.max(...of.map((window) => window[what]))

  return {
    open(user, kind, { atMs, nowMs, edition }) {
      const before = windows.filter((one) => one.user === user)
      if (before.some((one) => one.kind === kind && one.atMs > atMs)) return
      const opened = {
        user,
        kind,
        atMs,
        uses: creditRules[kind].uses[edition],
        ...lifetimeOf(kind, atMs),
      }
      const after = [...before.filter((one) => one.kind !== kind), opened]
      // The state at the latest trigger decides, whichever trigger is recorded first.
      const lastMs = most(after, 'atMs')
      const openThen = (of: Window[]) => of.filter(({ endsMs }) => endsMs > lastMs)
      const open = openThen(after)
      const ends = { endsMs: most(open, 'endsMs'), usableMs: most(open, 'usableMs') }
      if (ends.endsMs <= nowMs) return
      windows = [...windows.filter((one) => !before.includes(one)), ...after]
      const uses = most(open, 'uses')
      const [larger] = [...open].sort((a, b) => b.uses - a.uses || b.endsMs - a.endsMs)
      const inTime = before.every((one) => one.atMs <= atMs)
      if (inTime || !credits.allowance(user)) return credits.renew(user, larger!.kind, uses, ends)
      // The later trigger has renewed the allowance: this one adds the uses that it lacked.
      const brought = uses - Math.max(0, most(openThen(before), 'uses'))
      credits.extend(user, larger!.kind, Math.max(0, brought), ends)
    },
    sweep: (nowMs) => void (windows = windows.filter(({ endsMs }) => endsMs > nowMs)),
  }
}
