import { describe, expect, it } from '@jest/globals'
import {
  errcodes,
  meaningOf,
  refusalOf,
  type Outcome,
} from '../../server/wechat/errcodes/errcodes.ts'

describe('the table of errcodes', () => {
  it.each<[Outcome, number[]]>([
    ['sent', [0]],
    ['credit_bad', [41028, 41029, 43101, 43107, 45015, 45047]],
    ['message_bad', [40037, 41030, 40003, 40005, 40066, 47003, 40013, 45168]],
    ['not_permitted', [48001, 45103, 45109]],
    ['busy', [-1, 43108]],
    ['quota', [45009]],
    ['token_bad', [40001, 40014, 42001]],
  ])('holds for a send: %s', (outcome, codes) => {
    expect(codes.map((code) => meaningOf(code).outcome)).toEqual(codes.map(() => outcome))
  })

  it('counts any other code as a bad message', () => {
    expect(meaningOf(99999)).toMatchObject({ outcome: 'message_bad', meaning: 'unknown_code' })
    const named: Outcome[] = ['sent', 'credit_bad', 'not_permitted', 'busy', 'quota', 'token_bad']
    const others = Object.keys(errcodes).filter((code) => named.includes(meaningOf(+code).outcome))
    expect(others).toHaveLength(1 + 6 + 3 + 2 + 1 + 3)
  })

  it('tells a wrong secret from a bad token by the call', () => {
    expect(meaningOf(40001).meaning).toBe('token_invalid')
    expect(meaningOf(40001, 'token').meaning).toBe('secret_wrong')
    expect(meaningOf(-1, 'token').outcome).toBe('busy')
  })

  it('gives every code words, advice and a source', () => {
    for (const row of Object.values(errcodes)) {
      expect(row.meaning).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(row.advice).toMatch(/\.$/)
      expect(row.source).toMatch(/^(seeds\/\d{3}|platform: )/)
    }
  })

  it('keeps the words of WeChat beside ours', () => {
    const answer = { errcode: 41030, errmsg: 'invalid page', body: {} }
    expect(refusalOf(answer)).toEqual({
      errcode: 41030,
      errmsg: 'invalid page',
      meaning: 'page_unknown',
    })
  })
})
