/** From WeChat's numbers to words of ours. */
import { errcodes, type Call, type Meaning } from './errcodes.ts'

export { errcodes, type Call, type Meaning, type Outcome } from './errcodes.ts'

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
