import { describe, expect, it } from '@jest/globals'
import { errorOf, type ErrorCode } from '../../server/client/errors.ts'
import { problemCodes } from '../../shared/codes.ts'

const nameOf = (code: string, status?: number) =>
  errorOf({ code: code as ErrorCode, detail: 'Do something.', ...(status && { status }) }).name

describe('an error', () => {
  it.each(problemCodes)('of the code %s has a class, whatever its status', (code) => {
    const names = [400, 429, 500].map((status) => nameOf(code, status))
    expect(new Set(names).size).toBe(1)
  })

  it.each([
    ['rate_limited', 'RetryLaterError'],
    ['wechat_unreachable', 'RetryLaterError'],
    ['invalid_body', 'FixRequestError'],
    ['not_found', 'FixRequestError'],
    ['code_rejected', 'AskUserError'],
    ['session_key_missing', 'AskUserError'],
    ['unauthorized', 'CallOperatorError'],
    ['wechat_credentials', 'CallOperatorError'],
  ])('of the code %s is a %s', (code, name) => {
    expect(nameOf(code)).toBe(name)
  })

  it.each([
    [400, 'FixRequestError'],
    [429, 'RetryLaterError'],
    [503, 'RetryLaterError'],
    [500, 'CallOperatorError'],
    [undefined, 'CallOperatorError'],
  ])('of a newer server is classed by its status %s: %s', (status, name) => {
    expect(nameOf('constructor', status)).toBe(name)
  })
})
