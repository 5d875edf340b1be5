import { describe, expect, it } from '@jest/globals'
import {
  adviceOf,
  errcodes,
  meaningOf,
  refusalOf,
  type Call,
  type Effect,
} from '../../server/wechat/errcodes.ts'

describe('the table of errcodes', () => {
  it.each<[Effect, number[]]>([
    ['sent', [0]],
    ['credit_rejected', [41028, 41029, 43101, 43107, 45015, 45047]],
    ['message_rejected', [40037, 41030, 40003, 40005, 40066, 47003, 40013, 45168]],
    ['not_permitted', [48001, 48004, 50001, 50002, 50007, 45103, 45109]],
    ['busy', [-1, 43108, 45011, 61450]],
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
    expect(others).toHaveLength(1 + 6 + 7 + 4 + 1 + 3)
  })

  it('distinguishes a wrong secret from a bad token by the call', () => {
    expect(meaningOf(40001).meaning).toBe('token_invalid')
    expect(meaningOf(40001, 'token').meaning).toBe('secret_wrong')
    expect(meaningOf(-1, 'token').effect).toBe('busy')
  })

  it('says what to do about a stored refusal, by what it meant', () => {
    expect(adviceOf({ errcode: 40001, meaning: 'secret_wrong' })).toContain('Copy AppID')
    expect(adviceOf({ errcode: 40001, meaning: 'token_invalid' })).toContain('nothing else fetch')
    expect(adviceOf({ errcode: 41029, meaning: 'of_an_older_version' })).toContain('used before')
    expect(adviceOf({ errcode: 99999, meaning: 'unknown_code' })).toContain("WeChat's own words")
  })

  it.each([89501, 89503, 89506, 89507, 50002, 50004, 50007])(
    'asks the operator to act after %i at the token call',
    (errcode) => {
      expect(meaningOf(errcode, 'token')).toMatchObject({ reason: 'credentials' })
      expect(meaningOf(errcode, 'token').meaning).not.toBe('unknown_code')
    },
  )

  it.each(['send', 'token', 'signIn', 'code', 'other'] as const)(
    'counts 45011 as busy in %s, and says what was too often',
    (call) => {
      const { effect, meaning, advice } = meaningOf(45011, call)
      expect({ effect, meaning }).toEqual({ effect: 'busy', meaning: 'too_frequent' })
      const what = { send: 'Messages', token: 'token', signIn: 'signs in', code: 'Codes' }
      expect(advice).toContain(call === 'other' ? 'This API' : what[call])
    },
  )

  it('promises another try until the deadline in sends alone', () => {
    const promising = (call: Call) =>
      Object.keys(errcodes).filter((code) =>
        /until the deadline/.test(meaningOf(Number(code), call).advice),
      )
    expect(promising('send')).toEqual(['43108', '45011', '61450', '-1'])
    // Sends alone are answered so (platform: subscribe/send).
    for (const call of ['token', 'signIn', 'code', 'other'] as const) {
      expect(promising(call)).toEqual(['43108'])
    }
  })

  it('knows an invalid parameter, and says what a punishment may be', () => {
    expect(meaningOf(40035).meaning).toBe('parameter_invalid')
    expect(meaningOf(40037).advice).toMatch(/punishment/)
    for (const errcode of [48001, 48004]) expect(meaningOf(errcode).advice).toMatch(/for ever/)
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
