/** The entry `wx-reach/install`: the only part of the library that touches globals, and only when it is asked to. */
import { component } from './component'
import { partsOf } from './context'
import { wordsOf } from './notices'
import type { Reach } from './reach'
import { isWrapped, marked } from './wrap'

export type Installation =
  | {
      ok: true
      /** Puts back what was there, where what is there is still ours. Pages that are defined stay wrapped. */
      undo(): void
    }
  | {
      ok: false
      /** What cannot be written, and why. Nothing is changed then: wrap by `reach.page` and `reach.app`. */
      reason: string
    }

/**
 * Replaces `App`, `Page` and `Component`, so that every app, page and component page that is defined from here on is wrapped
 * as by `reach.app`, `reach.page` and `component`. What they return is returned. Call it at the top of `app.ts`, before
 * `App`: what was defined before stays unwrapped, and the developer is told so. A page that is wrapped by hand as
 * well has one share id. Called twice, the second call changes nothing and its `undo` neither.
 *
 * @param globals - only tests pass it
 * @example const installed = install(reach)
 */
export function install(reach: Reach, globals: Globals = createGlobals()): Installation {
  const { world, tell } = partsOf(reach)
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
        tell('failed', error)
      }
      // Without options glass-easel's chained builder is asked for.
      return original.apply(this, arguments.length ? [given, ...more] : [])
    } as Register)
  }

  const done: (() => void)[] = []
  const undo = () => {
    for (const one of done.splice(0)) one()
  }

  /** Why it did not work. */
  function replace(name: GlobalName): string | undefined {
    const original = globals.get(name)
    // An independent subpackage has no App, a base library before 1.6.3 no Component.
    if (!original || isWrapped(original)) return undefined
    const ours = Object.assign(wrapped(original, wraps[name]), original)
    try {
      globals.set(name, ours)
    } catch (error) {
      return `${name}: ${wordsOf(error)}`
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
  if (unwrapped.length || globals.hasApp()) tell('installed_late')

  if (!globals.get('Page')) return { ok: false, reason: 'there is no Page here' }
  for (const name of Object.keys(wraps) as GlobalName[]) {
    const reason = replace(name)
    if (reason) {
      undo()
      tell('not_installed', reason)
      return { ok: false, reason }
    }
  }
  return { ok: true, undo }
}

/** The platform's constructors as the mini-program finds them: free names, which not every host lets us write. */
export type GlobalName = 'App' | 'Page' | 'Component'

/** Registers what it is given; what it returns is the platform's. */
export type Register = (this: unknown, options?: object, ...more: unknown[]) => unknown

export interface Globals {
  get(name: GlobalName): Register | undefined
  /** May throw, and may do nothing: read again to know. */
  set(name: GlobalName, value: Register): void
  /** Whether `App` has been called. */
  hasApp(): boolean
}

// Their own names, for they are no properties of any object that every base library has.
const createGlobals = (): Globals => ({
  get(name) {
    if (name === 'App') return (typeof App === 'function' ? App : undefined) as Register | undefined
    if (name === 'Page') {
      return (typeof Page === 'function' ? Page : undefined) as Register | undefined
    }
    return (typeof Component === 'function' ? Component : undefined) as Register | undefined
  },
  set(name, value) {
    if (name === 'App') App = value as never
    else if (name === 'Page') Page = value as never
    else Component = value as never
  },
  hasApp: () => typeof getApp === 'function' && !!getApp(),
})
