/** How glass-easel reaches the document: the names of elements, inline styles, and events. */
import * as glassEasel from 'glass-easel'
import { elementNames } from '../../tags.ts'
import { withUnits } from './units.ts'

type Context = glassEasel.CurrentWindowBackendContext

/** How long a finger rests for a long press. */
const longPressMs = 350
/** How far it may move meanwhile, in pixels. */
const mostMoved = 10

export function createBackend(): Context {
  const context = new glassEasel.CurrentWindowBackendContext()
  const own = context as unknown as { document: object }
  own.document = {
    createElement,
    createTextNode: (text: string) => document.createTextNode(text),
    createDocumentFragment: () => document.createDocumentFragment(),
  }
  const listen = context.setListenerStats.bind(context)
  context.setListenerStats = (target, type, ...more) => {
    // Others come from the components: the browser's own `input` in a field is not one of them.
    if (browserEvents.has(type)) listen(target, type, ...more)
  }
  context.onEvent((target, type, detail, options) => {
    const original = options.originalEvent as Event | undefined
    if (isPress(type) && (isDisabled(original) || isDrag(original))) return undefined
    const place = original instanceof MouseEvent ? touchOf(original, original.target) : undefined
    const told: unknown = type === 'tap' && place ? { x: place.pageX, y: place.pageY } : detail
    const event = new glassEasel.Event(type, told, {
      ...options,
      ...(original && { extraFields: touchesOf(original) }),
    })
    glassEasel.Event.dispatchEvent(target, event)
    if (event.defaultPrevented()) original?.preventDefault()
  })
  const isDrag = watchDrags()
  addLongPress()
  addHover()
  return context
}

/** What a page hears of the browser itself. */
const browserEvents = new Set([
  'touchstart',
  'touchmove',
  'touchend',
  'touchcancel',
  'transitionend',
  'animationstart',
  'animationiteration',
  'animationend',
])

/**
 * A style attribute in the document's text would need `unsafe-inline`: the property of the element
 * does not. An id is written as in the template, without the prefix of its component: style sheets
 * and tests name it.
 */
function createElement(name: string): HTMLElement {
  const made = document.createElement(elementNames.get(name) ?? name)
  made.setAttribute = (attribute: string, value: string) => {
    if (attribute === 'style') made.style.cssText = withUnits(String(value))
    else Element.prototype.setAttribute.call(made, attribute, value)
  }
  Object.defineProperty(made, 'id', {
    get: () => made.getAttribute('id') ?? '',
    set(id: string) {
      made.setAttribute('id', id.replace(/^\w+--/, ''))
    },
  })
  return made
}

const isPress = (type: string) => type === 'tap' || type === 'longpress' || type === 'longtap'

/** A disabled button neither acts nor tells anyone above it. */
function isDisabled(event: Event | undefined): boolean {
  const target = event?.target
  const button = target instanceof Element ? target.closest('wx-button') : null
  return button !== null && button.hasAttribute('disabled')
}

/** @returns whether a click ends a drag: on a phone, a finger that moves does not tap */
function watchDrags(): (event: Event | undefined) => boolean {
  let from = { x: 0, y: 0 }
  const begin = ({ clientX: x, clientY: y }: PointerEvent) => (from = { x, y })
  document.addEventListener('pointerdown', begin, { capture: true })
  return (event) =>
    event instanceof PointerEvent &&
    event.pointerType !== '' &&
    Math.hypot(event.clientX - from.x, event.clientY - from.y) > mostMoved
}

interface Touch {
  identifier: number
  pageX: number
  pageY: number
  clientX: number
  clientY: number
}

/** A mouse is one finger. */
function touchesOf(event: Event): { touches: Touch[]; changedTouches: Touch[] } {
  const { target } = event
  if (typeof TouchEvent !== 'undefined' && event instanceof TouchEvent) {
    const listOf = (touches: TouchList) => [...touches].map((one) => touchOf(one, target))
    return { touches: listOf(event.touches), changedTouches: listOf(event.changedTouches) }
  }
  if (!(event instanceof MouseEvent)) return { touches: [], changedTouches: [] }
  const one = touchOf(event, target)
  return { touches: event.type === 'mouseup' ? [] : [one], changedTouches: [one] }
}

interface Place {
  identifier?: number
  clientX: number
  clientY: number
}

/** From the upper left of the page's window, which is below the bars, and of its content. */
function touchOf(place: Place, target: EventTarget | null): Touch {
  const frame = target instanceof Element ? target.closest('.page-frame') : null
  const { left = 0, top = 0 } = frame?.getBoundingClientRect() ?? {}
  const scroller = frame?.querySelector('.page-scroll')
  const { identifier = 0 } = place
  const [clientX, clientY] = [place.clientX - left, place.clientY - top]
  const { scrollLeft = 0, scrollTop = 0 } = scroller ?? {}
  return { identifier, clientX, clientY, pageX: clientX + scrollLeft, pageY: clientY + scrollTop }
}

/** glass-easel's element at a place in the document. */
export function elementAt(node: EventTarget | null): glassEasel.Element | undefined {
  for (let at = node as Node | null; at; at = at.parentNode) {
    const { __wxElement: found } = at as { __wxElement?: glassEasel.Element }
    if (found) return found
  }
  return undefined
}

function addLongPress(): void {
  let waiting: ReturnType<typeof setTimeout> | undefined
  let from = { x: 0, y: 0 }
  const cancel = () => clearTimeout(waiting)
  document.addEventListener('pointerdown', (event) => {
    cancel()
    from = { x: event.clientX, y: event.clientY }
    const { pageX: x, pageY: y } = touchOf(event, event.target)
    waiting = setTimeout(() => {
      const target = elementAt(event.target)
      if (!target || isDisabled(event)) return
      for (const type of ['longpress', 'longtap']) {
        const options = { bubbles: true, composed: true, extraFields: touchesOf(event) }
        glassEasel.Event.dispatchEvent(target, new glassEasel.Event(type, { x, y }, options))
      }
    }, longPressMs)
  })
  document.addEventListener('pointermove', (event) => {
    if (Math.hypot(event.clientX - from.x, event.clientY - from.y) > mostMoved) cancel()
  })
  document.addEventListener('pointerup', cancel)
  document.addEventListener('pointercancel', cancel)
}

/**
 * The class that an element has while it is pressed, which components write beside it: those
 * around it have theirs too, up to one that stops it.
 */
function addHover(): void {
  const ends: (() => void)[] = []
  document.addEventListener('pointerdown', ({ target }) => {
    let at = target instanceof Element ? target.closest(hovering) : null
    for (; at; at = at.parentElement?.closest(hovering) ?? null) {
      if (!at.hasAttribute('disabled')) ends.push(hover(at))
      if (at.hasAttribute('data-hover-stop')) break
    }
  })
  const end = () => ends.splice(0).forEach((leave) => leave())
  document.addEventListener('pointerup', end)
  document.addEventListener('pointercancel', end)
}

const hovering = '[data-hover-class]'

/** @returns called when the finger leaves: a short tap shows the class, too */
function hover(element: Element): () => void {
  const classes = element.getAttribute('data-hover-class')!.split(' ').filter(Boolean)
  const after = (name: string, act: () => void) =>
    setTimeout(act, Number(element.getAttribute(name) ?? 0))
  let isOver = false
  let isShown = false
  const leave = () => after('data-hover-stay', () => element.classList.remove(...classes))
  after('data-hover-start', () => {
    element.classList.add(...classes)
    isShown = true
    if (isOver) leave()
  })
  return () => {
    isOver = true
    if (isShown) leave()
  }
}
