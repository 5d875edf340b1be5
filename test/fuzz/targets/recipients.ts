/** Uploads of recipients, in both formats, cut anywhere. */
import * as fc from 'fast-check'
import { readRecipients, type RecipientFormat } from '../../../server/broadcasts/recipient-lines.ts'
import { recipientLines } from '../../../server/rules/broadcasts.ts'
import { isValue } from '../../../server/verify/values.ts'
import { jsonTokens, mutatedBytes } from '../../support/mutations.ts'
import { promised, type FuzzTarget } from './target.ts'

interface Upload {
  format: RecipientFormat
  bytes: Buffer
  /** Where the second chunk begins. */
  cut: number
}

const lines = [
  '{"openId":"oAlice","data":{"name":"Alice"},"page":"pages/a?x=1"}\n{"openId":"oBob"}\r\n\n',
  '\ufeffopenId,page,name\noAlice,pages/a,"A ""b"""\noBob,,Bob\n',
]

export const recipients: FuzzTarget<Upload> = {
  name: 'recipients',
  inputs: fc.record({
    format: fc.constantFrom('ndjson', 'csv'),
    bytes: mutatedBytes(lines, {
      maxBytes: 2_000,
      tokens: [...jsonTokens, ',', '"', '\n', '\r\n', '\ufeff'],
    }),
    cut: fc.nat(100),
  }),
  async read({ format, bytes, cut }) {
    const chunks = [bytes.subarray(0, cut), bytes.subarray(cut)]
    let last = 0
    let outcome = 'empty'
    for await (const { line, ...read } of readRecipients(format, chunks)) {
      promised(line > last, 'each line is read once, in order')
      last = line
      if ('problem' in read) {
        promised(read.problem.length < 500, 'what is wrong with a line is short')
        outcome = 'bad'
        continue
      }
      const { openId, data } = read.recipient
      promised(isValue('openId', openId), 'a recipient has an openId that can be stored')
      for (const text of Object.values(data)) {
        promised(text.length <= recipientLines.maxFieldCharacters, 'a field is short')
      }
      outcome = 'good'
    }
    return outcome
  },
  outcomes: ['empty', 'bad', 'good'],
}
