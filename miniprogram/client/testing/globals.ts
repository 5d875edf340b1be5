/** The global names that the code of a mini-program finds on a phone. */
import type { Platform } from '../platform'
import type { FakeClock, Timers } from './clock'

/** What `wx` has in a test: the functions of the phone, and those that a test adds. */
// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
export type PhoneWx = Platform & Record<string, any>

interface Warning {
  warn(...words: unknown[]): void
}

export interface Globals {
  wx: PhoneWx
  App(options?: object): void
  Page(options?: object): void
  Component(options?: object): void
  /** Returns the options; a behavior counts where a page or component names it. */
  Behavior<Options extends object>(options: Options): Options
  /** `undefined` before `App`, unless `allowDefault` is true. */
  getApp(options?: { allowDefault?: boolean }): object | undefined
  getCurrentPages(): object[]
  setTimeout(task: (...args: never[]) => void, ms?: number, ...args: unknown[]): number
  clearTimeout(timer?: number): void
  setInterval(task: (...args: never[]) => void, ms?: number, ...args: unknown[]): number
  clearInterval(timer?: number): void
  /** Of the phone's clock. */
  Date: DateConstructor
  /** The test runner's. Warnings are in `life.warnings`, those of the library only there. */
  console: Warning
}

type GlobalTimers = Pick<Globals, 'setTimeout' | 'clearTimeout' | 'setInterval' | 'clearInterval'>

/** The global timers over the timers of one life. */
function createGlobalTimers({ after }: Timers): GlobalTimers {
  const cancels = new Map<number, () => void>()
  let last = 0
  const clear = (timer?: number) => {
    cancels.get(timer!)?.()
    cancels.delete(timer!)
  }
  return {
    setTimeout(task, ms = 0, ...args) {
      const timer = ++last
      const run = () => {
        cancels.delete(timer)
        task(...(args as never[]))
      }
      cancels.set(timer, after(Math.max(ms, 0) || 0, run))
      return timer
    },
    setInterval(task, ms = 0, ...args) {
      const timer = ++last
      // At least 1 ms: an interval without length would never let the clock advance.
      const next = () => cancels.set(timer, after(Math.max(ms, 1) || 1, run))
      const run = () => {
        next()
        task(...(args as never[]))
      }
      next()
      return timer
    },
    clearTimeout: clear,
    clearInterval: clear,
  }
}

/** `Date` whose present is the phone's. Dates of both constructors are instances of both. */
function createDate({ now }: Pick<FakeClock, 'now'>): DateConstructor {
  const Real = Date
  function PhoneDate(...given: unknown[]): Date | string {
    if (!new.target) return new Real(now()).toString()
    return Reflect.construct(Real, given.length ? given : [now()], new.target) as Date
  }
  const { prototype, parse, UTC } = Real
  return Object.assign(PhoneDate, { prototype, now, parse, UTC }) as unknown as DateConstructor
}

/** Where the global object keeps what takes our names away. */
const undoKey = Symbol.for('wx-reach/testing')

/**
 * Defines global names, in place of those of an earlier life.
 *
 * @param create - called without ours in place, so that it finds the test runner's own
 * @returns what restores the names as they were before any life
 */
export function replaceGlobals(create: () => object, target: object): () => void {
  const host = target as { [undoKey]?: (() => void) | undefined }
  host[undoKey]?.()
  const before = new Map<string, PropertyDescriptor | undefined>()
  for (const [name, value] of Object.entries(create())) {
    before.set(name, Object.getOwnPropertyDescriptor(target, name))
    Object.defineProperty(target, name, { value, writable: true, configurable: true })
  }
  const undo = () => {
    if (host[undoKey] !== undo) return
    delete host[undoKey]
    for (const [name, descriptor] of before) {
      if (descriptor) Object.defineProperty(target, name, descriptor)
      else delete (target as Record<string, unknown>)[name]
    }
  }
  Object.defineProperty(host, undoKey, { value: undo, configurable: true })
  return undo
}

/** `console` as it is; warnings are noted, and the library's are noted only. */
function createConsole(real: Warning, note: (line: string) => void): Warning {
  const warn = (...words: unknown[]) => {
    const line = words.join(' ')
    note(line)
    if (!line.startsWith('wx-reach: ')) real.warn(...words)
  }
  return Object.create(real, { warn: { value: warn, writable: true } }) as Warning
}

/**
 * What a life has of its own; time and the console are made of the test runner's.
 *
 * @param target - where the names will be
 */
export function createGlobals(
  given: Omit<Globals, 'Date' | 'console' | keyof GlobalTimers>,
  timers: Timers,
  clock: FakeClock,
  warn: (line: string) => void,
  target: object,
): Globals {
  const { console: real = console } = target as Partial<Globals>
  return {
    ...given,
    ...createGlobalTimers(timers),
    Date: createDate(clock),
    console: createConsole(real, warn),
  }
}
