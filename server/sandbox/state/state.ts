/** All that the sandbox remembers; a reset makes a new one. */
import type { PushWorld } from '../push/pusher.ts'
import { createAccount, type Account, type ServedApp } from './account.ts'
import type { Standing } from './sign-in.ts'

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

/** Every API call seen, in the order of arrival. Secrets and all: they are this sandbox's own. */
export interface SeenCall {
  /** ISO 8601, by the platform's clock. */
  at: string
  method: string
  path: string
  query: Record<string, string>
  /** Parsed when it is JSON, else the text; `null`: none. */
  body: unknown
  /** `null`: no reply yet, or none at all. */
  status: number | null
  reply: unknown
}

export interface Calls {
  /** The entry is filled in as the call goes on. */
  begin(call: SeenCall): { call: SeenCall; appId?: string }
  /** Those of one app, or all. */
  list(appId?: string): SeenCall[]
}

/** So that a bench against the sandbox does not eat the memory: the oldest go first. */
const kept = 100_000

export function createCalls(): Calls {
  const entries: { call: SeenCall; appId?: string }[] = []
  return {
    begin(call) {
      const entry = { call }
      entries.push(entry)
      if (entries.length > 2 * kept) entries.splice(0, kept)
      return entry
    },
    list: (appId) =>
      entries
        .slice(-kept)
        .filter((entry) => appId === undefined || entry.appId === appId)
        .map(({ call }) => call),
  }
}

/** Faults that wait for their call. Several on one path are played one after the other. */
export type FaultEffect =
  { errcode: number } | { status: number } | { delayMs: number } | { hangUp: true }

export interface Fault {
  path: string
  /** Only calls of this app; absent: of any. */
  appId?: string
  times: number
  /** Before the sandbox has acted, so that nothing happens, or after, so that only the reply is lost. */
  when: 'before' | 'after'
  effect: FaultEffect
}

export interface Faults {
  add(fault: Fault): void
  /** Takes one use of the first fault for this call. */
  take(path: string, appId: string | undefined): Fault | undefined
}

export function createFaults(): Faults {
  let waiting: Fault[] = []
  return {
    add(fault) {
      waiting.push({ ...fault })
    },
    take(path, appId) {
      const fault = waiting.find(
        (each) => each.path === path && (each.appId === undefined || each.appId === appId),
      )
      if (!fault) return undefined
      fault.times -= 1
      if (fault.times === 0) waiting = waiting.filter((each) => each !== fault)
      return fault
    },
  }
}
