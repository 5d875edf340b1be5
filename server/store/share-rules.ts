/** What becomes of what a phone tells about shares: the same on every engine. */
import { groupReasons } from '../../shared/codes.ts'
import type { GroupReason } from '../../shared/codes.ts'
import type { Happened, Recorded, Told } from './happened.ts'
import type { EventRecord, GroupRecord, UserNumber } from './store.ts'

export type EventRecordOf<Type extends EventRecord['type']> = Extract<EventRecord, { type: Type }>

/** Deep enough for any real chain, and a bound for every walk. */
export const maxDepth = 64

export interface ShareOwner {
  user: UserNumber | null
  startedMs: number | null
}

/** The first to start, or to finish, a share owns its id. */
export function refuseStart(owner: ShareOwner, at: Happened): Recorded | undefined {
  return refuseFinish(owner, at) ?? (owner.startedMs === null ? undefined : { status: 'duplicate' })
}

export function refuseFinish({ user }: ShareOwner, at: Happened): Recorded | undefined {
  if (user === null || user === at.user) return undefined
  return { status: 'rejected', reason: 'share_taken' }
}

export function finished({ groups }: EventRecordOf<'share.finished'>): Recorded {
  if (groups.length === 0) return { status: 'accepted' }
  const openGIds = groups.map((group) => openGIdOf(group) ?? null)
  return { status: 'accepted', openGIds, ...reasonOf(groups) }
}

export function opened({ group }: EventRecordOf<'share.opened'>): Recorded {
  const openGId = openGIdOf(group)
  if (openGId !== undefined) return { status: 'accepted', openGId }
  return { status: 'accepted', ...reasonOf(group ? [group] : []) }
}

export const openGIdOf = (group: GroupRecord | undefined): string | undefined =>
  group && 'openGId' in group ? group.openGId : undefined

const serverReasons: ReadonlySet<string> = new Set(groupReasons)

/** Only what the server found out is told to the phone; its own words it knows. */
function reasonOf(groups: readonly GroupRecord[]): Told {
  for (const group of groups) {
    if ('unavailable' in group && serverReasons.has(group.unavailable)) {
      return { reason: group.unavailable as GroupReason }
    }
  }
  return {}
}
