/**
 * `serve` as processes of their own, which a test can kill and start again; their platform lives on
 * in this process.
 */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { jest } from '@jest/globals'
import type { Edition } from '../../server/rules/credits.ts'
import { createAdvancingClock } from '../../server/runtime/world.ts'
import { listenSandbox } from '../../server/sandbox/listen.ts'
import type { CreditsReply, Message, SessionReply } from '../../shared/wire/index.ts'
import { expectSums } from '../store/sums.ts'
import type { Engine } from '../support/engines.ts'
import { runProcess, type CommandProcess } from '../support/server/command-process.ts'
import { createDrivenMonotonic, type DrivenMonotonic } from '../support/server/driven-monotonic.ts'
import { createAsk, type Answer, type Ask } from '../support/server/http-client.ts'
import { newId } from '../support/server/phone.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'
import { creditKinds, type KindName } from './credit-kinds.ts'

// Processes start here several times a test, on machines that are busy with other tests.
jest.setTimeout(60_000)

const app = { appId: 'wx0123456789abcdef', secret: 'the-secret' }
const push = { token: 'push-token-of-the-app', mode: 'plain' } as const
/** Nothing listens there. */
const nobody = 'http://127.0.0.1:9'

export interface RestartableServers {
  /** Asks the running processes in turn. */
  ask: Ask
  control<Body = unknown>(name: string, body: object): Promise<Body>
  /** Of the sandbox. */
  monotonic: DrivenMonotonic
  grant(kind: KindName, openId: string): Promise<void>
  send(
    kind: KindName,
    openId: string,
    key: string,
    headers?: Record<string, string>,
  ): Promise<Answer<Message>>
  find(id: string): Promise<Message>
  /** Polls until the message is no longer queued. */
  waitForEnd(id: string): Promise<Message>
  arrived(openId: string): Promise<number>
  left(kind: KindName, openId: string): Promise<number>
  /** Sends SIGKILL to each process, and starts new ones on the same database. */
  killAndRestart(): Promise<void>
  /** Sends SIGSTOP to each process, at a moment at which no message is on its way to WeChat. */
  stopBetweenCalls(): Promise<void>
  /**
   * Sends SIGSTOP to the process that was asked last, and ends its leases. The others are asked
   * from then on. The process continues when the returned function is called.
   */
  hang(): Promise<() => void>
  /** Ends the processes, and checks that the history explains the rows of `openIds`. */
  close(openIds: readonly string[]): Promise<void>
}

export async function startServers(edition: Edition, engine: Engine): Promise<RestartableServers> {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-outcomes-'))
  const monotonic = createDrivenMonotonic()
  const clock = createAdvancingClock()
  const sandboxed = await listenSandbox({ apps: [{ ...app, edition }], monotonic, clock })
  const database = await engine.createDatabase()
  let running: { child: CommandProcess; url: string }[] = []
  let turn = 0

  const sandbox = createAsk(sandboxed.url, null)
  const ask: Ask = (at, asked) =>
    createAsk(running[(turn += 1) % running.length]!.url, strongApiKey)(at, asked)
  const control = async <Body>(name: string, body: object) =>
    (await sandbox<Body>(`POST /sandbox/${name}`, { body })).body

  const pushTo = (base: string) =>
    control('push-config', {
      appId: app.appId,
      ...push,
      url: `${base}/v1/push/${app.appId}`,
      format: 'json',
    })

  async function serveOne(): Promise<(typeof running)[number]> {
    const child = runProcess('serve', {
      cwd: folder,
      env: {
        DATABASE_URL: database.url,
        WECHAT_APPID: app.appId,
        WECHAT_SECRET: app.secret,
        WECHAT_EDITION: edition,
        WECHAT_API_BASE: sandboxed.url,
        WECHAT_PUSH_TOKEN: push.token,
        WECHAT_PUSH_MODE: push.mode,
        REACH_API_KEYS: strongApiKey,
        REACH_SECRET_KEY: strongSecretKey,
        HOST: '127.0.0.1',
        PORT: '0',
      },
    })
    return { child, ...(JSON.parse(await child.line(/"serving"/)) as { url: string }) }
  }
  async function serve(): Promise<void> {
    running = await Promise.all(Array.from({ length: engine.processes }, serveOne))
  }
  async function end(): Promise<void> {
    for (const { child } of running) child.signal('SIGKILL')
    await Promise.all(running.map(({ child }) => child.exitCode))
  }
  const find = async (id: string) => (await ask<Message>(`GET /v1/messages/${id}`)).body

  await serve()
  return {
    ask,
    control,
    monotonic,
    find,
    async grant(kind, openId) {
      await control('users', { openId })
      if (kind === 'window') await pushTo(running[0]!.url)
      const { code } = await control<{ code: string }>('login-codes', { openId })
      const body = { appId: app.appId, code }
      const { token } = (await ask<SessionReply>('POST /v1/session', { token: null, body })).body
      const postEvent = (event: object) => {
        const envelope = {
          sentAt: clock.now(),
          events: [{ id: newId(), at: clock.now(), ...event }],
        }
        return ask('POST /v1/events', { token, body: envelope })
      }
      await creditKinds[kind].grant({ ask, control, postEvent }, openId)
      // No delivery report may settle what these tests leave unknown.
      if (kind === 'window') await pushTo(nobody)
    },
    send: (kind, openId, key, headers = {}) =>
      ask<Message>('POST /v1/messages', {
        body: { openId, ...creditKinds[kind].message },
        headers: { 'Idempotency-Key': key, ...headers },
      }),
    async waitForEnd(id) {
      for (;;) {
        const found = await find(id)
        if (found.state !== 'queued') return found
      }
    },
    arrived: async (openId) =>
      (await sandbox<{ messages: unknown[] }>(`GET /sandbox/inbox/${openId}`)).body.messages.length,
    left: async (kind, openId) =>
      creditKinds[kind].usesIn(
        (await ask<CreditsReply>(`GET /v1/users/${openId}/credits`)).body.canReceive,
      ),
    async stopBetweenCalls() {
      const signalAll = (name: NodeJS.Signals) => {
        for (const { child } of running) child.signal(name)
      }
      for (;;) {
        signalAll('SIGSTOP')
        // What is on its way to the database is written meanwhile.
        await wait(250)
        if ((await database.reservedUses()) === 0) break
        signalAll('SIGCONT')
        await wait(20)
      }
    },
    async killAndRestart() {
      await end()
      await database.endLeases()
      await serve()
    },
    async hang() {
      const hung = running[turn % running.length]!
      running = running.filter((one) => one !== hung)
      hung.child.signal('SIGSTOP')
      await database.endLeases()
      return () => {
        hung.child.signal('SIGCONT')
        running.push(hung)
      }
    },
    async close(openIds) {
      await end()
      await sandboxed.close()
      const store = database.open()
      for (const openId of openIds) await expectSums(store, app.appId, openId)
      await store.close()
      await database.drop()
      rmSync(folder, { recursive: true })
    },
  }
}
