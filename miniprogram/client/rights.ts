/** The entry `wx-reach/rights`: how many messages this user can still receive. */
import type { RightsReply } from '../../shared/wire/index'
import { ask, fail, type AskError } from './ask'
import type { Reach } from './reach'

/** `template` and `customer` sum what is left of a channel; `subscribe` has it by template id. */
export type Rights = RightsReply

/** What `rights` rejects with. */
export type RightsError = AskError

/**
 * Asks the server which messages this user can receive now, so that a page asks for a subscription
 * when it is needed: `subscribe[templateId]` is the number of messages left, `null` where there is
 * no limit, and absent where there is none. What waits on the phone is not counted yet. Rejects
 * with a `code`: `consent_missing`, `server_unreachable`, `unexpected_reply`, or as the sign-in
 * does.
 *
 * @example
 * const { subscribe } = await rights(reach)
 * this.setData({ mayAsk: subscribe[orderShipped] === undefined })
 */
export async function rights(reach: Reach): Promise<Rights> {
  const { status, data } = await ask(reach, '/v1/rights')
  if (!status) fail('server_unreachable')
  if (status !== 200 || !data || !(data as Partial<Rights>).subscribe) fail('unexpected_reply')
  return data as Rights
}
