import { describe, expect, it } from '@jest/globals'
import { readJson } from '../../../server/verify/push/body.ts'

describe('a MsgId in JSON', () => {
  it.each(['9007199254740993', '18446744073709551615', '7', '0'])(
    'of %s keeps every digit',
    (id) => {
      expect(readJson(`{"Content":"a","MsgId":${id}}`)?.MsgId).toBe(id)
      expect(readJson(`{ "MsgId" :\n${id} , "Content":"a"}`)?.MsgId).toBe(id)
      expect(readJson(`{"MsgId":"${id}"}`)?.MsgId).toBe(id)
    },
  )

  it('is not read from within a text', () => {
    const content = '","MsgId":1,"x":"\\'
    const source = `{"Content":${JSON.stringify(content)},"MsgId":9007199254740993}`
    expect(readJson(source)).toEqual({ Content: content, MsgId: '9007199254740993' })
    expect(readJson(`{"MsgId":9007199254740993,"Content":${JSON.stringify(content)}}`)).toEqual({
      Content: content,
      MsgId: '9007199254740993',
    })
  })

  it('is not read from a deeper object, a list or a value of that name', () => {
    const source = '{"a":{"MsgId":1},"MsgId":9007199254740993,"b":[{"MsgId":2}],"c":"MsgId","d":3}'
    expect(readJson(source)?.MsgId).toBe('9007199254740993')
    expect(readJson('{"a":{"MsgId":1}}')).toEqual({ a: { MsgId: 1 } })
  })

  it('is the last one when repeated, however its name is written', () => {
    expect(readJson('{"MsgId":1,"Msg\\u0049d":9007199254740993}')?.MsgId).toBe('9007199254740993')
    expect(readJson('{"MsgId":1,"MsgId":"x"}')?.MsgId).toBe('x')
    expect(readJson('{"MsgId":"x","MsgId":2}')?.MsgId).toBe('2')
  })
})

describe('JSON', () => {
  it.each([
    '',
    '[]',
    'null',
    '"a"',
    '7',
    '{',
    '{"a":1,}',
    '{"a":1}{',
    "{'a':1}",
    '{"a":1}\u0001',
    '{\u0000"a":1}',
  ])('of %j is refused', (source) => {
    expect(readJson(source)).toBeUndefined()
  })

  it('nests at most sixteen deep, braces within texts not counted', () => {
    const nested = (depth: number) => `{"a":${'['.repeat(depth - 1)}${']'.repeat(depth - 1)}}`
    expect(readJson(nested(16))).toBeDefined()
    expect(readJson(nested(17))).toBeUndefined()
    expect(readJson(nested(30_000))).toBeUndefined()
    expect(readJson(`{"a":"${'['.repeat(30_000)}"}`)).toBeDefined()
  })

  it('treats __proto__ and the like as plain names', () => {
    const fields = readJson('{"__proto__":{"admin":1},"MsgId":1}')
    expect(fields?.admin).toBeUndefined()
    expect(Object.keys(fields ?? {})).toEqual(['__proto__', 'MsgId'])
  })
})
