/** What is filled in for a new broadcast, and the request that it makes. */
import type { BroadcastRequest, HoldersAudience } from 'wx-reach-server/client'
import type { CardRow } from '../../pictures/card-rows.ts'
import { isoOfLocal } from '../../words/time.ts'
import { pageProblem, type AccountTemplate, type PageProblem } from '../compose/draft.ts'
import { valueProblem, type ValueProblem } from '../compose/value-types.ts'

export const broadcastChannels = ['subscribe', 'template'] as const

export interface BroadcastDraft {
  name: string
  channel: (typeof broadcastChannels)[number]
  templateId: string | undefined
  values: Readonly<Record<string, string>>
  page: string
  from: 'holders' | 'list'
  /** Of the audience `holders`; empty: all. */
  tag: string
  /** A day. */
  activeSince: string
  openGId: string
  shareId: string
  /** As fields of the browser have them; empty: none. */
  startAt: string
  windowFrom: string
  windowUntil: string
  perMinute: string
  /** Per cent. */
  holdout: string
}

/** By day, as the platform's rules of conduct ask. */
export const emptyDraft = {
  name: '',
  page: '',
  from: 'holders',
  tag: '',
  activeSince: '',
  openGId: '',
  shareId: '',
  startAt: '',
  windowFrom: '09:00',
  windowUntil: '21:00',
  perMinute: '',
  holdout: '',
} as const satisfies Partial<BroadcastDraft>

interface BroadcastProblems {
  template: boolean
  page: PageProblem | undefined
  /** By key. */
  values: Record<string, ValueProblem>
}

/** A value with a field is checked with each recipient, by the server. */
export function problemsOfBroadcast(
  { channel, templateId, values, page, from }: BroadcastDraft,
  template: AccountTemplate | undefined,
  keys: readonly string[],
): BroadcastProblems {
  const problems: BroadcastProblems = {
    template: templateId === undefined,
    page: pageProblem(page.trim()),
    values: {},
  }
  if (channel !== 'subscribe') return problems
  for (const key of keys) {
    const value = values[key] ?? ''
    if (from === 'list' && value.includes('{{')) continue
    const problem = valueProblem(key, value, template?.enums?.[key])
    if (problem) problems.values[key] = problem
  }
  return problems
}

export const isComplete = ({ template, page, values }: BroadcastProblems): boolean =>
  !template && !page && Object.keys(values).length === 0

/** @param zoneMinutes of `startAt` and of the day `activeSince` */
export function requestOfBroadcast(
  draft: BroadcastDraft,
  rows: readonly CardRow[],
  zoneMinutes: number,
): BroadcastRequest {
  const { channel, templateId = '', from, windowFrom, windowUntil } = draft
  const [name, page] = [draft.name.trim(), draft.page.trim()]
  const given = rows.filter(({ value }) => value !== '')
  const startAt = draft.startAt ? isoOfLocal(draft.startAt, zoneMinutes) : undefined
  const [perMinute, holdout] = [Number(draft.perMinute), Number(draft.holdout)]
  return {
    channel,
    templateId,
    data: Object.fromEntries(given.map(({ key, value }) => [key, { value }])),
    ...(page && { page }),
    ...(name && { name }),
    audience: from === 'list' ? { from } : { from, ...narrowingOf(draft, zoneMinutes) },
    ...(startAt !== undefined && { startAt }),
    ...(windowFrom && windowUntil && { sendWindow: { from: windowFrom, until: windowUntil } }),
    ...(perMinute > 0 && { perMinute }),
    ...(holdout > 0 && { holdout }),
  }
}

function narrowingOf(draft: BroadcastDraft, zoneMinutes: number): Omit<HoldersAudience, 'from'> {
  const given = [draft.tag, draft.openGId, draft.shareId].map((one) => one.trim())
  const [tag, openGId, shareId] = given
  const activeSince = draft.activeSince && isoOfLocal(`${draft.activeSince}T00:00`, zoneMinutes)
  return {
    ...(tag && { tag }),
    ...(activeSince && { activeSince }),
    ...(openGId && { openGId }),
    ...(shareId && { shareId }),
  }
}
