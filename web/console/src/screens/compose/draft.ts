/** What is being composed, and the request that it makes. */
import type { Channel, MessageRequest } from 'wx-reach-server/client'
import { cardRows, type CardRow } from '../../pictures/card-rows.ts'
import { valueProblem, type ValueProblem } from './value-types.ts'

export const channels = ['template', 'subscribe', 'customer'] as const

/** A template of the account, of either channel. */
export interface AccountTemplate {
  templateId: string
  title: string
  content: string
  example: string
  /** The allowed values of each `enum` field. */
  enums?: Readonly<Record<string, readonly string[]>>
}

export interface Draft {
  channel: Channel
  openId: string
  /** Of a template or subscribe message. */
  templateId: string | undefined
  /** By key: `keyword1`, `thing2`. */
  values: Readonly<Record<string, string>>
  /** Without a leading slash; empty: a tap opens nothing. */
  page: string
  /** Key of the keyword that is drawn large. */
  emphasis: string | undefined
  /** Of a customer-service message. */
  text: string
  /** The words behind the text that open `page`; empty: no link. */
  linkText: string
}

/** What the card of a template shows of what is filled in so far. */
export function rowsOf(
  template: AccountTemplate | undefined,
  values: Readonly<Record<string, string>>,
): CardRow[] {
  const given = Object.entries(values).map(([key, value]) => [key, { value }])
  return template ? cardRows(template.content, Object.fromEntries(given)) : []
}

export type PageProblem = 'slash' | 'address' | 'query' | 'space' | 'long'

/** What the server would refuse a page for. */
export function pageProblem(page: string): PageProblem | undefined {
  if (page === '') return undefined
  if (/^[a-z][a-z\d+.-]*:|^\/\//i.test(page)) return 'address'
  if (page.startsWith('/')) return 'slash'
  if (/^[?#&]/.test(page)) return 'query'
  if (/[\s\p{Cc}]/u.test(page)) return 'space'
  return page.length > 1_024 ? 'long' : undefined
}

export interface DraftProblems {
  user: boolean
  template: boolean
  page: PageProblem | undefined
  /** By key. A template message may leave values empty; a subscribe message may not. */
  values: Record<string, ValueProblem>
  text: boolean
}

export function problemsOf(draft: Draft, template: AccountTemplate | undefined, keys: string[]) {
  const { channel } = draft
  const problems: DraftProblems = {
    user: draft.openId.trim() === '',
    template: channel !== 'customer' && draft.templateId === undefined,
    page: pageProblem(draft.page.trim()),
    values: {},
    text: channel === 'customer' && draft.text.trim() === '' && draft.linkText.trim() === '',
  }
  if (channel === 'subscribe') {
    for (const key of keys) {
      const problem = valueProblem(key, draft.values[key] ?? '', template?.enums?.[key])
      if (problem) problems.values[key] = problem
    }
  }
  return problems
}

export const isReady = ({ user, template, page, values, text }: DraftProblems): boolean =>
  !user && !template && !page && !text && Object.keys(values).length === 0

/** @param rows of the template: their keys are sent */
export function requestOf(draft: Draft, rows: readonly CardRow[]): MessageRequest {
  const { channel, templateId = '', emphasis } = draft
  const openId = draft.openId.trim()
  const page = draft.page.trim() || undefined
  if (channel === 'customer') return { channel, openId, msgtype: 'text', text: textOf(draft) }
  const given = rows.filter(({ value }) => value !== '')
  const data = Object.fromEntries(given.map(({ key, value }) => [key, { value }]))
  if (channel === 'subscribe') return { channel, openId, templateId, data, ...(page && { page }) }
  return {
    channel,
    openId,
    templateId,
    ...(given.length > 0 && { data }),
    ...(page && { page }),
    ...(emphasis && data[emphasis] && { emphasisKeyword: `${emphasis}.DATA` }),
  }
}

function textOf({ text, linkText, page }: Draft) {
  const path = page.trim()
  if (linkText.trim() === '' || path === '') return { parts: [text] }
  return { parts: [...(text === '' ? [] : [text]), { text: linkText, path }] }
}
