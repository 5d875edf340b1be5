/**
 * A server that behaves as api.weixin.qq.com and, under `/sandbox`, as its users: for SDKs of any
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
import type { ControlledSandbox, WorldList } from './controls/control.ts'
import { controlFunctions, type ControlFunctions } from './controls/controls.ts'
import { apiRoutes } from './http/api.ts'
import { controlRoutes } from './http/controls.ts'
import { checkPushConfig } from './push/protocol.ts'
import type { SandboxApp } from './state/account.ts'
import { createState, type SavedState } from './state/state.ts'

export type { PushConfig } from './push/protocol.ts'
export type { SandboxApp } from './state/account.ts'

export interface SandboxOptions {
  /** At least one. Any other appid is 40013, any other secret 40125. */
  apps: readonly SandboxApp[]
  /** Of apps that name none. Default: `2026`. */
  edition?: Edition
  /** The platform's time; `POST /sandbox/clock` advances it. Default: a new one, from now. */
  clock?: AdvancingClock
  /** Measures delays and the arrival of bodies. Default: this machine's. */
  monotonic?: MonotonicClock
  /** Source of ids, keys and tokens; the same bytes make the same ones. Default: the system's. */
  random?: Random
  /** Milliseconds within which the body of a request must arrive. Default: 10,000. */
  bodyWithinMs?: number
  /** Receives unexpected errors. Default: none. */
  log?: Log
  /** Posts pushes. Default: the built-in one. */
  fetch?: typeof fetch
  /** `true`: pushes may go to other machines than this one. Default: `false`. */
  pushAnywhere?: boolean
}

export interface Platform {
  /** For `http.createServer(platform.listener)`. */
  readonly listener: RequestListener
  readonly clock: AdvancingClock
  /** Calls back when a control changes the edition of an app. Returns an undo. */
  onEdition(listener: (edition: Edition, appId: string) => void): () => void
  /** The controls, without HTTP. */
  readonly control: ControlFunctions
  /** Aborts pushes that are under way. */
  close(): void
}

/** Where no app is named. Its secret is none: it is valid for a sandbox only. */
export const defaultApp = { appId: 'wx0000000000sandbox', secret: 'sandbox-secret' } as const

const bodyBytes = 4 * 1024 * 1024
/** A saved state holds all media. */
const controlBodyBytes = 64 * bodyBytes
const bodyWithinMs = 10_000

/**
 * Creates the platform of one world, which does not listen yet. It holds its state in memory.
 *
 * @param worlds what the controls of worlds act on
 *
 * @throws Error when there is no app, when two have one appid, or when the push settings of one are
 * wrong.
 */
export function createPlatform(options: SandboxOptions, worlds: WorldList): Platform {
  const {
    clock = createAdvancingClock(),
    monotonic = createMonotonicClock(),
    random = systemRandom,
    log = silentLog,
    fetch = globalThis.fetch,
    pushAnywhere = false,
  } = options
  const world = { clock, monotonic, random, fetch }
  const withinMs = options.bodyWithinMs ?? bodyWithinMs
  const { apps, edition: usualEdition = '2026' } = options
  if (new Set(apps.map(({ appId }) => appId)).size < apps.length) {
    throw new Error('Two apps of a sandbox have the same appid: give each its own')
  }
  if (apps.length === 0) {
    throw new Error('A sandbox needs an app: give it apps: [{ appId, secret }]')
  }
  const first: SavedState = {
    apps: Object.fromEntries(
      apps.map(({ appId, secret, edition = usualEdition, push }) => {
        const config = push && { config: checkPushConfig(push, pushAnywhere) }
        return [appId, { secret, edition, pusher: { ...config, pushed: [] } }]
      }),
    ),
  }
  const listeners = new Set<(edition: Edition, appId: string) => void>()
  const announce = (edition: Edition, appId: string) => {
    for (const listener of listeners) listener(edition, appId)
  }
  let state = createState(first, world)
  const load = (saved: SavedState) => {
    const { accounts } = state
    state.end()
    state = createState(saved, world)
    for (const { appId, edition } of state.accounts.values()) {
      if (accounts.get(appId)?.edition !== edition) announce(edition, appId)
    }
  }
  const sandbox: ControlledSandbox = {
    state: () => state,
    clock,
    random,
    pushAnywhere,
    worlds,
    setEdition(account, edition) {
      if (account.edition === edition) return
      account.edition = edition
      announce(edition, account.appId)
    },
    load,
    reset: () => load(first),
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
  koa.use(
    controlRoutes({
      sandbox,
      monotonic,
      bodyLimits: { bytes: controlBodyBytes, withinMs },
    }).routes(),
  )
  koa.use(
    apiRoutes({
      state: sandbox.state,
      clock,
      monotonic,
      random,
      bodyLimits: { bytes: bodyBytes, withinMs },
    }).routes(),
  )

  return {
    listener: koa.callback(),
    clock,
    control: controlFunctions(sandbox),
    onEdition(listener) {
      listeners.add(listener)
      return () => listeners.delete(listener)
    },
    close: () => state.end(),
  }
}
