/** The ranking of a group: how many of its members came by the cards of each. */
import type { ReachApi } from '../client/api.ts'
import { ReachError } from '../client/errors.ts'
import { sharePages } from '../rules/requests.ts'

interface RankingRow {
  /** Equal numbers share a place. */
  place: number
  /** A number in place of a name, of which the server knows none. */
  member: number
  /** Others of the group who opened a card of this member there. */
  brought: number
  /** The row of the user who asks. */
  mine: boolean
}

/**
 * @returns `undefined` where the user was not seen in the group: an openGId in a request is a
 *   claim
 */
export async function groupRanking(
  reach: ReachApi,
  openGId: string,
  openId: string,
): Promise<RankingRow[] | undefined> {
  const group = await findGroup(reach, openGId)
  if (!group?.members.some((member) => member.openId === openId)) return undefined
  const sharers = await sharersOf(reach, group.arrivals)
  const known = new Set([...group.members.map((one) => one.openId), ...sharers.values()])
  const rows = [...known].map((who, index) => {
    const visitors = group.arrivals
      .filter((one) => one.openId !== who && sharers.get(one.shareId ?? '') === who)
      .map((one) => one.openId)
    return { member: index + 1, brought: new Set(visitors).size, mine: who === openId }
  })
  rows.sort((a, b) => b.brought - a.brought)
  return rows.map((row) => ({
    place: 1 + rows.filter(({ brought }) => brought > row.brought).length,
    ...row,
  }))
}

async function findGroup(reach: ReachApi, openGId: string) {
  try {
    // A real ranking keeps sums of its own, for all arrivals.
    return await reach.groups.get(openGId, { limit: sharePages.group.maxLimit })
  } catch (error) {
    if (error instanceof ReachError && error.code === 'not_found') return undefined
    throw error
  }
}

/** Share → who shared it. */
async function sharersOf(reach: ReachApi, arrivals: readonly { shareId?: string }[]) {
  const sharers = new Map<string, string>()
  for (const { shareId } of arrivals) {
    if (shareId === undefined || sharers.has(shareId)) continue
    const { share } = await reach.shares.get(shareId, { depth: 0 })
    if (share.openId !== undefined) sharers.set(shareId, share.openId)
  }
  return sharers
}
