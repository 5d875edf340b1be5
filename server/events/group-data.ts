/** Encrypted share data of one user → openGIds. */
import type { Group } from '../../shared/wire.ts'
import type { GroupFact } from '../store/store.ts'
import { decryptUserData, openGIdOf } from '../verify/user-data.ts'

export interface GroupOpener {
  /** `stale`: no kept session_key opens it; a sign-in in between has replaced the key. */
  open(group: Group): { fact: GroupFact; stale: boolean }
}

/** @param sessionKeys of the user, newest first */
export function createGroupOpener(world: {
  appId: string
  sessionKeys: Buffer[]
  nowMs: number
}): GroupOpener {
  return {
    open(group) {
      if ('unavailable' in group) return { fact: { unavailable: group.unavailable }, stale: false }
      const { encryptedData, iv } = group
      const opened = decryptUserData({ ...world, encryptedData, iv })
      if (!opened.ok) {
        return { fact: { unavailable: opened.reason }, stale: opened.reason === 'undecryptable' }
      }
      const openGId = openGIdOf(opened.data)
      return { fact: openGId ? { openGId } : { unavailable: 'not_a_group' }, stale: false }
    },
  }
}
