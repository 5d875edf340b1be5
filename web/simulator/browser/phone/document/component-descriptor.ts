/** What WXS functions have of elements: `ComponentDescriptor`, as the platform documents it. */
import type * as glassEasel from 'glass-easel'
import type { Caller } from './queries.ts'
import { withUnits } from './units.ts'

export interface ComponentDescriptor {
  selectComponent(selector: string): ComponentDescriptor | null
  selectAllComponents(selector: string): ComponentDescriptor[]
  /** Over the style of the template, which does not take it away. */
  setStyle(style: string | Record<string, string | number>): ComponentDescriptor
  addClass(name: string): ComponentDescriptor
  removeClass(name: string): ComponentDescriptor
  hasClass(name: string): boolean
  getDataset(): Record<string, unknown>
  callMethod(name: string, args?: unknown): void
  triggerEvent(name: string, detail?: unknown, options?: object): void
  /** The same object each time, for what the functions remember. */
  getState(): object
  getBoundingClientRect(): { left: number; top: number; width: number; height: number }
  getComputedStyle(names: readonly string[]): Record<string, string>
  requestAnimationFrame(run: () => void): number
  setTimeout(run: () => void, ms?: number): number
  clearTimeout(timer: number): void
}

type Component = glassEasel.GeneralComponent

/** Segments of a style and of classes that templates do not write: see glass-easel's Element. */
const temporary = 3

const known = new WeakMap<glassEasel.Element, ComponentDescriptor>()

function descriptorOf(element: glassEasel.Element): ComponentDescriptor {
  const made = known.get(element) ?? createDescriptor(element)
  known.set(element, made)
  return made
}

function createDescriptor(element: glassEasel.Element): ComponentDescriptor {
  const state = {}
  const classes = new Set<string>()
  const html = () => element.getBackendElement() as unknown as HTMLElement
  const find = (selector: string) => {
    const component = element as Partial<Component>
    return component.getShadowRoot?.()?.querySelectorAll(selector) ?? []
  }
  const showClasses = () => {
    element.setNodeClass([...classes].join(' '), temporary)
    return own
  }
  const own: ComponentDescriptor = {
    selectComponent: (selector) => own.selectAllComponents(selector)[0] ?? null,
    selectAllComponents: (selector) => find(selector).map(descriptorOf),
    setStyle(style) {
      const text =
        typeof style === 'string'
          ? style
          : Object.entries(style)
              .map(([name, value]) => `${kebabCase(name)}:${value}`)
              .join(';')
      element.setNodeStyle(withUnits(text), temporary)
      return own
    },
    addClass(name) {
      classes.add(name)
      return showClasses()
    },
    removeClass(name) {
      classes.delete(name)
      return showClasses()
    },
    hasClass: (name) => html().classList.contains(name) || classes.has(name),
    getDataset: () => element.dataset,
    callMethod(name, args) {
      const caller = (element as Component).getMethodCaller() as unknown as Caller &
        Record<string, unknown>
      const method = caller[name]
      if (typeof method === 'function') method.call(caller, args)
    },
    triggerEvent: (name, detail, options) =>
      (element as Component).triggerEvent(name, detail, options),
    getState: () => state,
    getBoundingClientRect() {
      const { left, top, width, height } = html().getBoundingClientRect()
      const frame = html().closest('.page-frame')?.getBoundingClientRect()
      return { left: left - (frame?.left ?? 0), top: top - (frame?.top ?? 0), width, height }
    },
    getComputedStyle(names) {
      const style = getComputedStyle(html())
      return Object.fromEntries(
        names.map((name) => [name, style.getPropertyValue(kebabCase(name))]),
      )
    },
    requestAnimationFrame: (run) => requestAnimationFrame(() => run()),
    setTimeout: (run, ms) => window.setTimeout(() => run(), ms),
    clearTimeout: (timer) => window.clearTimeout(timer),
  }
  return own
}

const kebabCase = (name: string) => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`)

type Changed = (now: unknown, before: unknown, ...more: unknown[]) => void
type Heard = (event: object, owner?: ComponentDescriptor) => unknown

/** Of a function: 0 is one of the data, others are of WXS. See glass-easel's templates. */
const isWxs = (path: unknown): boolean => Array.isArray(path) && path[0] !== 0

/**
 * What compiled templates call around functions of WXS: those that hear of changed properties, and
 * those that hear of events. See `wxsGlobals` in server/templates.ts.
 */
export const wxsCalls = {
  changed(listener: Changed, path: unknown): Changed {
    if (!isWxs(path)) return listener
    // Later, as on a phone: while a component is made, its elements are not there yet.
    return (now, before, owner, instance) =>
      queueMicrotask(() =>
        listener(
          now,
          before,
          descriptorOf(owner as Component),
          descriptorOf(instance as glassEasel.Element),
        ),
      )
  },
  heard(
    caller: Caller,
    event: glassEasel.ShadowedEvent<unknown>,
    listener: Heard,
    path: unknown,
  ): unknown {
    if (!isWxs(path)) return listener.call(caller, event)
    const { currentTarget } = event
    const { _$: component } = currentTarget as unknown as Partial<Caller>
    const element = component ?? currentTarget
    const { _$: owner } = caller
    const told = Object.assign(event, { instance: descriptorOf(element) })
    const returned = listener(told, descriptorOf(owner))
    // As `catch` and `preventDefault` together.
    if (returned === false) {
      event.stopPropagation()
      event.preventDefault()
    }
    return returned
  },
}

declare global {
  interface Window {
    wxsCalls?: typeof wxsCalls
  }
}
