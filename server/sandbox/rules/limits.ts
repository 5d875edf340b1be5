/** The platform's limits, by edition: the one place for a number of a rule. */
import type { Edition } from '../../ledger/rules.ts'

const second = 1_000
const minute = 60 * second
const day = 24 * 60 * minute

export interface Limits {
  /** A sign-in code is good once and for so long. */
  codeLastsMs: number
  /** `expires_in` of a new access_token, in seconds. */
  tokenSeconds: number
  /** How long the old token lives on once `GET /cgi-bin/token` gave a new one. */
  tokenOverlapMs: number
  /** The stable token stays the same until so long before its end. */
  stableRenewsBeforeMs: number
  forcedRefreshesPerDay: number
  /** A forced refresh sooner than this after the last one refreshes nothing. */
  forcedRefreshesApartMs: number
  /** What one submitted form or one payment allows, and for how long. */
  rights: Record<RightKind, { uses: number; lastsMs: number }>
  /** `false`: the send answers 45103. */
  sendsTemplates: boolean
  templateSendsPerDay: number
  /** Largest `count` of a list of templates or titles. */
  listCount: number
  keywordsPerTemplate: number
}

export type RightKind = 'form' | 'payment'

const since2018: Limits = {
  codeLastsMs: 5 * minute, // platform, sign-in
  tokenSeconds: 7_200, // seeds/001 获取 access_token
  tokenOverlapMs: 5 * minute, // platform: 新老 access_token 都可用 for about five minutes
  stableRenewsBeforeMs: 5 * minute, // platform, getStableAccessToken: 平台会提前5分钟更新
  forcedRefreshesPerDay: 20, // platform, getStableAccessToken
  forcedRefreshesApartMs: 30 * second, // platform, getStableAccessToken: 至少为30s，否则不会刷新
  rights: {
    form: { uses: 1, lastsMs: 7 * day }, // seeds/001 下发条件说明 2
    payment: { uses: 3, lastsMs: 7 * day }, // seeds/001 下发条件说明 1
  },
  sendsTemplates: true,
  templateSendsPerDay: 1_000_000, // seeds/001 返回码说明, 45009
  listCount: 20, // seeds/001 模版消息管理 1 and 4
  keywordsPerTemplate: 10, // seeds/001 模版消息管理 3
}

export const limits: Readonly<Record<Edition, Limits>> = {
  '2018': since2018,
  // Template messages ended on 2020-01-10.
  '2026': { ...since2018, sendsTemplates: false },
}
