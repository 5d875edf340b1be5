/** Rows of shares and groups, as they are told to the outside. */
import type { GroupArrival, GroupMember, ShareNode } from '../../shared/wire/index.ts'
import { withoutNulls } from './without-nulls.ts'

export interface ShareRow {
  shareId: string
  parentShareId: string | null
  openId: string | null
  page: string | null
  path: string | null
  title: string | null
  from: NonNullable<ShareNode['from']> | null
  startedMs: number | null
  result: NonNullable<ShareNode['result']> | null
  opens: number
  openers: number
}

export function toNode(row: ShareRow, depth: number, openGIds: string[]): ShareNode {
  const { startedMs, shareId, opens, openers, ...optional } = row
  return {
    shareId,
    depth,
    ...withoutNulls(optional),
    ...(startedMs !== null && { startedAt: iso(startedMs) }),
    opens,
    openers,
    openGIds,
  }
}

/** Everybody in a group of WeChat's largest size, and a bound for what is not one. */
export const membersShown = 500

export interface MemberRow {
  openId: string
  firstSeenMs: number
}

export const toMember = ({ openId, firstSeenMs }: MemberRow): GroupMember => ({
  openId,
  firstSeenAt: iso(firstSeenMs),
})

export interface ArrivalRow {
  arrival: number
  openId: string
  shareId: string | null
  scene: number
  atMs: number
}

export const toArrival = ({ openId, shareId, scene, atMs }: ArrivalRow): GroupArrival => ({
  openId,
  ...(shareId !== null && { shareId }),
  scene,
  at: iso(atMs),
})

export const iso = (ms: number): string => new Date(ms).toISOString()
