/** All that the sandbox remembers. A reset creates a new state. */
import type { PushWorld } from '../push/pusher.ts'
import { createAccount, type Account, type ServedApp } from './account.ts'
import type { TokenStatus } from './sign-in.ts'

export interface State {
  readonly accounts: ReadonlyMap<string, Account>
  /** The account that this token was issued to. `undefined`: none. */
  findToken(token: string): { account: Account; status: TokenStatus } | undefined
  readonly calls: Calls
  readonly faults: Faults
  /** Aborts the pushes that are under way. */
  end(): void
}

export function createState(apps: readonly ServedApp[], world: PushWorld): State {
  const shutdown = new AbortController()
  const accounts = new Map(
    apps.map((app) => [app.appId, createAccount(app, world, shutdown.signal)]),
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
    calls: createCalls(),
    faults: createFaults(),
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

export type FaultEffect =
  | { errcode: number }
  | { status: number }
  | { delayMs: number }
  | { hangUp: true }
  | { reply: ReplyFault }

/** What is wrong with a reply. What it does not name stays as the platform has it. */
export interface ReplyFault {
  status?: number
  contentType?: string
  headers?: Readonly<Record<string, string>>
  /** In place of the platform's, which is then not asked: the call has no effect. */
  body?: Buffer
  gzip?: true
  /** Pause between two parts of 16 bytes. */
  dripMs?: number
  /** Twice as many bytes as Content-Length says. */
  overrun?: true
}

export interface Fault {
  path: string
  /** Absent: calls of any app. */
  appId?: string
  times: number
  /**
   * `before`: the call has no effect, unless its own reply is to be damaged. `after`: the call
   * takes effect and only its reply is lost.
   */
  when: 'before' | 'after'
  effect: FaultEffect
}

/** Faults that wait for their call. Several on one path apply one after the other. */
interface Faults {
  add(fault: Fault): void
  /** Takes one use of the first fault for this call. */
  take(path: string, appId: string | undefined): Fault | undefined
}

function createFaults(): Faults {
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
