/** The refresher of `<scroll-view>`: a pull from its upper end, and what it shows meanwhile. */
import { element as make } from '../../dom.ts'
import type { Host, Properties } from './component.ts'
import { followPointer } from './drags.ts'

export const refresherProperties: Properties = {
  refresherEnabled: false,
  refresherThreshold: 45,
  refresherDefaultStyle: 'black',
  refresherBackground: '#FFF',
  refresherTriggered: false,
}

/** @returns called when a property changes */
export function createRefresher(host: Host): (changed?: string) => void {
  const { element, get, set, trigger } = host
  const mark = make('div', { class: 'refresher-mark', text: '···' })
  let from: number | undefined
  let pulled = 0
  let isRefreshing = false

  const show = (height: number) => {
    mark.style.height = `${height}px`
    mark.hidden = height === 0
  }
  function refresh() {
    isRefreshing = true
    show(get<number>('refresherThreshold'))
    trigger('refresherrefresh', { dy: pulled })
  }
  const begin = ({ clientY }: PointerEvent) => {
    const isAtEnd = element.scrollTop <= 0 && !isRefreshing
    from = get<boolean>('refresherEnabled') && isAtEnd ? clientY : undefined
  }
  const pull = ({ clientY }: PointerEvent) => {
    if (from === undefined) return
    pulled = Math.max(0, clientY - from)
    if (pulled === 0) return
    show(pulled)
    trigger('refresherpulling', { dy: pulled })
  }
  const end = () => {
    if (from === undefined) return
    from = undefined
    if (pulled >= get<number>('refresherThreshold')) {
      refresh()
      set('refresherTriggered', true)
    } else if (pulled > 0) {
      show(0)
      trigger('refresherabort', { dy: pulled })
    }
    pulled = 0
  }
  element.prepend(mark)
  show(0)
  element.addEventListener('pointerdown', begin)
  followPointer(host, { move: pull, rise: end })
  return () => {
    const style = get('refresherDefaultStyle')
    mark.style.background = get('refresherBackground')
    mark.style.color = style === 'white' ? '#fff' : '#a6a6a6'
    mark.textContent = style === 'none' ? '' : '···'
    const isTriggered = get<boolean>('refresherTriggered')
    if (isTriggered && !isRefreshing) return refresh()
    if (isTriggered || !isRefreshing) return undefined
    isRefreshing = false
    show(0)
    trigger('refresherrestore', {})
  }
}
