/** What the screens of shares and groups ask. */
import type { GroupReply, GroupSummary, ShareNode } from 'wx-reach-server/client'
import { api } from '../../api/api.ts'
import type { Page, PageOptions } from '../../api/pages.ts'
import { anyText, type FilterValues } from '../../router/filters.ts'

export const shareFilters = { openId: anyText, openGId: anyText }

export async function pageOfShares(
  filters: FilterValues<typeof shareFilters>,
  { limit, cursor, signal }: PageOptions,
): Promise<Page<ShareNode>> {
  const reply = await api().shares.list(
    { ...filters, limit, ...(cursor && { cursor }) },
    { signal },
  )
  return { rows: reply.shares, cursor: reply.cursor }
}

export async function pageOfGroups({
  limit,
  cursor,
  signal,
}: PageOptions): Promise<Page<GroupSummary>> {
  const reply = await api().groups.list({ limit, ...(cursor && { cursor }) }, { signal })
  return { rows: reply.groups, cursor: reply.cursor }
}

/** A group, with a page of its arrivals. */
export function pageOfGroup(
  openGId: string,
  { limit, cursor, signal }: PageOptions,
): Promise<GroupReply> {
  return api().groups.get(openGId, { limit, ...(cursor && { cursor }) }, { signal })
}

/** The server counts no more members of a group. */
export const mostMembers = 500

export interface Tree {
  /** The root first, and each share after the one that it came from. */
  nodes: readonly ShareNode[]
  /** There are more: the server was not asked for all of them. */
  cut: boolean
}

const mostNodes = 5_000
/** The most that the server gives at once. */
const pageSize = 500

export async function findTree(shareId: string, signal: AbortSignal): Promise<Tree> {
  const { shares } = api()
  const nodes: ShareNode[] = []
  let cursor: string | undefined
  do {
    const query = { limit: pageSize, ...(cursor && { cursor }) }
    const reply = await shares.get(shareId, query, { signal })
    if (nodes.length === 0) nodes.push(reply.share)
    nodes.push(...reply.descendants)
    cursor = reply.cursor
  } while (cursor !== undefined && nodes.length < mostNodes)
  return { nodes, cut: cursor !== undefined }
}
