/** One mini-program as the platform knows it: its settings, its users and what they did. */
import type { Edition } from '../../ledger/rules.ts'
import type { PlatformClock, Random } from '../../world.ts'
import { limits as limitsOf, type Limits } from '../rules/limits.ts'
import { createDailyCount, type DailyCount } from './daily-count.ts'
import { createInbox, type Inbox } from './inbox.ts'
import { createPages, type Pages } from './pages.ts'
import { createQuotas, type Quotas } from './quotas.ts'
import { createRights, type Rights } from './rights.ts'
import { createSignIn, type SignIn } from './sign-in.ts'
import { createTemplates, type Templates } from './templates.ts'
import { createTokens, type Tokens } from './tokens.ts'
import { createUsers, type Users } from './users.ts'

export interface SandboxApp {
  appId: string
  secret: string
  /** Default: that of the sandbox. */
  edition?: Edition
}

export interface Account {
  readonly appId: string
  readonly secret: string
  /** May change at any time; the limits follow it. */
  edition: Edition
  limits(): Limits
  readonly users: Users
  readonly signIn: SignIn
  readonly tokens: Tokens
  readonly rights: Rights
  readonly templates: Templates
  readonly pages: Pages
  readonly quotas: Quotas
  readonly templateSends: DailyCount
  readonly inbox: Inbox
}

export function createAccount(
  app: Required<SandboxApp>,
  clock: PlatformClock,
  random: Random,
): Account {
  const limits = () => limitsOf[account.edition]
  const quotas = createQuotas(limits)
  const account: Account = {
    ...app,
    limits,
    users: createUsers(random),
    signIn: createSignIn(clock, random, limits),
    tokens: createTokens(clock, random, limits, () => quotas.current().expiresIn),
    rights: createRights(clock, random, limits),
    templates: createTemplates(random),
    pages: createPages(),
    quotas,
    templateSends: createDailyCount(clock),
    inbox: createInbox(clock),
  }
  return account
}
