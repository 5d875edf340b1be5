/** Pages, as the platform makes them of options of `Page` or `Component`. Nothing is rendered. */
import type { PageLike } from '../world'
import { callObservers } from './observers'
import { copyData, createSetData } from './set-data'

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
type Fields = Record<string, any>

/** A page of the stack: what the app's code sees as `this`. */
export type FakePage = PageLike & Fields

/** What `Page` or `Component` was given. */
export interface Registered {
  options: Fields
  isComponent: boolean
}

/** Where a page opens: its route, and the query of its path. */
export interface Place {
  path: string
  query: Fields
}

export type Moment = 'load' | 'show' | 'ready' | 'hide' | 'unload'

export interface PageInstance {
  page: FakePage
  /** Calls what the page and its behaviors have for this moment, in the platform's order. */
  call(moment: Moment, argument?: unknown): void
}

interface Handlers {
  lifetimes?: string[]
  pageLifetime?: string
  method: string
}

const changeable = { writable: true, enumerable: true, configurable: true }

const handlersOf: Record<Moment, Handlers> = {
  load: { lifetimes: ['created', 'attached'], method: 'onLoad' },
  show: { pageLifetime: 'show', method: 'onShow' },
  ready: { lifetimes: ['ready'], method: 'onReady' },
  hide: { pageLifetime: 'hide', method: 'onHide' },
  unload: { lifetimes: ['detached'], method: 'onUnload' },
}

/** Options with `methods` are those of a component, wherever they come from. */
export const registeredOf = (options: Fields): Registered => ({
  options,
  isComponent: !!options.methods && typeof options.methods === 'object',
})

export function createPageInstance(
  { options, isComponent }: Registered,
  { path: route, query }: Place,
): PageInstance {
  const behaviors = [...new Set(behaviorsOf(options))]
  const parts = [...behaviors, options]
  /** Whose lifetimes and observers count: `Page` has none of its own. */
  const handling = isComponent ? parts : behaviors
  const own: Fields = isComponent ? options.methods || {} : options
  const data: Fields = {}
  for (const { properties, data: given } of parts) {
    Object.assign(data, valuesOf(properties, query), copyData(given))
  }

  // Of the options, so that symbols and properties that are not enumerable are there too.
  const page: FakePage = Object.create(own)
  /** Not an assignment: the options may be frozen. */
  const define = (name: string, value: unknown) =>
    Object.defineProperty(page, name, { value, ...changeable })
  define(
    'setData',
    createSetData(data, (changes) => {
      for (const { observers } of handling) callObservers(page, observers, data, changes)
    }),
  )
  for (const methods of [...behaviors.map((one) => one.methods), own]) {
    // oxlint-disable-next-line guard-for-in -- wrapped options and classes inherit some
    for (const name in methods) define(name, copyData(methods[name]))
  }
  define('data', data)
  if (isComponent) define('properties', data)
  define('route', route)
  define('is', route)
  define('options', query)

  const run = (handler: unknown, argument?: unknown) => {
    if (typeof handler === 'function') handler.call(page, argument)
  }
  return {
    page,
    call(moment, argument) {
      const { lifetimes = [], pageLifetime, method } = handlersOf[moment]
      if (moment === 'unload') run(page[method], argument)
      for (const name of lifetimes) {
        for (const part of handling) {
          run((part.lifetimes || {})[name] || part[name])
        }
      }
      if (pageLifetime) {
        for (const { pageLifetimes = {} } of parts) run(pageLifetimes[pageLifetime])
      }
      if (moment !== 'unload') run(page[method], argument)
    },
  }
}

/** Of the behaviors' own behaviors first. Those of the platform are names, and add nothing. */
function behaviorsOf({ behaviors = [] }: Fields): Fields[] {
  const objects = (behaviors as unknown[]).filter((one) => one && typeof one === 'object')
  return (objects as Fields[]).reduce<Fields[]>(
    (all, one) => [...all, ...behaviorsOf(one), one],
    [],
  )
}

/** The values of properties: of the query where it names them, as their type has it. */
function valuesOf(properties: Fields = {}, query: Fields): Fields {
  const values: Fields = {}
  for (const [name, property] of Object.entries(properties)) {
    const { type, value } = property && property.type ? property : { type: property }
    const [known = null] = [value, empty[type && type.name]].filter((one) => one !== undefined)
    values[name] = name in query && type ? type(query[name]) : copyData(known)
  }
  return values
}

const empty: Fields = { String: '', Number: 0, Boolean: false, Array: [] }
