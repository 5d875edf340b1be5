/** The platform's limits, by edition. Every number of a rule stands here, with its source. */
import type { Edition } from '../../rules/credits.ts'
import { day, hour, minute, second } from './time.ts'

export interface Limits {
  /** Life of a code of sign-in or of a phone number, which is accepted once. */
  codeLastsMs: number
  /** Time after a payment within which it gives the unionid. */
  paidUnionIdWithinMs: number
  /** How long a user counts as one who was in the mini-program just now. */
  visitLastsMs: number
  /** The largest text that is checked: by version 1 in bytes, by version 2 in characters. */
  checkedText: { bytes: number; characters: number }
  checks: Record<'text' | 'media', { perDay: number; perMinute: number }>
  /** `expires_in` of a new access_token, in seconds. */
  tokenSeconds: number
  /** How long `GET /cgi-bin/token` leaves the previous token valid once it issued a new one. */
  tokenOverlapMs: number
  /** The stable token is renewed when less than this is left of it. */
  stableRenewsBeforeMs: number
  forcedRefreshesPerDay: number
  /** A forced refresh that follows the previous one sooner than this returns the same token. */
  forcedRefreshesApartMs: number
  /** Sends that one submitted form or one payment allows, and for how long. */
  rights: Record<RightKind, { uses: number; lastsMs: number }>
  templateSendsPerDay: number
  /** The first WeChat that shows template messages. */
  showsTemplateMessagesFrom: string
  /** Largest `count` of a list of templates or titles. */
  listCount: number
  keywordsPerTemplate: number
  /** Customer-service windows: messages and duration. Windows of one user are not added up. */
  customer: Record<Trigger, { uses: number; lastsMs: number }>
  customerTextBytes: number
  /** Typing may begin within `afterMessageMs` of a message and is shown for `lastsMs`. */
  typing: { afterMessageMs: number; lastsMs: number }
  mediaBytes: number
  mediaLastsMs: number
  /** Codes of getwxacode (A) and createwxaqrcode (C) together, without end. */
  codes: number
  /** Codes of getwxacodeunlimit (B). */
  codesPerMinute: number
  links: {
    /** URL Links and URL Schemes together. */
    perDay: number
    /** Calls for them, together. */
    perSecond: number
    shortPerDay: number
    permanentShort: number
    /** From now to the end of a link. A Short Link lasts for the longest time. */
    shortestMs: number
    longestMs: number
    query: { characters: number; pattern: RegExp }
    urlCharacters: number
    /** A longer title is cut. */
    titleCharacters: number
  }
  quotaClearsPerMonth: number
  /** Largest path in bytes: `path` for code A, `qrcode` for code C. */
  pathBytes: Record<'path' | 'qrcode', number>
  scene: { characters: number; pattern: RegExp }
  width: { default: number; min: number; max: number }
  kidsPerTemplate: { min: number; max: number }
  /** Characters of a template's sceneDesc. */
  sceneDescription: number
  /** Largest `limit` of the public titles. */
  titlesPerPage: number
  /** Days for which each strike blocks template messages. */
  strikeDays: Readonly<Record<1 | 2 | 3 | 4, number>>
}

export type RightKind = 'form' | 'payment'
/** The user `entered` the customer-service window, or `wrote` a message. */
export type Trigger = 'entered' | 'wrote'

const since2018: Limits = {
  codeLastsMs: 5 * minute, // platform, sign-in; getPhoneNumber
  paidUnionIdWithinMs: 5 * minute, // platform, getPaidUnionid 注意事项
  visitLastsMs: 2 * hour, // platform, msgSecCheck: 用户需在近两小时访问过小程序
  checkedText: { bytes: 500 * 1024, characters: 2_500 }, // platform, msgSecCheck-v1, msgSecCheck
  checks: {
    text: { perDay: 2_000_000, perMinute: 4_000 }, // platform, msgSecCheck 频率限制
    media: { perDay: 200_000, perMinute: 2_000 }, // platform, mediaCheckAsync 频率限制
  },
  tokenSeconds: 7_200, // seeds/001 获取 access_token
  tokenOverlapMs: 5 * minute, // platform: 新老 access_token 都可用 for about five minutes
  stableRenewsBeforeMs: 5 * minute, // platform, getStableAccessToken: 平台会提前5分钟更新
  forcedRefreshesPerDay: 20, // platform, getStableAccessToken
  forcedRefreshesApartMs: 30 * second, // platform, getStableAccessToken: 至少为30s，否则不会刷新
  rights: {
    form: { uses: 1, lastsMs: 7 * day }, // seeds/001 下发条件说明 2
    payment: { uses: 3, lastsMs: 7 * day }, // seeds/001 下发条件说明 1
  },
  templateSendsPerDay: 1_000_000, // seeds/001 返回码说明, 45009
  showsTemplateMessagesFrom: '6.5.2', // seeds/001 Bug & Tip 1
  listCount: 20, // seeds/001 模版消息管理 1 and 4
  keywordsPerTemplate: 10, // seeds/001 模版消息管理 3
  customer: {
    entered: { uses: 1, lastsMs: minute }, // seeds/000
    wrote: { uses: 5, lastsMs: 48 * hour }, // seeds/000
  },
  customerTextBytes: 2_048, // platform, what SDKs showed
  typing: { afterMessageMs: 30 * second, lastsMs: 15 * second }, // platform, 客服输入状态
  mediaBytes: 2 * 1024 * 1024, // platform, customer service
  mediaLastsMs: 3 * day, // platform, customer service
  codes: 100_000, // seeds/004 Bug & Tip 3
  codesPerMinute: 5_000, // seeds/004 错误码
  links: {
    perDay: 500_000, // platform, generateUrlLink and generateScheme
    perSecond: 100, // platform, generateUrlLink, 44990
    shortPerDay: 10_000_000, // platform, generateShortLink
    permanentShort: 100_000, // platform, generateShortLink
    shortestMs: minute, // platform, generateUrlLink, 85401
    longestMs: 30 * day, // platform, generateUrlLink
    query: { characters: 1_024, pattern: /^[0-9a-zA-Z!#$&'()*+,/:;=?@\-._~%]*$/ }, // the same
    urlCharacters: 1_024, // platform, generateShortLink
    titleCharacters: 20, // platform, generateShortLink
  },
  quotaClearsPerMonth: 10, // platform, clearQuota
  pathBytes: { path: 128, qrcode: 128 }, // seeds/004
  scene: { characters: 32, pattern: /^[0-9a-zA-Z!#><'()*+,/:;=?@\-._~]*$/ }, // seeds/004 接口B
  width: { default: 430, min: 1, max: Infinity }, // seeds/004 names no bounds
  kidsPerTemplate: { min: 2, max: 5 }, // platform, newtmpl
  sceneDescription: 15, // platform, newtmpl addtemplate
  titlesPerPage: 30, // platform, newtmpl getpubtemplatetitles
  strikeDays: { 1: 0, 2: 7, 3: 30, 4: Infinity }, // seeds/001 处罚说明
}

export const limits: Readonly<Record<Edition, Limits>> = {
  '2018': since2018,
  // platform, customer service and codes
  '2026': {
    ...since2018,
    customer: { ...since2018.customer, entered: { uses: 2, lastsMs: minute } },
    pathBytes: { path: 1_024, qrcode: 128 },
    scene: { characters: 32, pattern: /^[0-9a-zA-Z!#$&'()*+,/:;=?@\-._~]*$/ },
    width: { default: 430, min: 280, max: 1_280 },
  },
}
