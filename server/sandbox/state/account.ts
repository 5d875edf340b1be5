/** One mini-program as the platform sees it: its settings, its users and what they did. */
import Type from 'typebox'
import type { Edition } from '../../rules/credits.ts'
import type { PushConfig } from '../push/protocol.ts'
import { createPusher, PusherMemory, type Pusher, type PushWorld } from '../push/pusher.ts'
import { limits as limitsOf, type Limits } from '../rules/limits.ts'
import { allTime, epochMinutes, epochSeconds, shanghaiDay, shanghaiMonth } from '../rules/time.ts'
import {
  ContentSecurityMemory,
  createContentSecurity,
  newFindings,
  type ContentSecurity,
} from './content-security.ts'
import { Count, createCount, newCount, type LimitedCount } from './counts.ts'
import {
  createCustomerWindows,
  createTyping,
  CustomerWindowsMemory,
  TypingMemory,
  type CustomerWindows,
  type Typing,
} from './customer.ts'
import { createLibrary, LibraryMemory, type Library } from './library.ts'
import { createLinks, LinksMemory, type Links } from './links.ts'
import { createMedia, MediaMemory, type Media } from './media.ts'
import { Fields, Table, type Memory } from '../rules/memory.ts'
import {
  createOfficialAccounts,
  OfficialAccountsMemory,
  type OfficialAccounts,
} from './official-accounts.ts'
import { createPages, PagesMemory, type Pages } from './pages.ts'
import { createPayments, PaymentsMemory, type Payments } from './payments.ts'
import { createPhoneCodes, PhoneCodesMemory, type PhoneCodes } from './phone-codes.ts'
import {
  createNotices,
  createPenalties,
  createQuotas,
  NoticesMemory,
  PenaltiesMemory,
  QuotasMemory,
  type Notices,
  type Penalties,
  type Quotas,
} from './quotas.ts'
import {
  createRights,
  createSubscriptions,
  RightsMemory,
  SubscriptionsMemory,
  type Rights,
  type Subscriptions,
} from './rights.ts'
import { createSignIn, createTokens, SignInMemory, TokensMemory } from './sign-in.ts'
import type { SignIn, Tokens } from './sign-in.ts'
import { createTemplates, firstTemplates, TemplatesMemory, type Templates } from './templates.ts'
import {
  createInbox,
  createUsers,
  InboxMemory,
  UsersMemory,
  type Inbox,
  type Users,
} from './users.ts'

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
  /** Whether calls without an access_token act for it, as in a container of 微信云托管. */
  cloudRun: boolean
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

/**
 * What is remembered of an account. Every part is optional: an account that has none is a new one.
 */
export const AccountMemory = Fields({
  secret: Type.String({ minLength: 1 }),
  edition: Type.Enum(['2018', '2026']),
  cloudRun: Type.Optional(Type.Boolean()),
  users: Type.Optional(UsersMemory),
  signIn: Type.Optional(SignInMemory),
  phoneCodes: Type.Optional(PhoneCodesMemory),
  tokens: Type.Optional(TokensMemory),
  rights: Type.Optional(RightsMemory),
  payments: Type.Optional(PaymentsMemory),
  templates: Type.Optional(TemplatesMemory),
  library: Type.Optional(LibraryMemory),
  officialAccounts: Type.Optional(OfficialAccountsMemory),
  pages: Type.Optional(PagesMemory),
  quotas: Type.Optional(QuotasMemory),
  counts: Type.Optional(Table(Count)),
  penalties: Type.Optional(PenaltiesMemory),
  notices: Type.Optional(NoticesMemory),
  inbox: Type.Optional(InboxMemory),
  customerWindows: Type.Optional(CustomerWindowsMemory),
  typing: Type.Optional(TypingMemory),
  media: Type.Optional(MediaMemory),
  contentSecurity: Type.Optional(ContentSecurityMemory),
  subscriptions: Type.Optional(SubscriptionsMemory),
  links: Type.Optional(LinksMemory),
  pusher: Type.Optional(PusherMemory),
})

/** @param shutdown aborts the pushes that are under way */
export function createAccount(
  appId: string,
  memory: Memory<typeof AccountMemory>,
  world: PushWorld,
  shutdown: AbortSignal,
): Account {
  const { clock, random } = world
  const limits = () => limitsOf[memory.edition]
  const quotas = createQuotas((memory.quotas ??= {}), limits)
  const counts = (memory.counts ??= new Map())
  const counted = (name: string, periodOf: (nowMs: number) => number, limit: () => number) => {
    const count = counts.get(name) ?? newCount()
    counts.set(name, count)
    return createCount(count, clock, periodOf, limit)
  }
  return {
    appId,
    get secret() {
      return memory.secret
    },
    set secret(secret) {
      memory.secret = secret
    },
    get edition() {
      return memory.edition
    },
    set edition(edition) {
      memory.edition = edition
    },
    get cloudRun() {
      return memory.cloudRun ?? false
    },
    set cloudRun(on) {
      memory.cloudRun = on
    },
    now: () => clock.now(),
    limits,
    users: createUsers((memory.users ??= new Map()), clock, random, limits),
    signIn: createSignIn(
      (memory.signIn ??= { codes: new Map(), sessionKeys: new Map() }),
      clock,
      random,
      limits,
    ),
    phoneCodes: createPhoneCodes((memory.phoneCodes ??= new Map()), clock, random, limits),
    tokens: createTokens(
      (memory.tokens ??= { issued: new Map(), forced: newCount() }),
      clock,
      random,
      limits,
      () => quotas.current().expiresIn,
    ),
    rights: createRights((memory.rights ??= new Map()), clock, random, limits),
    payments: createPayments((memory.payments ??= []), clock, random, limits),
    templates: createTemplates((memory.templates ??= firstTemplates()), random),
    library: createLibrary((memory.library ??= { applications: [], approved: [] })),
    officialAccounts: createOfficialAccounts((memory.officialAccounts ??= new Map())),
    pages: createPages((memory.pages ??= {})),
    quotas,
    calls: counted('calls', epochMinutes, () => quotas.current().callsPerMinute),
    templateSends: counted(
      'templateSends',
      shanghaiDay,
      () => quotas.current().templateSendsPerDay,
    ),
    quotaClears: counted('quotaClears', shanghaiMonth, () => limits().quotaClearsPerMonth),
    penalties: createPenalties((memory.penalties ??= {}), clock),
    notices: createNotices((memory.notices ??= []), clock),
    inbox: createInbox((memory.inbox ??= new Map()), clock),
    customerWindows: createCustomerWindows((memory.customerWindows ??= new Map()), clock, limits),
    typing: createTyping(
      (memory.typing ??= { messageAtMs: new Map(), typingUntilMs: new Map() }),
      clock,
      limits,
    ),
    media: createMedia((memory.media ??= new Map()), clock, random, limits),
    contentSecurity: createContentSecurity(
      (memory.contentSecurity ??= newFindings()),
      clock,
      random,
    ),
    textChecks: {
      day: counted('textChecksToday', shanghaiDay, () => quotas.current().textChecksPerDay),
      minute: counted('textChecks', epochMinutes, () => quotas.current().textChecksPerMinute),
    },
    mediaChecks: {
      day: counted('mediaChecksToday', shanghaiDay, () => quotas.current().mediaChecksPerDay),
      minute: counted('mediaChecks', epochMinutes, () => quotas.current().mediaChecksPerMinute),
    },
    subscriptions: createSubscriptions((memory.subscriptions ??= new Map())),
    lastingCodes: counted('lastingCodes', allTime, () => quotas.current().codes),
    codeCalls: counted('codeCalls', epochMinutes, () => quotas.current().codesPerMinute),
    links: createLinks((memory.links ??= []), random),
    linksMade: counted('linksMade', shanghaiDay, () => quotas.current().linksPerDay),
    linkCalls: counted('linkCalls', epochSeconds, () => quotas.current().linksPerSecond),
    shortLinksMade: counted('shortLinksMade', shanghaiDay, () => quotas.current().shortLinksPerDay),
    permanentShortLinks: counted(
      'permanentShortLinks',
      allTime,
      () => quotas.current().permanentShortLinks,
    ),
    pusher: createPusher(appId, (memory.pusher ??= { pushed: [] }), world, shutdown),
  }
}
