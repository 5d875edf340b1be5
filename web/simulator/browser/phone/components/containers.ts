/** view, text, scroll-view, navigator, label, cover-view. */
import { createRefresher, refresherProperties } from './refresher.ts'
import { controlOf, scopedClasses, type BuiltIn, type Host, type Properties } from './component.ts'

/** Writes the class that backend.ts gives the element while it is pressed. */
export function updateHover(host: Host): void {
  const { element, get } = host
  const name = get('hoverClass')
  if (name === 'none' || name === '') return element.removeAttribute('data-hover-class')
  element.setAttribute('data-hover-class', scopedClasses(host, name).join(' '))
  element.setAttribute('data-hover-start', String(get<number>('hoverStartTime')))
  element.setAttribute('data-hover-stay', String(get<number>('hoverStayTime')))
  element.toggleAttribute('data-hover-stop', get<boolean>('hoverStopPropagation'))
}

/** When the class comes and goes, in milliseconds, as the platform documents it. */
export const hoverProperties = (start: number, stay: number): Properties => ({
  hoverStopPropagation: false,
  hoverStartTime: start,
  hoverStayTime: stay,
})

const view = (tag: string): BuiltIn => ({
  tag,
  properties: { hoverClass: 'none', ...hoverProperties(50, 400) },
  create: (host) => () => updateHover(host),
})

/** What `decode` of a text reads, as the platform lists them. */
const entities: Record<string, string> = {
  '&nbsp;': '\u00a0',
  '&ensp;': '\u2002',
  '&emsp;': '\u2003',
  '&lt;': '<',
  '&gt;': '>',
  '&apos;': "'",
  '&amp;': '&',
}

function decode(node: Node): void {
  for (const child of node.childNodes) {
    if (!(child instanceof Text)) continue
    const decoded = child.data.replace(/&[a-z]+;/g, (name) => entities[name] ?? name)
    if (decoded !== child.data) child.data = decoded
  }
}

const text: BuiltIn = {
  tag: 'text',
  properties: { selectable: false, userSelect: false, space: '', decode: false },
  create({ element, get, onDetached }) {
    const changes = new MutationObserver(() => decode(element))
    onDetached(() => changes.disconnect())
    return (changed) => {
      const selectable = get<boolean>('selectable') || get<boolean>('userSelect')
      element.toggleAttribute('data-selectable', selectable)
      element.toggleAttribute('data-space', get('space') !== '')
      if (!get<boolean>('decode') || (changed !== undefined && changed !== 'decode')) return
      decode(element)
      changes.observe(element, { childList: true, characterData: true, subtree: true })
    }
  },
}

const scrollView: BuiltIn = {
  tag: 'scroll-view',
  properties: {
    scrollX: false,
    scrollY: false,
    upperThreshold: 50,
    lowerThreshold: 50,
    scrollTop: 0,
    scrollLeft: 0,
    scrollIntoView: '',
    scrollWithAnimation: false,
    ...refresherProperties,
  },
  create(host) {
    const { element, get, trigger } = host
    const updateRefresher = createRefresher(host)
    let last = { top: 0, left: 0 }
    let at: 'upper' | 'lower' | 'between' = 'upper'
    element.addEventListener('scroll', () => {
      const { scrollTop, scrollLeft, scrollHeight, scrollWidth } = element
      trigger('scroll', {
        scrollTop,
        scrollLeft,
        scrollHeight,
        scrollWidth,
        deltaX: last.left - scrollLeft,
        deltaY: last.top - scrollTop,
      })
      last = { top: scrollTop, left: scrollLeft }
      const vertical = get<boolean>('scrollY')
      const before = vertical ? scrollTop : scrollLeft
      const whole = vertical ? scrollHeight : scrollWidth
      const seen = vertical ? element.clientHeight : element.clientWidth
      const upper = before <= get<number>('upperThreshold')
      const lower = whole - seen - before <= get<number>('lowerThreshold')
      const now = lower ? 'lower' : upper ? 'upper' : 'between'
      if (now !== at && now === 'upper') {
        trigger('scrolltoupper', { direction: vertical ? 'top' : 'left' })
      }
      if (now !== at && now === 'lower') {
        trigger('scrolltolower', { direction: vertical ? 'bottom' : 'right' })
      }
      at = now
    })
    /** Not what is around it, as the browser's `scrollIntoView` would. */
    const scrollTo = (child: Element, behavior: ScrollBehavior) => {
      const [to, from] = [child.getBoundingClientRect(), element.getBoundingClientRect()]
      element.scrollBy({ top: to.top - from.top, left: to.left - from.left, behavior })
    }
    return (changed) => {
      updateRefresher()
      element.toggleAttribute('data-scroll-x', get<boolean>('scrollX'))
      element.toggleAttribute('data-scroll-y', get<boolean>('scrollY'))
      const behavior = get<boolean>('scrollWithAnimation') ? 'smooth' : 'auto'
      // The children of this change are laid out first.
      requestAnimationFrame(() => {
        if (changed === undefined || changed === 'scrollTop' || changed === 'scrollLeft') {
          element.scrollTo({
            top: get<number>('scrollTop'),
            left: get<number>('scrollLeft'),
            behavior,
          })
        }
        const id = get('scrollIntoView')
        if (id !== '' && (changed === undefined || changed === 'scrollIntoView')) {
          const child = element.querySelector(`#${CSS.escape(id)}`)
          if (child) scrollTo(child, behavior)
        }
      })
    }
  },
}

const navigator: BuiltIn = {
  tag: 'navigator',
  properties: {
    target: 'self',
    url: '',
    openType: 'navigate',
    delta: 1,
    hoverClass: 'navigator-hover',
    ...hoverProperties(50, 600),
    appId: '',
    path: '',
  },
  create(host, world) {
    host.onTap(() => {
      if (host.get('target') === 'miniProgram') {
        if (host.get('openType') === 'exit') return world.device.leave()
        world.lacking('<navigator target="miniProgram">')
        return
      }
      world.navigate(host.get('openType'), { url: host.get('url'), delta: host.get('delta') })
    })
    return () => updateHover(host)
  },
}

const label: BuiltIn = {
  tag: 'label',
  properties: { for: '' },
  create({ element, get, component, onTap }) {
    onTap(() => undefined)
    // Not a tap of the control itself, which acts by itself.
    element.addEventListener('click', (event) => {
      const id = get('for')
      const root = component.ownerShadowRoot
      const named = id === '' ? undefined : root?.querySelector(`#${id}`)?.getBackendElement()
      const target =
        id === ''
          ? [...element.querySelectorAll('*')].find((child) => controlOf(child))
          : (named as unknown as Element | undefined)
      if (!target || target.contains(event.target as Node)) return
      controlOf(target)?.activate()
    })
  },
}

export const containers: readonly BuiltIn[] = [
  view('view'),
  view('cover-view'),
  text,
  scrollView,
  navigator,
  label,
]
