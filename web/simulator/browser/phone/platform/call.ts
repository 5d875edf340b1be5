/** The manner of `wx`: callbacks or a promise, `errMsg`, and functions by base library. */
import type { Device } from '../../device.ts'
import { createCloud } from './cloud.ts'

/** A failure as the platform words it: `errMsg` is `name:fail` and this message. */
export class PlatformError extends Error {
  override name = 'PlatformError'
  readonly extra: object

  constructor(message: string, extra: object = {}) {
    super(message)
    this.extra = extra
  }
}

export interface Callbacks {
  success?: (result: object) => void
  fail?: (error: object) => void
  complete?: (result: object) => void
}

type Options = Callbacks & Record<string, unknown>

/** @returns the result, to which `errMsg` is added. @throws PlatformError for `fail` */
export type Act = (options: Record<string, unknown>) => object | void | Promise<object | void>

/** A function of `wx`, and the base library that brought it. */
export interface PlatformFunction {
  since: string
  call: (...args: never[]) => unknown
}

/** By their names. */
export type Functions = Record<string, PlatformFunction>

/** By number, not by text: 1.10 is younger than 1.9.90. */
export function isAtLeast(version: string, since: string): boolean {
  const [ours, theirs] = [version, since].map((text) => text.split('.').map(Number))
  for (const [at, number] of theirs!.entries()) {
    if ((ours![at] ?? 0) !== number) return (ours![at] ?? 0) > number
  }
  return true
}

/** Base libraries from here on return a promise where no callback is given. */
const promisesSince = '2.10.2'

export function createCalls(device: Device) {
  /** Results come in a later microtask, and each call is noted. */
  function callback(name: string, since: string, act: Act): [string, PlatformFunction] {
    const call = (given?: Options) => {
      const options = given ?? {}
      const { success, fail, complete } = options
      const run = async (): Promise<object> => {
        const result = await act(options)
        return { errMsg: `${name}:ok`, ...result }
      }
      const noted = { name, detail: describe(options) }
      const settled = run().then(
        (result) => {
          device.note({ ...noted, outcome: (result as { errMsg: string }).errMsg })
          return result
        },
        (error: unknown) => {
          const failure =
            error instanceof PlatformError
              ? { errMsg: `${name}:fail ${error.message}`.trim(), ...error.extra }
              : { errMsg: `${name}:fail ${(error as Error).message}` }
          device.note({ ...noted, outcome: failure.errMsg })
          throw failure
        },
      )
      if (!success && !fail && !complete && isAtLeast(device.library, promisesSince)) {
        return settled
      }
      void settled.then(
        (result) => {
          success?.call(options, result)
          complete?.call(options, result)
        },
        (error: object) => {
          fail?.call(options, error)
          complete?.call(options, error)
        },
      )
      return undefined
    }
    return [name, { since, call: call as PlatformFunction['call'] }]
  }

  /** A function that returns its result. */
  const direct = (
    name: string,
    since: string,
    call: (...args: never[]) => unknown,
  ): [string, PlatformFunction] => [name, { since, call }]

  return { callback, direct }
}

export type Calls = ReturnType<typeof createCalls>

/** What of the options the list of calls shows. */
function describe(options: Record<string, unknown>): string {
  const known = ['url', 'title', 'key', 'tmplIds', 'templateId', 'package', 'content']
  return known
    .filter((name) => options[name] !== undefined)
    .map((name) => String(options[name]))
    .join(' ')
}

/**
 * `wx` of a base library: what came later is absent. A name that is unknown here is told once.
 */
export function createPlatform(functions: Functions, device: Device): Record<string, unknown> {
  const wx: Record<string, unknown> = {}
  for (const [name, { since, call }] of Object.entries(functions)) {
    if (isAtLeast(device.library, since)) wx[name] = call
  }
  // A value. Paths below it are of files, which are not played.
  wx['env'] = { USER_DATA_PATH: 'http://usr' }
  if (isAtLeast(device.library, '2.2.3')) wx['cloud'] = createCloud(device)
  const told = new Set(silent)
  return new Proxy(wx, {
    get(target, name, receiver) {
      if (typeof name === 'string' && !(name in functions) && !told.has(name)) {
        told.add(name)
        if (!Reflect.has(target, name)) device.problem(`wx.${name}: 模拟器没有 / is not played`)
      }
      return Reflect.get(target, name, receiver) as unknown
    },
  })
}

/** Asked for by engines and libraries, and not of `wx`. */
const silent = [
  'then',
  'toJSON',
  'exchangeFormId',
  'constructor',
  'undefined',
  '$$typeof',
  '__esModule',
]
