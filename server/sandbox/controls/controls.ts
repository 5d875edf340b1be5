/** Every control that the sandbox has. */
import type { Control } from './control.ts'
import { calls, faults, inbox, reset } from './observation.ts'
import { clock, edition, pages, penalties, quotas } from './platform.ts'
import { pushConfig, pushes, pushList } from './pushes.ts'
import { formIds, prepayIds, subscriptions, templates } from './rights.ts'
import { loginCodes, shareInfo, users } from './users.ts'

export const controls: readonly Control[] = [
  users,
  loginCodes,
  formIds,
  prepayIds,
  shareInfo,
  subscriptions,
  templates,
  pages,
  quotas,
  penalties,
  pushConfig,
  pushes,
  pushList,
  edition,
  inbox,
  clock,
  faults,
  calls,
  reset,
]
