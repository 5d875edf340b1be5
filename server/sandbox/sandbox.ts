/**
 * A server that behaves as api.weixin.qq.com and, under `/sandbox`, as the users behind it: for SDKs of any
 * language, on localhost, without an AppID.
 */
import type { RequestListener } from 'node:http'
import Koa from 'koa'
import type { Edition } from '../rules/credits.ts'
import {
  createAdvancingClock,
  createMonotonicClock,
  silentLog,
  systemRandom,
  type AdvancingClock,
  type Log,
  type MonotonicClock,
  type Random,
} from '../runtime/world.ts'
import { refuse } from './api/endpoint.ts'
import type { Controlled } from './controls/control.ts'
import { apiRoutes } from './http/api.ts'
import { controlRoutes } from './http/controls.ts'
import { checkPushConfig } from './push/protocol.ts'
import type { SandboxApp } from './state/account.ts'
import { createState } from './state/state.ts'

export type { PushConfig } from './push/protocol.ts'
export type { SandboxApp } from './state/account.ts'

export interface SandboxOptions {
  /** At least one. Any other appid is 40013, any other secret 40125. */
  apps: readonly SandboxApp[]
  /** Of apps that name none. Default: `2018`. */
  edition?: Edition
  /** The platform's time; `POST /sandbox/clock` moves it. Default: one of its own, from now. */
  clock?: AdvancingClock
  /** For delays, and for bodies that stop arriving. */
  monotonic?: MonotonicClock
  /** The same bytes make the same ids, keys and tokens. */
  random?: Random
  /** A request's body must have arrived within so many milliseconds. Default: 10,000. */
  bodyWithinMs?: number
  log?: Log
  /** Posts pushes. Default: the built-in one. */
  fetch?: typeof fetch
  /** `true`: pushes may go to other machines than this one. Default: `false`. */
  pushAnywhere?: boolean
}

export interface Sandbox {
  /** For `http.createServer(sandbox.listener)`. */
  readonly listener: RequestListener
  readonly clock: AdvancingClock
  /** Tells of each change of an app's edition, by its control or by a reset. Returns an undo. */
  onEdition(listener: (edition: Edition, appId: string) => void): () => void
  /** Ends pushes that are under way. */
  close(): void
}

const bodyBytes = 4 * 1024 * 1024

/**
 * Makes a sandbox that does not listen yet. It keeps all that it knows in memory.
 *
 * @throws Error when there is no app, or when the push address of one will not do.
 */
export function createSandbox(options: SandboxOptions): Sandbox {
  const {
    clock = createAdvancingClock(),
    monotonic = createMonotonicClock(),
    random = systemRandom,
    log = silentLog,
    fetch = globalThis.fetch,
    pushAnywhere = false,
  } = options
  const world = { clock, monotonic, random, fetch }
  const bodyLimits = { bytes: bodyBytes, withinMs: options.bodyWithinMs ?? 10_000 }
  const apps = options.apps.map(({ edition = options.edition ?? '2018', ...app }) => {
    if (app.push) checkPushConfig(app.push, pushAnywhere)
    return { ...app, edition }
  })
  if (apps.length === 0) {
    throw new Error('A sandbox needs an app: give it apps: [{ appId, secret }]')
  }
  const followers = new Set<(edition: Edition, appId: string) => void>()
  const announce = (edition: Edition, appId: string) => {
    for (const follow of followers) follow(edition, appId)
  }
  let state = createState(apps, world)
  const sandbox: Controlled = {
    state: () => state,
    clock,
    random,
    pushAnywhere,
    setEdition(account, edition) {
      if (account.edition === edition) return
      account.edition = edition
      announce(edition, account.appId)
    },
    reset() {
      const { accounts } = state
      state.end()
      state = createState(apps, world)
      for (const { appId, edition } of state.accounts.values()) {
        if (accounts.get(appId)?.edition !== edition) announce(edition, appId)
      }
    },
  }

  const koa = new Koa()
  koa.on('error', (error: unknown) => log.error({ error }, 'the sandbox failed'))
  koa.use(async (ctx, next) => {
    try {
      await next()
    } catch (error) {
      ctx.status = 500
      ctx.body = refuse(-1)
      koa.emit('error', error)
    }
  })
  koa.use(controlRoutes({ sandbox, monotonic, bodyLimits }).routes())
  koa.use(apiRoutes({ state: sandbox.state, clock, monotonic, random, bodyLimits }).routes())

  return {
    listener: koa.callback(),
    clock,
    onEdition(listener) {
      followers.add(listener)
      return () => followers.delete(listener)
    },
    close: () => state.end(),
  }
}
