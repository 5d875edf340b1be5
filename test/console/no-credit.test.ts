/** @jest-environment jsdom */
import { describe, expect, it } from '@jest/globals'
import type { CreditEvent, CreditWithHistory } from '../../shared/wire/index.ts'
import { noCreditCase } from '../../web/console/src/screens/messages/no-credit.ts'

const minute = (n: number) => new Date(Date.UTC(2026, 10, 30, 12, n)).toISOString()

const change = (at: number, name: CreditEvent['change']): CreditEvent => ({
  at: minute(at),
  change: name,
  usesDelta: 0,
  reservedDelta: 0,
})

const credit = (
  history: CreditEvent[],
  more: Partial<CreditWithHistory> = {},
): CreditWithHistory => ({
  id: 'one',
  kind: 'form',
  channel: 'template',
  usesLeft: 0,
  reserved: 0,
  history,
  ...more,
})

const message = { channel: 'template', createdAt: minute(30) } as const
const caseOf = (
  credits: CreditWithHistory[],
  asked: Parameters<typeof noCreditCase>[0] = message,
) => noCreditCase(asked, { credits })

describe('a message for which the user had no right', () => {
  it('came before the first right, or after none', () => {
    expect(caseOf([])).toBe('never')
    expect(caseOf([credit([change(31, 'recorded')])])).toBe('never')
    expect(caseOf([credit([change(1, 'recorded')], { channel: 'customer', kind: 'wrote' })])).toBe(
      'never',
    )
  })

  it('came after others had used the rights, by what was the case then', () => {
    const used = [change(1, 'recorded'), change(2, 'reserved'), change(3, 'spent')]
    expect(caseOf([credit(used)])).toBe('spent')
    expect(caseOf([credit([...used.slice(0, 2), change(31, 'spent')])])).toBe('spent')
  })

  it('came after their end, whether it was noted or not', () => {
    expect(caseOf([credit([change(1, 'recorded'), change(20, 'expired')])])).toBe('ended')
    expect(caseOf([credit([change(1, 'recorded')], { expiresAt: minute(29) })])).toBe('ended')
  })

  it('came after WeChat had refused them', () => {
    expect(caseOf([credit([change(1, 'recorded'), change(2, 'dead')])])).toBe('rejected')
  })

  it('is told what happened last, of several rights', () => {
    const spent = credit([change(1, 'recorded'), change(9, 'spent')])
    const ended = credit([change(2, 'recorded'), change(8, 'expired')])
    expect(caseOf([ended, spent])).toBe('spent')
    expect(caseOf([credit([change(2, 'recorded'), change(10, 'expired')]), spent])).toBe('ended')
  })

  it('was of another template than those that the user consented to', () => {
    const asked = { channel: 'subscribe', templateId: 'b', createdAt: minute(30) } as const
    const consented = (templateId: string) =>
      credit([change(1, 'recorded'), change(2, 'spent')], {
        kind: 'subscription',
        channel: 'subscribe',
        templateId,
      })
    expect(caseOf([consented('a')], asked)).toBe('otherTemplate')
    expect(caseOf([consented('a'), consented('b')], asked)).toBe('spent')
  })

  it('is not explained by what the history left out, or by a right that was still there', () => {
    expect(noCreditCase(message, { credits: [], truncated: true })).toBeUndefined()
    expect(caseOf([credit([change(1, 'recorded')])])).toBeUndefined()
  })
})
