/** @jest-environment jsdom */
// The logic behind the screens: sums, lines and keys, without a page.
import { describe, expect, it } from '@jest/globals'
import type { CreditsSummary, MessagesGroup } from '../../shared/wire/index.ts'
import { areasOf, hoursShown, leftRights } from '../../web/console/src/pictures/ending-rights.ts'
import { targetOf } from '../../web/console/src/screens/codes/code-target.ts'
import { sumBy } from '../../web/console/src/screens/overview/sum-by.ts'
import { keyOfPush, summaryOf } from '../../web/console/src/screens/pushes/push-summary.ts'
import { keywordsOf } from '../../web/console/src/screens/templates/lint-keywords.ts'
import { channelsOf } from '../../web/console/src/screens/users/can-receive.ts'

describe('the chart of rights that end', () => {
  const summary = (
    kind: CreditsSummary['kind'],
    ...endingByHour: [hour: string, uses: number][]
  ) => ({
    kind,
    users: 1,
    uses: 1,
    unlimited: 0,
    endingWithin: { hour: 0, day: 0, week: 0 },
    endingByDay: [],
    endingByHour: endingByHour.map(([hour, uses]) => ({ at: `2026-12-${hour}:00:00.000Z`, uses })),
  })
  const fromMs = Date.parse('2026-12-20T04:59:00Z')

  it('counts those that are left at each hour, and those that end within it', () => {
    const { kinds, ending } = leftRights(
      [summary('form', ['20T04', 1], ['20T06', 2], ['27T04', 4], ['27T05', 8])],
      fromMs,
    )
    const { left } = kinds[0]!
    expect([left.length, ending.length]).toEqual([hoursShown, hoursShown])
    expect([left[0], left[1], left[2], left[3], left.at(-1)]).toEqual([7, 6, 6, 4, 4])
    expect([ending[0], ending[1], ending[2], ending.at(-1)]).toEqual([1, 0, 2, 4])
  })

  it('adds up the templates of a kind, and leaves out those without an end', () => {
    const { kinds } = leftRights(
      [summary('form', ['20T05', 1]), summary('form', ['20T05', 2]), summary('subscription')],
      fromMs,
    )
    expect(kinds.map(({ kind, left }) => [kind, left[0]])).toEqual([['form', 3]])
  })

  it('stacks the kinds from the bottom, in steps of an hour', () => {
    const credits = [summary('form', ['20T04', 1]), summary('payment', ['20T05', 3])]
    const [form, payment] = areasOf(leftRights(credits, fromMs), 100)
    expect(form!.path).toMatch(/^M0 100V75H1V100H2/)
    expect(payment!.path).toMatch(/^M0 100V0H1V25H2V100H3/)
    expect(payment!.path).toMatch(/V100H1V75H0Z$/)
  })
})

describe('what a user can receive', () => {
  it('has a line each channel and template, and leaves out what has no use', () => {
    const lines = channelsOf({
      template: { uses: 0 },
      subscribe: { T1: 2, T2: null, T3: 0 },
      customer: { uses: 5, until: '2026-12-31T00:00:00Z' },
    })
    expect(lines.map(({ key, uses }) => [key, uses])).toEqual([
      ['subscribe T1', 2],
      ['subscribe T2', null],
      ['customer', 5],
    ])
  })

  it('keeps a channel that the server refuses, with its reason', () => {
    const [line] = channelsOf({
      template: { uses: 0, refused: 'retired' },
      subscribe: {},
      customer: { uses: 0 },
    })
    expect(line).toMatchObject({ channel: 'template', refused: 'retired' })
  })
})

describe('the outcomes of the last day', () => {
  it('sums groups by what they have in common', () => {
    const group = (state: MessagesGroup['state'], count: number): MessagesGroup => ({
      state,
      channel: 'template',
      count,
    })
    const groups = [group('sent', 2), group('refused', 1), group('sent', 3)]
    expect([...sumBy(groups, ({ state }) => state)]).toEqual([
      ['sent', 5],
      ['refused', 1],
    ])
    expect([...sumBy(groups, ({ reason }) => reason)]).toEqual([])
  })
})

describe('a push in one line', () => {
  const receivedAt = '2026-12-31T00:00:00Z'

  it('says what the user wrote, at most 80 characters of it', () => {
    const text = (Content: string) => summaryOf({ receivedAt, type: 'text', content: { Content } })
    expect(text('你好')).toBe('你好')
    expect(text('好'.repeat(100))).toBe(`${'好'.repeat(80)}…`)
  })

  it('shows the fields of an event that it does not know', () => {
    expect(summaryOf({ receivedAt, type: 'new', content: { Event: 'new' } })).toBe(
      '{"Event":"new"}',
    )
    expect(summaryOf({ receivedAt, type: 'text' })).toBe('')
  })

  it('is told from others by time, type and user', () => {
    expect(keyOfPush({ receivedAt, type: 'text', openId: 'o1' })).not.toBe(
      keyOfPush({ receivedAt, type: 'text', openId: 'o2' }),
    )
  })
})

describe('what a code opens', () => {
  const asked = { id: '7', state: 'made', askedAt: '2026-12-31T00:00:00Z' } as const

  it('is its path, or its page with the scene', () => {
    expect(targetOf({ ...asked, request: { kind: 'path', path: 'pages/a?x=1' } })).toBe(
      'pages/a?x=1',
    )
    expect(targetOf({ ...asked, scene: 's1', request: { kind: 'scene', page: 'pages/a' } })).toBe(
      'pages/a?scene=s1',
    )
  })

  it('is its scene or its id where the request was not kept', () => {
    expect(targetOf({ ...asked, scene: 's1' })).toBe('s1')
    expect(targetOf(asked)).toBe('7')
  })
})

describe('keywords of the review check', () => {
  it('are a line each, with an example behind a colon of either width', () => {
    expect(keywordsOf('购买时间：2026年1月1日\n\n 地点 \nPrice: 5:00')).toEqual([
      { name: '购买时间', example: '2026年1月1日' },
      '地点',
      { name: 'Price', example: '5:00' },
    ])
  })
})
