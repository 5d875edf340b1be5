/** All that the sandbox remembers; a reset makes a new one. */
import type { PushWorld } from '../push/pusher.ts'
import { createAccount, type Account, type ServedApp } from './account.ts'
import { createCalls, type Calls } from './calls.ts'
import { createFaults, type Faults } from './faults.ts'
import type { Standing } from './tokens.ts'

export interface State {
  readonly accounts: ReadonlyMap<string, Account>
  /** Whose token this is, and whether it still counts; `undefined`: nobody's. */
  findToken(token: string): { account: Account; standing: Standing } | undefined
  readonly calls: Calls
  readonly faults: Faults
  /** Ends what is under way. */
  end(): void
}

export function createState(apps: readonly ServedApp[], world: PushWorld): State {
  const over = new AbortController()
  const accounts = new Map(apps.map((app) => [app.appId, createAccount(app, world, over.signal)]))
  return {
    accounts,
    findToken(token) {
      for (const account of accounts.values()) {
        const standing = account.tokens.standing(token)
        if (standing) return { account, standing }
      }
      return undefined
    },
    calls: createCalls(),
    faults: createFaults(),
    end: () => over.abort(),
  }
}
