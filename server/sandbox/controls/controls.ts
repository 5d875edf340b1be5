/** Every control that the sandbox has. */
import { calls } from './calls.ts'
import { clock } from './clock.ts'
import type { Control } from './control.ts'
import { edition } from './edition.ts'
import { faults } from './faults.ts'
import { formIds } from './form-ids.ts'
import { inbox } from './inbox.ts'
import { loginCodes } from './login-codes.ts'
import { pages } from './pages.ts'
import { penalties } from './penalties.ts'
import { prepayIds } from './prepay-ids.ts'
import { pushConfig } from './push-config.ts'
import { pushList, pushes } from './pushes.ts'
import { quotas } from './quotas.ts'
import { reset } from './reset.ts'
import { shareInfo } from './share-info.ts'
import { subscriptions } from './subscriptions.ts'
import { templates } from './templates.ts'
import { users } from './users.ts'

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
