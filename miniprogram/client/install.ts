/** The entry `wx-reach/install`: the only part of the library that changes globals. */
import { component } from './component'
import { internalsOf } from './internals'
import { messageOf } from './notices'
import type { Reach } from './reach'
import { isWrapped, marked } from './wrap'

export type Installation =
  | {
      ok: true
      /** Restores the constructors that are still ours. Pages that are defined stay wrapped. */
      undo(): void
    }
  | {
      ok: false
      /** What cannot be written, and why. Nothing has changed: use `reach.page` and `reach.app`. */
      reason: string
    }

/**
 * Replaces `App`, `Page` and `Component`, so that every app, page and component page that is
 * defined from here on is wrapped as by `reach.app`, `reach.page` and `component`. Results pass
 * through. Call it at the top of `app.ts`, before `App`: what was defined before stays unwrapped,
 * with a warning. A page that is wrapped by hand as well has one share id. Called twice, the second
 * call changes nothing and its `undo` neither.
 *
 * @param globals - only tests pass it
 * @example const installed = install(reach)
 */
export function install(reach: Reach, globals: Globals = createGlobals()): Installation {
  const { world, warnOnce } = internalsOf(reach)
  const wraps: Record<GlobalName, (options: object) => object> = {
    App: (options) => reach.app(options),
    Page: (options) => reach.page(options),
    Component: (options) => component(reach, options),
  }

  function wrapped(original: Register, wrap: (options: object) => object): Register {
    return marked(function (this: unknown, options, ...more) {
      let given = options
      try {
        if (options) given = wrap(options)
      } catch (error) {
        warnOnce('failed', error)
      }
      if (arguments.length) return original.apply(this, [given, ...more])
      // glass-easel's chained builder: `Component().methods(…).register()`.
      warnOnce('not_installed', 'Component() without options')
      return original.call(this)
    } as Register)
  }

  const done: (() => void)[] = []
  const undo = () => {
    for (const one of done.splice(0)) one()
  }

  /** Returns why it failed; `undefined` where it did not. */
  function replace(name: GlobalName): string | undefined {
    const original = globals.get(name)
    // An independent subpackage has no App, a base library before 1.6.3 no Component.
    if (!original || isWrapped(original)) return undefined
    const ours = Object.assign(wrapped(original, wraps[name]), original)
    try {
      globals.set(name, ours)
    } catch (error) {
      return `${name}: ${messageOf(error)}`
    }
    // Where a global is protected the platform only logs.
    if (globals.get(name) !== ours) return `${name} cannot be written`
    done.push(() => {
      if (globals.get(name) === ours) globals.set(name, original)
    })
    return undefined
  }

  const unwrapped = world.pages().filter((page) => {
    const { onShareAppMessage } = page as { onShareAppMessage?: unknown }
    return onShareAppMessage && !isWrapped(onShareAppMessage)
  })
  if (unwrapped.length || globals.hasApp()) warnOnce('installed_late')

  if (!globals.get('Page')) return { ok: false, reason: 'there is no Page here' }
  for (const name of Object.keys(wraps) as GlobalName[]) {
    const reason = replace(name)
    if (reason) {
      undo()
      warnOnce('not_installed', reason)
      return { ok: false, reason }
    }
  }
  return { ok: true, undo }
}

/** The platform's constructors: free names, which not every host lets us write. */
export type GlobalName = 'App' | 'Page' | 'Component'

/** Registers its options; the result is the platform's. */
export type Register = (this: unknown, options?: object, ...more: unknown[]) => unknown

export interface Globals {
  get(name: GlobalName): Register | undefined
  /** May throw, and may do nothing: read again to know. */
  set(name: GlobalName, value: Register): void
  /** Whether `App` has been called. */
  hasApp(): boolean
}

// By their free names: not every base library has an object with them as properties.
const createGlobals = (): Globals => ({
  get(name) {
    if (name === 'App') return (typeof App === 'function' ? App : undefined) as Register | undefined
    if (name === 'Page') {
      return (typeof Page === 'function' ? Page : undefined) as Register | undefined
    }
    return (typeof Component === 'function' ? Component : undefined) as Register | undefined
  },
  set(name, value) {
    if (name === 'App') App = value as typeof App
    else if (name === 'Page') Page = value as typeof Page
    else Component = value as typeof Component
  },
  hasApp: () => typeof getApp === 'function' && !!getApp(),
})
