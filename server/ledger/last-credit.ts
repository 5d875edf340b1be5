/** How long the credits last that a user holds now, for a message that is sent later. */
import type { MessageRequest } from '../../shared/wire/index.ts'
import { spendableKinds } from '../rules/credits.ts'
import type { ReachApp } from '../runtime/apps.ts'
import type { CreditRow } from '../store/store.ts'

/**
 * Until when the last of the credits can be used that the message could use: `undefined` if one of
 * them never ends, `null` if there is none.
 */
export function lastCreditUntilMs(
  credits: readonly CreditRow[],
  { edition }: Pick<ReachApp, 'edition'>,
  request: MessageRequest,
): number | null | undefined {
  const kinds = spendableKinds[edition][request.channel]
  const fitting = credits.filter(
    ({ kind, ref, usesLeft }) =>
      kinds.includes(kind) &&
      usesLeft !== 0 &&
      (request.channel !== 'subscribe' || ref === request.templateId),
  )
  if (fitting.length === 0) return null
  const ends = fitting.map(({ usableUntilMs }) => usableUntilMs ?? Infinity)
  const last = Math.max(...ends)
  return last === Infinity ? undefined : last
}
