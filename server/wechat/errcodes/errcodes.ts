/**
 * What each errcode means: the one table of foreign codes. `seeds` are the platform's pages of 2018, `platform`
 * its documentation as of 2026. The outcomes are those of the send; a code that means something else in another
 * call says so under `in`.
 */
import { codes } from './codes.ts'
import { credentials } from './credentials.ts'
import { customer } from './customer.ts'
import { limits } from './limits.ts'
import { newtmpl } from './newtmpl.ts'
import type { Call, Meaning, Rows } from './row.ts'
import { sends } from './sends.ts'
import { signIn } from './sign-in.ts'

export type { Call, Meaning, Outcome } from './row.ts'

export const errcodes: Rows = {
  ...limits,
  ...credentials,
  ...sends,
  ...customer,
  ...signIn,
  ...codes,
  ...newtmpl,
}

const unknownCode: Meaning = {
  meaning: 'unknown_code',
  outcome: 'message_bad',
  reason: 'message_bad',
  advice: "This code is not in our table: WeChat's own words (errmsg) say more.",
  source: 'platform: any other code',
}

/**
 * What `errcode` means in `call`; without one, in a send or any other use of an access_token. A code that is not
 * named counts as a bad message: its credit is given back and it is not tried again.
 */
export function meaningOf(errcode: number, call: Call = 'send'): Meaning {
  const row = errcodes[errcode]
  if (!row) return unknownCode
  return (call !== 'send' && row.in?.[call]) || row
}

/** The shape in which an answer of WeChat's is told to others. */
export function refusalOf(
  answer: { errcode: number; errmsg: string },
  call: Call = 'send',
): { errcode: number; errmsg: string; meaning: string } {
  const { errcode, errmsg } = answer
  return { errcode, errmsg, meaning: meaningOf(errcode, call).meaning }
}
