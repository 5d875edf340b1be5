import type { RightKind } from '../rules/limits.ts'
import type { Account } from '../state/account.ts'
import { ControlError } from './control.ts'

/** @throws ControlError when the id that the caller chose was handed out before. */
export function issueRight(account: Account, kind: RightKind, openId: string, id?: string): string {
  const issued = account.rights.issue(kind, openId, id)
  if (issued !== undefined) return issued
  throw new ControlError(400, 'This id was handed out before. Choose another, or leave it out.')
}
