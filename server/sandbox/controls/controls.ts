/** Every control that the sandbox has. */
import type { Control } from './control.ts'
import { calls, faults, inbox, reset } from './observation.ts'
import { clock, edition, notices, pages, penalties, quotas, secret } from './platform.ts'
import { pushConfig, pushes, pushList } from './pushes.ts'
import { formIds, prepayIds, subscriptions } from './rights.ts'
import { applicationList, applications, review, templates } from './templates.ts'
import { loginCodes, shareInfo, users } from './users.ts'

export const controls: readonly Control[] = [
  users,
  loginCodes,
  formIds,
  prepayIds,
  shareInfo,
  subscriptions,
  templates,
  applications,
  applicationList,
  review,
  pages,
  quotas,
  penalties,
  notices,
  secret,
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
