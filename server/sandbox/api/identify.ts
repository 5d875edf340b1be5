import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'
import { text, type Fields } from './fields.ts'
import { refuse, type Refusal } from './reply.ts'

/**
 * The account that appid and secret name. A wrong secret is 40125 and never 40001 or 42001, which some SDKs
 * take for an old token: they would ask for a new one for ever.
 */
export function identify(fields: Fields, state: State): Account | Refusal {
  const [appId, secret] = [text(fields['appid']), text(fields['secret'])]
  if (appId === undefined) return refuse(41002)
  if (secret === undefined) return refuse(41004)
  const account = state.accounts.get(appId)
  if (!account) return refuse(40013)
  return account.secret === secret ? account : refuse(40125)
}
