import { describe, expect, it } from '@jest/globals'
import { errcodes, meaningOf, refusalOf, type Effect } from '../../server/wechat/errcodes.ts'

describe('the table of errcodes', () => {
  it.each<[Effect, number[]]>([
    ['sent', [0]],
    ['credit_rejected', [41028, 41029, 43101, 43107, 45015, 45047]],
    ['message_rejected', [40037, 41030, 40003, 40005, 40066, 47003, 40013, 45168]],
    ['not_permitted', [48001, 45103, 45109]],
    ['busy', [-1, 43108]],
    ['quota', [45009]],
    ['token_rejected', [40001, 40014, 42001]],
  ])('gives these codes the effect %s on a send', (effect, codes) => {
    expect(codes.map((code) => meaningOf(code).effect)).toEqual(codes.map(() => effect))
  })

  it('counts any other code as a rejected message', () => {
    expect(meaningOf(99999)).toMatchObject({ effect: 'message_rejected', meaning: 'unknown_code' })
    const named: Effect[] = [
      'sent',
      'credit_rejected',
      'not_permitted',
      'busy',
      'quota',
      'token_rejected',
    ]
    const others = Object.keys(errcodes).filter((code) => named.includes(meaningOf(+code).effect))
    expect(others).toHaveLength(1 + 6 + 3 + 2 + 1 + 3)
  })

  it('distinguishes a wrong secret from a bad token by the call', () => {
    expect(meaningOf(40001).meaning).toBe('token_invalid')
    expect(meaningOf(40001, 'token').meaning).toBe('secret_wrong')
    expect(meaningOf(-1, 'token').effect).toBe('busy')
  })

  it('gives every code a meaning, advice and a source', () => {
    for (const row of Object.values(errcodes)) {
      expect(row.meaning).toMatch(/^[a-z]+(_[a-z]+)*$/)
      expect(row.advice).toMatch(/\.$/)
      expect(row.source).toMatch(/^(seeds\/\d{3}|platform: )/)
    }
  })

  it('reports the words of WeChat beside the meaning', () => {
    const answer = { errcode: 41030, errmsg: 'invalid page', body: {} }
    expect(refusalOf(answer)).toEqual({
      errcode: 41030,
      errmsg: 'invalid page',
      meaning: 'page_unknown',
    })
  })
})
