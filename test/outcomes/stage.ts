/** A server, a sandbox and a user with one right to be written to; at the end the history must explain the rows. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ReachServerConfig } from '../../server/reach-server.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { CreditsReply, Message } from '../../shared/wire/index.ts'
import { expectSums } from '../store/sums.ts'
import type { Answer } from '../support/server/http-client.ts'
import type { Phone } from '../support/server/phone.ts'
import { platformCalls } from '../support/server/platform-calls.ts'
import { startPushes } from '../support/server/start-pushes.ts'
import { app, minute, second, startReach } from '../support/server/start-reach.ts'
import type { Started } from '../support/server/start-reach.ts'
import { rights, user } from './rights.ts'
import type { Right, RightName } from './rights.ts'

/** Long for a machine that answers, short for a test that waits for silence. */
export const timeoutMs = 400

export interface Stage extends Started {
  right: Right
  /** Gives the user the right. */
  grant(): Promise<void>
  /** Sends, each time under a key of its own unless one is given. */
  send(change?: object, headers?: Record<string, string>): Promise<Answer<Message>>
  find(id: string): Promise<Message>
  /** Asks until the message is in that state; each look is a request, which takes its time. */
  until(id: string, state: Message['state']): Promise<Message>
  /** What goes wrong at the right's own path. */
  fault(fault: object): Promise<unknown>
  control<Body = unknown>(name: string, body: object): Promise<Body>
  /** The worker's rounds for so many minutes of machine time, or until `done`. A backoff takes one at most. */
  work(minutes: number, done?: () => Promise<boolean>): Promise<void>
  /** Messages that reached the user. */
  arrived(): Promise<number>
  /** Uses that are free, as the server tells them. */
  left(): Promise<number>
  /** Calls of the right's path that the platform saw. */
  calls(): Promise<number>
}

export async function openStage(
  name: RightName,
  settings: Partial<ReachServerConfig> = {},
  /** Of `window` always with pushes. */
  start: typeof startReach = name === 'window' ? startPushes : startReach,
): Promise<Stage> {
  const right = rights[name]
  const { edition, path } = right
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-outcomes-'))
  const file = join(folder, 'reach.db')
  const server = await start({
    edition,
    // No jitter: what is tried again at once is.
    random: (bytes) => (bytes === 4 ? Buffer.alloc(4) : systemRandom(bytes)),
    settings: {
      database: { engine: 'sqlite', path: file },
      wechatTimeouts: { timeoutMs },
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
  const tell = async (event: object) => (await (phone ??= server.phone(user))).tell(event)
  const find = async (id: string) => (await ask<Message>(`GET /v1/messages/${id}`)).body
  return {
    ...server,
    right,
    control,
    find,
    grant: () => right.grant({ ask, control, tell }),
    send: (change = {}, headers = {}) =>
      ask<Message>('POST /v1/messages', {
        body: { openId: user, ...right.message, ...change },
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
      right.usesIn((await ask<CreditsReply>(`GET /v1/users/${user}/credits`)).body.canReceive),
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

/** The same, and the user holds the right. */
export async function openStageWith(
  name: RightName,
  settings?: Partial<ReachServerConfig>,
  start?: typeof startReach,
): Promise<Stage> {
  const stage = await openStage(name, settings, start)
  await stage.grant()
  return stage
}
