/**
 * The package entry `wx-reach-server/sandbox`: api.weixin.qq.com on localhost, for tests.
 *
 * @packageDocumentation
 */
import { listenSandbox, type ListenOptions } from './listen.ts'
import { defaultApp, type Platform, type SandboxApp } from './sandbox.ts'
import type { ListeningTls } from './tls/listen-tls.ts'

export { ControlError } from './controls/control.ts'
export type { ControlFunctions } from './controls/controls.ts'
export type { PushConfig, SandboxApp } from './sandbox.ts'
export type { ListeningTls, TlsOptions } from './tls/listen-tls.ts'

/** All that `createSandbox` takes. */
export interface CreateSandboxOptions extends Omit<ListenOptions, 'apps'> {
  /** Default: one app, which is `sandbox.app`. */
  apps?: readonly SandboxApp[]
}

/** A platform with users, clock and quotas of its own. */
export interface World extends Pick<Platform, 'clock' | 'control'> {
  /** For the base address of an SDK, without a trailing slash. */
  readonly url: string
}

/** A sandbox that listens. `await using` closes it. */
export interface Sandbox extends AsyncDisposable, World {
  /** The first app, whose appid and secret an SDK takes. */
  readonly app: SandboxApp
  /** For an SDK whose address is fixed, where the option `tls` was given. */
  readonly tls?: ListeningTls
  /**
   * The world of this name, which is made if there is none. It has the same apps, and a clock that
   * begins now.
   *
   * @throws ControlError when the name is not 1 to 64 of `A-Z a-z 0-9 . _ -`, or the sandbox has
   * 100 worlds.
   */
  world(name: string): World
  /** Cuts open connections and stops listening. */
  close(): Promise<void>
}

/**
 * Starts a sandbox on a free port of 127.0.0.1, by the rules of 2026. Its state is in memory and
 * its own: tests that run in parallel do not meet.
 *
 * @example
 * await using wechat = await createSandbox({ edition: '2018' })
 * const { openId } = await wechat.control.addUser()
 * const { formId } = await wechat.control.submitForm({ openId })
 * // … your code sends a template message with formId, through wechat.url …
 * const { messages } = await wechat.control.listInbox({ openId })
 *
 * @throws Error when the push settings of an app are wrong, or the port is in use.
 */
export async function createSandbox(options: CreateSandboxOptions = {}): Promise<Sandbox> {
  const { apps = [defaultApp] } = options
  const { sandbox, world, url, close, tls } = await listenSandbox({ ...options, apps })
  const { clock, control } = sandbox
  return {
    url,
    app: apps[0]!,
    ...(tls && { tls }),
    clock,
    control,
    world,
    close,
    [Symbol.asyncDispose]: close,
  }
}
