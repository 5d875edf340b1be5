/** All that the sandbox remembers. A reset or a load creates a new state. */
import Type, { type StaticEncode } from 'typebox'
import { Compile } from 'typebox/compile'
import type { PushWorld } from '../push/pusher.ts'
import { AccountMemory, createAccount, type Account } from './account.ts'
import { createFaults, FaultsMemory, type Faults } from './faults.ts'
import { ByKey, Fields, type Memory } from '../rules/memory.ts'
import type { TokenStatus } from './sign-in.ts'

export const StateMemory = Fields({
  apps: ByKey(AccountMemory, { minProperties: 1, description: 'By appid.' }),
  faults: Type.Optional(FaultsMemory),
})
export type StateMemory = Memory<typeof StateMemory>

/** As JSON. */
export type SavedState = StaticEncode<typeof StateMemory>

const schema = Compile(StateMemory)

export interface State {
  readonly accounts: ReadonlyMap<string, Account>
  /** The account that this token was issued to. `undefined`: none. */
  findToken(token: string): { account: Account; status: TokenStatus } | undefined
  /** The account that calls without an access_token act for. `undefined`: none. */
  findCloudRun(): Account | undefined
  readonly calls: Calls
  readonly faults: Faults
  /** All but the calls. */
  save(): SavedState
  /** Aborts the pushes that are under way. */
  end(): void
}

/** @param memory as it was saved; a part that is absent is as in a new sandbox */
export function createState(saved: SavedState, world: PushWorld): State {
  // Cloned, here and below: what has nothing to decode is returned as it is.
  const memory = schema.Decode(structuredClone(saved))
  const shutdown = new AbortController()
  const accounts = new Map(
    Object.entries(memory.apps).map(([appId, account]) => [
      appId,
      createAccount(appId, account, world, shutdown.signal),
    ]),
  )
  return {
    accounts,
    findToken(token) {
      for (const account of accounts.values()) {
        const status = account.tokens.status(token)
        if (status) return { account, status }
      }
      return undefined
    },
    findCloudRun: () => [...accounts.values()].find(({ cloudRun }) => cloudRun),
    calls: createCalls(),
    faults: createFaults((memory.faults ??= [])),
    save: () => structuredClone(schema.Encode(memory)),
    end: () => shutdown.abort(),
  }
}

/** An API call. Its secrets are included: they are this sandbox's own. */
export interface RecordedCall {
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

interface Calls {
  /** The caller completes the record as the call goes on. */
  begin(call: RecordedCall): { call: RecordedCall; appId?: string }
  /** In the order of arrival: those of one app, or all. */
  list(appId?: string): RecordedCall[]
}

/** The oldest calls beyond this are dropped, so that a bench does not exhaust the memory. */
const maxCalls = 100_000

function createCalls(): Calls {
  const records: { call: RecordedCall; appId?: string }[] = []
  return {
    begin(call) {
      const record = { call }
      records.push(record)
      if (records.length > 2 * maxCalls) records.splice(0, maxCalls)
      return record
    },
    list: (appId) =>
      records
        .slice(-maxCalls)
        .filter((record) => appId === undefined || record.appId === appId)
        .map(({ call }) => call),
  }
}
