/**
 * What each errcode means: the one table of foreign codes. `seeds` are the platform's pages of 2018, `platform`
 * its documentation as of 2026. The outcomes are those of the send; a code that means something else in another
 * call says so under `in`.
 */
import { codes } from './errcodes/codes.ts'
import { credentials } from './errcodes/credentials.ts'
import { customer } from './errcodes/customer.ts'
import { limits } from './errcodes/limits.ts'
import { newtmpl } from './errcodes/newtmpl.ts'
import type { Rows } from './errcodes/row.ts'
import { sends } from './errcodes/sends.ts'
import { signIn } from './errcodes/sign-in.ts'

export type { Call, Meaning, Outcome } from './errcodes/row.ts'

export const errcodes: Rows = {
  ...limits,
  ...credentials,
  ...sends,
  ...customer,
  ...signIn,
  ...codes,
  ...newtmpl,
}
