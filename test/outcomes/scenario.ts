/**
 * A server, a sandbox and a user with one credit. `close` checks that the history explains the
 * rows.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReachServerConfig } from '../../server/reach-server.ts'
import { minute, second } from '../../server/rules/time.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { CreditsReply, Message } from '../../shared/wire/index.ts'
import { expectSums } from '../store/sums.ts'
import type { Answer } from '../support/server/http-client.ts'
import type { Phone } from '../support/server/phone.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { startPushes } from '../support/server/start-pushes.ts'
import { app, startReach, type StartedReach } from '../support/server/start-reach.ts'
import { creditKinds, user, type CreditCase, type KindName } from './credit-kinds.ts'

/** A time-out for tests that wait for silence: long for a busy machine, short for a test. */
export const timeoutMs = 600

export interface Scenario extends StartedReach {
  creditCase: CreditCase
  /** Gives the user the credit. */
  grant(): Promise<void>
  /** Sends, each time under a key of its own unless one is given. */
  send(change?: object, headers?: Record<string, string>): Promise<Answer<Message>>
  find(id: string): Promise<Message>
  /** Polls until the message is in that state. */
  until(id: string, state: Message['state']): Promise<Message>
  /** Makes the platform fail at the path of this credit's messages. */
  fault(fault: object): Promise<unknown>
  control<Body = unknown>(name: string, body: object): Promise<Body>
  /**
   * Runs the worker for so many minutes of machine time, or until `done`. A backoff takes one
   * minute at most.
   */
  work(minutes: number, done?: () => Promise<boolean>): Promise<void>
  /** Messages that reached the user. */
  arrived(): Promise<number>
  /** Free uses, as the server reports them. */
  left(): Promise<number>
  /** How many calls of that path the platform saw. */
  calls(): Promise<number>
}

export async function openScenario(
  name: KindName,
  settings: Partial<ReachServerConfig> = {},
  /** Of `window` always with pushes. */
  start: typeof startReach = name === 'window' ? startPushes : startReach,
): Promise<Scenario> {
  const creditCase = creditKinds[name]
  const { edition, path } = creditCase
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-outcomes-'))
  const file = join(folder, 'reach.db')
  const server = await start({
    edition,
    // No jitter: what is tried again at once is.
    random: (bytes) => (bytes === 4 ? Buffer.alloc(4) : systemRandom(bytes)),
    settings: {
      database: { engine: 'sqlite', path: file },
      ...settings,
    },
  })
  const { ask, sandbox, monotonic } = server
  const control = async <Body>(what: string, body: object) =>
    (await sandbox<Body>(`POST /sandbox/${what}`, { body })).body
  await control('users', { openId: user })
  let keys = 0
  let working = false

  let phone: Promise<Phone> | undefined
  const postEvent = async (event: object) =>
    (await (phone ??= server.phone(user))).postEvents(event)
  const find = async (id: string) => (await ask<Message>(`GET /v1/messages/${id}`)).body
  return {
    ...server,
    creditCase,
    control,
    find,
    grant: () => creditCase.grant({ ask, control, postEvent }),
    send: (change = {}, headers = {}) =>
      ask<Message>('POST /v1/messages', {
        body: { openId: user, ...creditCase.message, ...change },
        headers: { 'Idempotency-Key': `key-${(keys += 1)}`, ...headers },
      }),
    async until(id, state) {
      for (;;) {
        const found = await find(id)
        if (found.state === state) return found
      }
    },
    fault: (fault) => control('faults', { path, ...fault }),
    async work(minutes, done = async () => false) {
      if (!working) server.reach.start()
      working = true
      for (let passed = 0; passed < minutes && !(await done()); passed += 1) {
        // The next look of the worker, wherever it is.
        await monotonic.waitedFor(second)
        monotonic.advance(minute)
      }
    },
    arrived: async () =>
      (await sandbox<{ messages: unknown[] }>(`GET /sandbox/inbox/${user}`)).body.messages.length,
    left: async () =>
      creditCase.usesIn((await ask<CreditsReply>(`GET /v1/users/${user}/credits`)).body.canReceive),
    calls: async () => (await platformCalls(server, path)).length,
    async close() {
      await server.close()
      const store = createSqliteStore({ path: file })
      await expectSums(store, app.appId, user)
      await store.close()
      rmSync(folder, { recursive: true })
    },
  }
}

/** The same, and the user holds the credit. */
export async function openScenarioWith(
  name: KindName,
  settings?: Partial<ReachServerConfig>,
  start?: typeof startReach,
): Promise<Scenario> {
  const scenario = await openScenario(name, settings, start)
  await scenario.grant()
  return scenario
}
