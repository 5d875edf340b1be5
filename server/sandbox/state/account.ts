/** One mini-program as the platform sees it: its settings, its users and what they did. */
import type { Edition } from '../../rules/credits.ts'
import type { PushConfig } from '../push/protocol.ts'
import { createPusher, type Pusher, type PushWorld } from '../push/pusher.ts'
import { limits as limitsOf, type Limits } from '../rules/limits.ts'
import { allTime, epochMinutes, epochSeconds, shanghaiDay, shanghaiMonth } from '../rules/time.ts'
import { createContentSecurity, type ContentSecurity } from './content-security.ts'
import { createCount, type LimitedCount } from './counts.ts'
import {
  createCustomerWindows,
  createTyping,
  type CustomerWindows,
  type Typing,
} from './customer.ts'
import { createLibrary, type Library } from './library.ts'
import { createLinks, type Links } from './links.ts'
import { createMedia, type Media } from './media.ts'
import { createOfficialAccounts, type OfficialAccounts } from './official-accounts.ts'
import { createPages, type Pages } from './pages.ts'
import { createPayments, type Payments } from './payments.ts'
import { createPhoneCodes, type PhoneCodes } from './phone-codes.ts'
import {
  createNotices,
  createPenalties,
  createQuotas,
  type Notices,
  type Penalties,
  type Quotas,
} from './quotas.ts'
import { createRights, createSubscriptions, type Rights, type Subscriptions } from './rights.ts'
import { createSignIn, createTokens, type SignIn, type Tokens } from './sign-in.ts'
import { createTemplates, type Templates } from './templates.ts'
import { createInbox, createUsers, type Inbox, type Users } from './users.ts'

export interface SandboxApp {
  appId: string
  secret: string
  /** Default: that of the sandbox. */
  edition?: Edition
  /** Where messages and events of its users are posted from the start. Default: nowhere. */
  push?: PushConfig
}

export interface Account {
  readonly appId: string
  /** May change at any time, as the edition. */
  secret: string
  edition: Edition
  /** The platform's time. */
  now(): number
  /** Those of the current edition. */
  limits(): Limits
  readonly users: Users
  readonly signIn: SignIn
  readonly phoneCodes: PhoneCodes
  readonly tokens: Tokens
  readonly rights: Rights
  readonly payments: Payments
  readonly templates: Templates
  readonly library: Library
  readonly officialAccounts: OfficialAccounts
  readonly pages: Pages
  readonly quotas: Quotas
  /** Of all endpoints, by the minute. */
  readonly calls: LimitedCount
  /** By the day. */
  readonly templateSends: LimitedCount
  /** Of all daily counts together, by the month. */
  readonly quotaClears: LimitedCount
  readonly penalties: Penalties
  readonly notices: Notices
  readonly inbox: Inbox
  readonly customerWindows: CustomerWindows
  readonly typing: Typing
  readonly media: Media
  readonly contentSecurity: ContentSecurity
  /** Calls of msg_sec_check. */
  readonly textChecks: Checks
  /** Calls of media_check_async. */
  readonly mediaChecks: Checks
  readonly subscriptions: Subscriptions
  /** Codes of getwxacode and createwxaqrcode together, ever. */
  readonly lastingCodes: LimitedCount
  /** Calls of getwxacodeunlimit, by the minute. */
  readonly codeCalls: LimitedCount
  readonly links: Links
  /** URL Links and URL Schemes, by the day. */
  readonly linksMade: LimitedCount
  /** Calls for URL Links and URL Schemes, by the second. */
  readonly linkCalls: LimitedCount
  /** By the day. */
  readonly shortLinksMade: LimitedCount
  /** Of all Short Links the permanent ones, ever. */
  readonly permanentShortLinks: LimitedCount
  readonly pusher: Pusher
}

/** Calls, counted by the day and by the minute. */
export interface Checks {
  readonly day: LimitedCount
  readonly minute: LimitedCount
}

/** An app with its edition filled in. */
export interface ServedApp extends SandboxApp {
  edition: Edition
}

/** `shutdown` aborts the pushes that are under way. */
export function createAccount(app: ServedApp, world: PushWorld, shutdown: AbortSignal): Account {
  const { clock, random } = world
  const { appId, secret, edition } = app
  const limits = () => limitsOf[account.edition]
  const quotas = createQuotas(limits)
  const account: Account = {
    appId,
    secret,
    edition,
    now: () => clock.now(),
    limits,
    users: createUsers(clock, random, limits),
    signIn: createSignIn(clock, random, limits),
    phoneCodes: createPhoneCodes(clock, random, limits),
    tokens: createTokens(clock, random, limits, () => quotas.current().expiresIn),
    rights: createRights(clock, random, limits),
    payments: createPayments(clock, random, limits),
    templates: createTemplates(random),
    library: createLibrary(),
    officialAccounts: createOfficialAccounts(),
    pages: createPages(),
    quotas,
    calls: createCount(clock, epochMinutes, () => quotas.current().callsPerMinute),
    templateSends: createCount(clock, shanghaiDay, () => quotas.current().templateSendsPerDay),
    quotaClears: createCount(clock, shanghaiMonth, () => limits().quotaClearsPerMonth),
    penalties: createPenalties(clock),
    notices: createNotices(clock),
    inbox: createInbox(clock),
    customerWindows: createCustomerWindows(clock, limits),
    typing: createTyping(clock, limits),
    media: createMedia(clock, random, limits),
    contentSecurity: createContentSecurity(clock, random),
    textChecks: {
      day: createCount(clock, shanghaiDay, () => quotas.current().textChecksPerDay),
      minute: createCount(clock, epochMinutes, () => quotas.current().textChecksPerMinute),
    },
    mediaChecks: {
      day: createCount(clock, shanghaiDay, () => quotas.current().mediaChecksPerDay),
      minute: createCount(clock, epochMinutes, () => quotas.current().mediaChecksPerMinute),
    },
    subscriptions: createSubscriptions(),
    lastingCodes: createCount(clock, allTime, () => quotas.current().codes),
    codeCalls: createCount(clock, epochMinutes, () => quotas.current().codesPerMinute),
    links: createLinks(random),
    linksMade: createCount(clock, shanghaiDay, () => quotas.current().linksPerDay),
    linkCalls: createCount(clock, epochSeconds, () => quotas.current().linksPerSecond),
    shortLinksMade: createCount(clock, shanghaiDay, () => quotas.current().shortLinksPerDay),
    permanentShortLinks: createCount(clock, allTime, () => quotas.current().permanentShortLinks),
    pusher: createPusher(appId, world, shutdown, app.push),
  }
  return account
}
