import { describe, expect, it } from '@jest/globals'
import type { Readable } from 'node:stream'
import { text } from 'node:stream/consumers'
import { csvReply } from '../../server/http/csv.ts'

const read = (reply: { body?: unknown }) => text(reply.body as Readable)

describe('a reply as CSV', () => {
  it('has a line of names, then the rows of all parts, each ended by CRLF', async () => {
    const parts = [[['a', 1]], [], [['b', undefined]]]
    expect(await read(csvReply(['word', 'count'], parts))).toBe('word,count\r\na,1\r\nb,\r\n')
    expect(await read(csvReply(['word'], []))).toBe('word\r\n')
  })

  it('quotes what would break a line or a cell', async () => {
    const row = ['a,b', 'say "yes"', 'one\r\ntwo', '秋天']
    const expected = 'a\r\n"a,b","say ""yes""","one\r\ntwo",秋天\r\n'
    expect(await read(csvReply(['a'], [[row]]))).toBe(expected)
  })

  it('is no formula to a spreadsheet, and keeps numbers', async () => {
    const row = ['=1+1', '+1', '-1', '@a', '\tb', -1]
    expect(await read(csvReply(['a'], [[row]]))).toBe("a\r\n'=1+1,'+1,'-1,'@a,'\tb,-1\r\n")
  })

  it('asks for a part once the one before was read, and for none after it was left', async () => {
    let asked = 0
    async function* parts() {
      for (;;) yield [[String((asked += 1)).repeat(20_000)]]
    }
    const { body } = csvReply(['n'], parts())
    for await (const part of body as Readable) if (part !== 'n\r\n') break
    expect(asked).toBeGreaterThan(0)
    expect(asked).toBeLessThan(20)
  })
})
