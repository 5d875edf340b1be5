import { describe, expect, it } from '@jest/globals'
import {
  readRecipients,
  type RecipientFormat,
  type RecipientLine,
} from '../../server/broadcasts/recipient-lines.ts'
import { recipientLines } from '../../server/rules/broadcasts.ts'

/** @param size bytes of a chunk: a character of UTF-8 may lie in two */
async function* chunksOf(text: string | Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text)
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

async function read(format: RecipientFormat, text: string | Uint8Array, size = 7) {
  const lines: RecipientLine[] = []
  for await (const line of readRecipients(format, chunksOf(text, size))) lines.push(line)
  return lines
}
const problemsOf = async (format: RecipientFormat, text: string | Uint8Array) =>
  (await read(format, text)).map((one) => [one.line, 'problem' in one ? one.problem : 'fine'])

describe('recipients as NDJSON', () => {
  it('are read however the bytes are cut, with a mark, CRLF and empty lines', async () => {
    const text =
      '\uFEFF{"openId":"ada","data":{"name":"小王"},"page":"pages/a?id=1"}\r\n\n  \n{"openId":"bob"}'
    const expected = [
      { line: 1, recipient: { openId: 'ada', data: { name: '小王' }, page: 'pages/a?id=1' } },
      { line: 4, recipient: { openId: 'bob', data: {} } },
    ]
    for (const size of [1, 2, 3, 1_000]) expect(await read('ndjson', text, size)).toEqual(expected)
  })

  it.each([
    ['{"openId":', 'is not JSON'],
    ['[]', 'must be an object'],
    ['"ada"', 'must be an object'],
    ['{"data":{}}', 'openId is missing'],
    ['{"openId":7}', 'openId is none of WeChat'],
    ['{"openId":"a b"}', 'openId is none of WeChat'],
    ['{"openId":"ada","name":"x"}', '"name" is not a known field'],
    ['{"openId":"ada","data":[]}', 'data must be an object'],
    ['{"openId":"ada","data":{"1":""}}', expect.stringMatching(/^"1" is no name of a field/)],
    ['{"openId":"ada","data":{"n":1}}', 'data.n must be a string'],
    [`{"openId":"ada","data":{"n":"${'x'.repeat(201)}"}}`, 'data.n is longer than 200 characters'],
    ['{"openId":"ada","page":"/a"}', expect.stringMatching(/^page /)],
    [`{"openId":"ada","page":"${'a'.repeat(1_025)}"}`, 'page is longer than 1024 characters'],
    [`"${'x'.repeat(recipientLines.maxBytes)}"`, `is longer than ${recipientLines.maxBytes} bytes`],
  ])('the line %.40s is named, and the next one is read', async (bad, problem) => {
    expect(await problemsOf('ndjson', `${bad}\n{"openId":"bob"}\n`)).toEqual([
      [1, problem],
      [2, 'fine'],
    ])
  })

  it('that are not UTF-8 are named', async () => {
    const bytes = Buffer.concat([Buffer.from('"\xff"\n', 'latin1'), Buffer.from('{"openId":"b"}')])
    expect(await problemsOf('ndjson', bytes)).toEqual([
      [1, 'is not UTF-8'],
      [2, 'fine'],
    ])
  })

  it('may have as many fields as the rules say', async () => {
    const withFields = (n: number) =>
      JSON.stringify({
        openId: 'ada',
        data: Object.fromEntries(Array.from({ length: n }, (_, at) => [`f${at}`, ''])),
      })
    expect(await problemsOf('ndjson', withFields(20))).toEqual([[1, 'fine']])
    expect(await problemsOf('ndjson', withFields(21))).toEqual([
      [1, 'data has more than 20 fields'],
    ])
  })
})

describe('recipients as CSV', () => {
  it('are read by the names in the head, with quotes, commas and empty values', async () => {
    const text = 'name,openId,page\n"Wang, ""W""",ada,pages/a\n小王,bob,\n'
    expect(await read('csv', text)).toEqual([
      { line: 2, recipient: { openId: 'ada', data: { name: 'Wang, "W"' }, page: 'pages/a' } },
      { line: 3, recipient: { openId: 'bob', data: { name: '小王' } } },
    ])
  })

  it.each([
    ['ada', 'has 1 values, and the head 2'],
    ['ada,a,b', 'has 3 values, and the head 2'],
    ['ada,"a', 'has a quote that does not end, or one within a value'],
    ['ada,a"b"', 'has a quote that does not end, or one within a value'],
    ['ada,"a"b', 'has a quote that does not end, or one within a value'],
    ['a b,x', 'openId is none of WeChat'],
  ])('the row %s is named, and the next one is read', async (bad, problem) => {
    expect(await problemsOf('csv', `openId,name\n${bad}\nbob,x\n`)).toEqual([
      [2, problem],
      [3, 'fine'],
    ])
  })

  it.each([
    ['name,page', 'the head names no openId'],
    ['openId,name,name', 'the head names "name" twice'],
    ['openId,,name', expect.stringMatching(/^"" is no name of a field/)],
    ['openId,user name', expect.stringMatching(/^"user name" is no name of a field/)],
    ['openId,"name', 'has a quote that does not end, or one within a value'],
  ])('with the head %s are not read', async (head, problem) => {
    expect(await problemsOf('csv', `${head}\nada,x\n`)).toEqual([[1, problem]])
  })

  it('are read in time that grows with their length alone', async () => {
    const hostile = `${'"'.repeat(16_000)}\n`
    expect(await problemsOf('csv', `openId\n${hostile}ada\n`)).toHaveLength(2)
  })
})

it('an upload is read no faster than its recipients are taken', async () => {
  let sent = 0
  async function* upload() {
    for (; sent < 1_000_000; sent++) yield Buffer.from(`{"openId":"user-${sent}"}\n`)
  }
  const recipients = readRecipients('ndjson', upload())
  for (let taken = 1; taken <= 1_000; taken++) {
    expect((await recipients.next()).value).toMatchObject({ line: taken })
    expect(sent).toBeLessThanOrEqual(taken)
  }
  await recipients.return(undefined)
})
