/**
 * What a page asks of its own elements: places and sizes, what comes into view, and animations.
 * Places count from the upper left of the page below the bars, as on a phone.
 */
import type * as glassEasel from 'glass-easel'
import { keyframeOf } from './animation.ts'

/** A page or component, as its methods have it. */
export interface Caller {
  readonly _$: glassEasel.GeneralComponent
}

type Result = Record<string, unknown>
type Told = (result: Result | Result[] | null) => void

export interface Fields {
  id?: boolean
  dataset?: boolean
  mark?: boolean
  rect?: boolean
  size?: boolean
  scrollOffset?: boolean
  properties?: string[]
  computedStyle?: string[]
}

export interface NodesRef {
  fields(fields: Fields, told?: Told): SelectorQuery
  boundingClientRect(told?: Told): SelectorQuery
  scrollOffset(told?: Told): SelectorQuery
  /** Of canvas and video, which the simulator lacks: `null`. */
  node(told?: Told): SelectorQuery
  context(told?: Told): SelectorQuery
}

export interface SelectorQuery {
  in(component: Caller): SelectorQuery
  select(selector: string): NodesRef
  selectAll(selector: string): NodesRef
  selectViewport(): NodesRef
  exec(told?: (results: unknown[]) => void): SelectorQuery
}

const elementOf = (found: glassEasel.Element): HTMLElement =>
  found.getBackendElement() as unknown as HTMLElement

const find = ({ _$: component }: Caller, selector: string): glassEasel.Element[] =>
  component.getShadowRoot()?.querySelectorAll(selector) ?? []

/** The page in whose frame a component is. */
const frameOf = ({ _$: component }: Caller): HTMLElement => {
  // A component with `virtualHost` has no element: it is asked of the page that is shown.
  const host = elementOf(component.general()) as HTMLElement | null
  const shown = () => document.querySelector<HTMLElement>('.page-frame:not([hidden])')
  return host?.closest<HTMLElement>('.page-frame') ?? shown() ?? document.body
}

const rectOf = ({ left, top, right, bottom, width, height }: DOMRect, origin: DOMRect) => ({
  left: left - origin.left,
  top: top - origin.top,
  right: right - origin.left,
  bottom: bottom - origin.top,
  width,
  height,
})

const scrollOf = ({ scrollLeft, scrollTop, scrollWidth, scrollHeight }: Element) => ({
  scrollLeft,
  scrollTop,
  scrollWidth,
  scrollHeight,
})

const camelCase = (name: string) =>
  name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())

function describe(
  from: Caller,
  fields: Fields,
  element: HTMLElement,
  found?: glassEasel.Element,
): Result {
  const place = rectOf(element.getBoundingClientRect(), frameOf(from).getBoundingClientRect())
  const { left, top, right, bottom, width, height } = place
  const data = (found as { data?: Result } | undefined)?.data
  const { properties = [], computedStyle = [] } = fields
  const style = getComputedStyle(element) as unknown as Result
  return {
    ...(fields.id && { id: found?.id ?? '' }),
    ...(fields.dataset && { dataset: found?.dataset ?? {} }),
    ...(fields.mark && { mark: found?.collectMarks() ?? {} }),
    ...(fields.rect && { left, top, right, bottom }),
    ...(fields.size && { width, height }),
    ...(fields.scrollOffset && scrollOf(element)),
    ...Object.fromEntries(properties.map((name) => [name, data?.[camelCase(name)]])),
    ...Object.fromEntries(computedStyle.map((name) => [name, style[camelCase(name)]])),
  }
}

/** @param first - asked when the query runs: while a page is made, it is not on top yet */
export function createSelectorQuery(first: () => Caller | undefined): SelectorQuery {
  let caller = first
  const asked: (() => Result | Result[] | null)[] = []

  function nodes(read: (from: Caller, fields: Fields) => Result | Result[] | null): NodesRef {
    const ask = (fields: Fields | null, told?: Told) => {
      const asking = caller
      asked.push(() => {
        const from = asking()
        const result = fields && from ? read(from, fields) : null
        told?.(result)
        return result
      })
      return query
    }
    return {
      fields: (fields, told) => ask(fields, told),
      boundingClientRect: (told) => ask({ id: true, dataset: true, rect: true, size: true }, told),
      scrollOffset: (told) => ask({ id: true, dataset: true, scrollOffset: true }, told),
      node: (told) => ask(null, told),
      context: (told) => ask(null, told),
    }
  }

  const query: SelectorQuery = {
    in(component) {
      caller = () => component
      return query
    },
    select: (selector) =>
      nodes((from, fields) => {
        const [found] = find(from, selector)
        return found ? describe(from, fields, elementOf(found), found) : null
      }),
    selectAll: (selector) =>
      nodes((from, fields) =>
        find(from, selector).map((found) => describe(from, fields, elementOf(found), found)),
      ),
    selectViewport: () =>
      nodes((from, fields) => {
        const scroller = frameOf(from).querySelector<HTMLElement>('.page-scroll')
        return scroller ? describe(from, fields, scroller) : null
      }),
    exec(told) {
      // What the page has just set is drawn before.
      requestAnimationFrame(() => {
        const results = asked.splice(0).map((read) => read())
        told?.(results)
      })
      return query
    },
  }
  return query
}

interface Margins {
  left?: number
  top?: number
  right?: number
  bottom?: number
}

export interface ObserverOptions {
  thresholds?: number[]
  initialRatio?: number
  observeAll?: boolean
}

export interface PageObserver {
  relativeTo(selector: string, margins?: Margins): PageObserver
  relativeToViewport(margins?: Margins): PageObserver
  observe(selector: string, told: (status: object) => void): void
  disconnect(): void
}

export function createIntersectionObserver(
  caller: Caller,
  { thresholds = [0], initialRatio = 0, observeAll = false }: ObserverOptions = {},
): PageObserver {
  let root: Element | undefined
  let rootMargin = '0px'
  const observers: IntersectionObserver[] = []
  const relativeTo = (element: Element | undefined, margins: Margins = {}) => {
    const { top = 0, right = 0, bottom = 0, left = 0 } = margins
    root = element
    rootMargin = `${top}px ${right}px ${bottom}px ${left}px`
    return own
  }
  const own: PageObserver = {
    relativeTo(selector, margins) {
      const [found] = find(caller, selector)
      return relativeTo(found && elementOf(found), margins)
    },
    relativeToViewport: (margins) => relativeTo(undefined, margins),
    observe(selector, told) {
      const found = find(caller, selector).slice(0, observeAll ? undefined : 1)
      const viewport = root ?? frameOf(caller)
      const seen = new Set<Element>()
      const listen = (entries: IntersectionObserverEntry[]) => {
        const origin = frameOf(caller).getBoundingClientRect()
        for (const entry of entries) {
          const isFirst = !seen.has(entry.target)
          seen.add(entry.target)
          if (isFirst && entry.intersectionRatio === initialRatio) continue
          const target = found.find((one) => elementOf(one) === entry.target)
          told({
            id: target?.id ?? '',
            dataset: target?.dataset ?? {},
            time: entry.time,
            intersectionRatio: entry.intersectionRatio,
            intersectionRect: rectOf(entry.intersectionRect as DOMRect, origin),
            boundingClientRect: rectOf(entry.boundingClientRect as DOMRect, origin),
            relativeRect: entry.rootBounds ? rectOf(entry.rootBounds as DOMRect, origin) : {},
          })
        }
      }
      const options = { root: viewport, rootMargin, threshold: thresholds }
      const observer = new IntersectionObserver(listen, options)
      for (const one of found) observer.observe(elementOf(one))
      observers.push(observer)
    },
    disconnect: () => observers.splice(0).forEach((observer) => observer.disconnect()),
  }
  return own
}

/** Methods of every page and component. */
export const queryMethods = (caller: Caller): Record<string, unknown> => ({
  createSelectorQuery: () => createSelectorQuery(() => caller),
  createIntersectionObserver: (options?: ObserverOptions) =>
    createIntersectionObserver(caller, options),
  animate(selector: string, frames: Result[], duration: number, done?: () => void) {
    for (const [at, found] of find(caller, selector).entries()) {
      const options: KeyframeAnimationOptions = { duration, fill: 'forwards' }
      const playing = elementOf(found).animate(frames.map(keyframeOf), options)
      if (at === 0 && done) void playing.finished.then(done, () => undefined)
    }
  },
  clearAnimation(selector: string, options?: object | (() => void), done?: () => void) {
    for (const found of find(caller, selector)) {
      for (const playing of elementOf(found).getAnimations()) playing.cancel()
    }
    const told = typeof options === 'function' ? (options as () => void) : done
    told?.()
  },
})
