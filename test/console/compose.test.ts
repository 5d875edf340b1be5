import { describe, expect, it } from '@jest/globals'
import type { Credit, CreditsReply } from '../../server/client/index.ts'
import { composeContent } from '../../server/customer/content.ts'
import { decodeMessageRequest } from '../../server/http/schemas/messages.ts'
import { lintTemplate } from '../../server/templates/lint.ts'
import { pageProblem as byServer } from '../../server/verify/page-path.ts'
import { cardRows } from '../../web/console/src/pictures/card-rows.ts'
import { creditFor, refusalOf } from '../../web/console/src/screens/compose/credit-choice.ts'
import {
  isReady,
  pageProblem,
  problemsOf,
  requestOf,
  type Draft,
} from '../../web/console/src/screens/compose/draft.ts'
import { marketingWords, textsToLint } from '../../web/console/src/screens/compose/marketing.ts'

const draft: Draft = {
  channel: 'template',
  openId: ' alice ',
  templateId: 'template-1',
  values: { keyword1: 'TIT造舰厂', keyword2: '' },
  page: 'pages/index/index?order=1',
  emphasis: 'keyword1',
  text: '',
  linkText: '',
}
const rows = cardRows('地点{{keyword1.DATA}}\n时间{{keyword2.DATA}}', {
  keyword1: { value: 'TIT造舰厂' },
})

describe('the request of a draft', () => {
  it('is one that the server takes, without the values that are empty', () => {
    const request = requestOf(draft, rows)
    expect(request).toEqual({
      channel: 'template',
      openId: 'alice',
      templateId: 'template-1',
      data: { keyword1: { value: 'TIT造舰厂' } },
      page: 'pages/index/index?order=1',
      emphasisKeyword: 'keyword1.DATA',
    })
    expect(decodeMessageRequest(request).ok).toBe(true)
  })

  it('names no large keyword that has no value: the server refuses that', () => {
    expect(requestOf({ ...draft, emphasis: 'keyword2' }, rows)).not.toHaveProperty(
      'emphasisKeyword',
    )
  })

  it('is a text with a link into the mini-program for customer service', () => {
    const text = { ...draft, channel: 'customer' as const, text: '在的。', linkText: '看看订单' }
    const request = requestOf(text, [])
    expect(request).toMatchObject({
      msgtype: 'text',
      text: { parts: ['在的。', { text: '看看订单', path: 'pages/index/index?order=1' }] },
    })
    expect(decodeMessageRequest(request).ok).toBe(true)
    expect(request.channel === 'customer' && composeContent(request, 'wx1').ok).toBe(true)
  })
})

describe('the problems of a draft', () => {
  it('are none when it is complete, and name what is missing', () => {
    expect(isReady(problemsOf(draft, undefined, []))).toBe(true)
    expect(problemsOf({ ...draft, openId: ' ' }, undefined, [])).toMatchObject({ user: true })
    expect(problemsOf({ ...draft, templateId: undefined }, undefined, [])).toMatchObject({
      template: true,
    })
  })

  it('are those of each value of a subscribe message, and of none of a template message', () => {
    const keys = ['thing1', 'time2']
    const subscribe = { ...draft, channel: 'subscribe' as const, values: { thing1: '咖啡' } }
    expect(problemsOf(subscribe, undefined, keys).values).toEqual({ time2: 'empty' })
    expect(problemsOf({ ...draft, values: {} }, undefined, keys).values).toEqual({})
  })

  it('of a page are those that the server finds', () => {
    const pages = ['/pages/a', 'https://a.b', '//a', '?a=1', '#a', 'pages/a b', 'pages/a']
    for (const page of [...pages, 'a'.repeat(1_024), 'a'.repeat(1_025)]) {
      expect([page, pageProblem(page) !== undefined]).toEqual([page, byServer(page) !== undefined])
    }
  })
})

const credit = (fields: Partial<Credit>): Credit => ({
  id: '1',
  kind: 'form',
  channel: 'template',
  usesLeft: 1,
  ...fields,
})
const reply = (credits: Credit[]): CreditsReply => ({
  credits,
  canReceive: {
    template: { uses: 1, refused: 'retired' },
    subscribe: {},
    customer: { uses: 0 },
  },
})

describe('the credit that a message will use', () => {
  it('is the usable one that ends first', () => {
    const credits = [
      credit({ id: 'late', expiresAt: '2026-12-08T00:00:00Z' }),
      credit({ id: 'used', expiresAt: '2026-12-01T00:00:00Z', usesLeft: 0 }),
      credit({ id: 'early', expiresAt: '2026-12-02T00:00:00Z' }),
      credit({ id: 'other', channel: 'customer', kind: 'wrote' }),
    ]
    expect(creditFor(reply(credits), 'template', undefined)?.id).toBe('early')
  })

  it('is one of a phone that shows no template message only when there is no other', () => {
    const old = credit({ id: 'old', expiresAt: '2026-12-01T00:00:00Z', belowMinimumVersion: true })
    const endless = credit({ id: 'endless' })
    expect(creditFor(reply([old, endless]), 'template', undefined)?.id).toBe('endless')
    expect(creditFor(reply([old]), 'template', undefined)?.id).toBe('old')
  })

  it('of a subscribe message is one for its template', () => {
    const credits = [
      credit({ id: 'a', channel: 'subscribe', kind: 'subscription', templateId: 'A' }),
      credit({ id: 'b', channel: 'subscribe', kind: 'subscription', templateId: 'B' }),
    ]
    expect(creditFor(reply(credits), 'subscribe', 'B')?.id).toBe('b')
    expect(creditFor(reply(credits), 'subscribe', 'C')).toBeUndefined()
  })

  it('is none where the channel sends nothing', () => {
    expect(refusalOf(reply([]), 'template')).toBe('retired')
    expect(refusalOf(reply([]), 'customer')).toBeUndefined()
  })
})

describe('the marketing words of what is typed', () => {
  it('are those that the linter of the server finds, of rule 1.6 alone', async () => {
    const texts = textsToLint(['TIT造舰厂', '', '领红包'])
    const found = await Promise.all(texts.map((title) => lintTemplate({ title, keywords: [] })))
    expect(marketingWords(found.flat())).toEqual([{ word: '红包', sure: true }])
  })

  it('do not reach from one value into the next', async () => {
    const [title] = textsToLint(['红', '包'])
    expect(marketingWords(await lintTemplate({ title: title!, keywords: [] }))).toEqual([])
  })

  it('are looked for in texts as short as the linter reads them', () => {
    const texts = textsToLint(['字'.repeat(150), 'a'.repeat(40), 'b'.repeat(40)])
    expect(texts.every((text) => text.length <= 64)).toBe(true)
    expect(texts.join('').replaceAll('。', '')).toHaveLength(230)
  })
})
