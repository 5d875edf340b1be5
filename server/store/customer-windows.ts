/** What customer service may still send to one user: one credit, whose uses a trigger renews and never adds to. */
import { kindCode } from './row-codes.ts'
import { creditId } from './row-ids.ts'
import type { CustomerWindow, UserNumber } from './store.ts'

/** The same row for every kind, which changes with the windows that are open. */
export const allowance = creditId('wrote', '')

export interface Trigger {
  user: UserNumber
  atMs: number
  nowMs: number
}

export type StoredWindow = CustomerWindow & { atMs: number }
export type WindowRow = Omit<StoredWindow, 'kind'> & { kind: number }

export const toWindow = ({ kind, ...row }: WindowRow): StoredWindow => ({
  ...row,
  kind: kindCode.word(kind) as CustomerWindow['kind'],
})

export interface Triggered {
  /** The windows as one, with the new one among them. */
  sum: CustomerWindow
  /** Of a trigger that comes later than a younger one: what it adds to an allowance that is there. */
  late: { uses: number } | undefined
}

/**
 * A trigger sets the uses to the largest limit among the windows that are open then and the end to the furthest, and
 * begins a new generation. One that comes later than a younger one finds its work done: it only adds what the younger
 * one would have had on top. `undefined`: it changes nothing.
 */
export function trigger(
  before: readonly StoredWindow[],
  { atMs, nowMs }: Trigger,
  opened: CustomerWindow,
): Triggered | undefined {
  const beganMs = Math.max(...before.map((window) => window.atMs))
  const others = before.filter(({ kind }) => kind !== opened.kind)
  const isYounger = (window: StoredWindow) => window.kind === opened.kind && window.atMs > atMs
  if (before.some(isYounger)) return undefined
  const sumMs = Math.max(atMs, beganMs)
  const sum = sumAt([...others, { ...opened, atMs }], sumMs)
  if (sum.endsAtMs <= nowMs) return undefined
  if (atMs >= beganMs) return { sum, late: undefined }
  const had = Math.max(0, ...openAt(before, sumMs).map(({ uses }) => uses))
  return { sum, late: { uses: Math.max(0, sum.uses - had) } }
}

/** What the history says of an allowance that begins anew. */
export const renewal = (
  { uses }: CustomerWindow,
  before?: { uses: number | null; reserved: number },
) => ({
  change: before ? ('renewed' as const) : ('recorded' as const),
  uses: uses - (before?.uses ?? 0),
  reserved: -(before?.reserved ?? 0),
})

const openAt = (windows: readonly StoredWindow[], ms: number) =>
  windows.filter(({ endsAtMs }) => endsAtMs > ms)

/** The larger gives its kind. */
function sumAt(windows: readonly StoredWindow[], ms: number): CustomerWindow {
  const open = openAt(windows, ms)
  const [larger = windows[0]!] = open.sort((a, b) => b.uses - a.uses || b.endsAtMs - a.endsAtMs)
  return {
    kind: larger.kind,
    uses: larger.uses,
    endsAtMs: Math.max(...open.map(({ endsAtMs }) => endsAtMs)),
    usableUntilMs: Math.max(...open.map(({ usableUntilMs }) => usableUntilMs)),
  }
}
