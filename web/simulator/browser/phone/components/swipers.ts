/** swiper, swiper-item. */
import { element as make } from '../../dom.ts'
import { withUnits } from '../document/units.ts'
import type { BuiltIn } from './component.ts'
import { followPointer } from './drags.ts'

/** Called by an item that comes or goes. */
const layouts = new WeakMap<Element, () => void>()

const swiper: BuiltIn = {
  tag: 'swiper',
  properties: {
    indicatorDots: false,
    indicatorColor: 'rgba(0, 0, 0, .3)',
    indicatorActiveColor: '#000000',
    autoplay: false,
    current: 0,
    currentItemId: '',
    interval: 5000,
    duration: 500,
    circular: false,
    vertical: false,
    previousMargin: '0px',
    nextMargin: '0px',
    displayMultipleItems: 1,
  },
  create({ element, get, set, setStyle, trigger, onDetached }) {
    const dots = make('div', { class: 'swiper-dots' })
    element.append(dots)
    let shown = 0
    let dragged = 0
    let timer: ReturnType<typeof setInterval> | undefined
    /** How many items each one was away from the one that is shown. */
    const places = new WeakMap<Element, number>()
    const items = () =>
      [...element.querySelectorAll<HTMLElement>('wx-swiper-item')].filter(
        (item) => item.closest('wx-swiper') === element,
      )
    const isVertical = () => get<boolean>('vertical')

    /** Around a circle, the items lie as much before the one that is shown as behind it. */
    function placeOf(n: number, count: number): number {
      if (!get<boolean>('circular')) return n - shown
      const before = Math.floor((count - 1) / 2)
      return ((n - shown + before + count) % count) - before
    }

    function layOut(animated: boolean) {
      const all = items()
      for (const [n, item] of all.entries()) {
        const place = placeOf(n, all.length)
        // One that comes round from the other end is not seen on its way.
        const isNear = Math.abs(place - (places.get(item) ?? place)) <= 1
        places.set(item, place)
        const at = `calc(${place * 100}% + ${dragged}px)`
        item.style.transition = animated && isNear ? `transform ${get<number>('duration')}ms` : ''
        item.style.transform = isVertical() ? `translateY(${at})` : `translateX(${at})`
      }
      dots.hidden = !get<boolean>('indicatorDots')
      dots.replaceChildren(
        ...all.map((_, n) =>
          make('span', {
            style: {
              background: n === shown ? get('indicatorActiveColor') : get('indicatorColor'),
            },
          }),
        ),
      )
    }

    function show(wanted: number, source: '' | 'touch' | 'autoplay') {
      const count = items().length
      if (count === 0) return
      const circular = get<boolean>('circular')
      const last = Math.max(0, count - get<number>('displayMultipleItems'))
      const next = circular ? (wanted + count) % count : Math.min(last, Math.max(0, wanted))
      dragged = 0
      if (next === shown) return layOut(true)
      shown = next
      layOut(true)
      set('current', next)
      const currentItemId = items()[next]?.getAttribute('data-item-id') ?? ''
      trigger('change', { current: next, currentItemId, source })
      setTimeout(() => {
        trigger('animationfinish', { current: next, currentItemId, source })
      }, get<number>('duration'))
    }

    function showItem(id: string) {
      const index = items().findIndex((item) => item.getAttribute('data-item-id') === id)
      if (index >= 0) show(index, '')
    }

    let start: { x: number; y: number } | undefined
    element.addEventListener('pointerdown', ({ clientX: x, clientY: y }) => (start = { x, y }))
    const drag = ({ clientX, clientY }: PointerEvent) => {
      if (!start) return
      dragged = isVertical() ? clientY - start.y : clientX - start.x
      trigger('transition', isVertical() ? { dx: 0, dy: -dragged } : { dx: -dragged, dy: 0 })
      layOut(false)
    }
    const drop = () => {
      if (!start) return
      start = undefined
      const size = isVertical() ? element.clientHeight : element.clientWidth
      show(Math.abs(dragged) > size / 5 ? shown - Math.sign(dragged) : shown, 'touch')
    }
    const cancel = () => {
      if (!start) return
      start = undefined
      show(shown, 'touch')
    }
    followPointer({ onDetached }, { move: drag, rise: drop, cancel })
    onDetached(() => clearInterval(timer))
    layouts.set(element, () => layOut(false))

    function play() {
      clearInterval(timer)
      if (!get<boolean>('autoplay')) return
      timer = setInterval(() => {
        // Not from under a finger.
        if (start) return
        const count = items().length - get<number>('displayMultipleItems')
        const isLast = !get<boolean>('circular') && shown >= count
        show(isLast ? 0 : shown + 1, 'autoplay')
      }, get<number>('interval'))
    }

    return (changed) => {
      if (changed === undefined) shown = get<number>('current')
      else if (changed === 'current' && get<number>('current') !== shown) {
        return show(get<number>('current'), '')
      }
      if (changed === 'current') return
      element.toggleAttribute('data-vertical', isVertical())
      const [before, after] = [get('previousMargin'), get('nextMargin')].map(withUnits)
      const count = get<number>('displayMultipleItems')
      setStyle(`--before: ${before}; --after: ${after}; --shown: ${count}`)
      layOut(false)
      const id = get('currentItemId')
      if (id !== '' && (changed === undefined || changed === 'currentItemId')) {
        // Its items come after it.
        requestAnimationFrame(() => showItem(id))
      }
      if (changed === undefined || changed === 'autoplay' || changed === 'interval') play()
    }
  },
}

const swiperItem: BuiltIn = {
  tag: 'swiper-item',
  properties: { itemId: '', skipHiddenItemLayout: false },
  create({ element, get }) {
    return () => {
      element.setAttribute('data-item-id', get('itemId'))
      layouts.get(element.closest('wx-swiper') ?? element)?.()
    }
  },
}

export const swipers: readonly BuiltIn[] = [swiper, swiperItem]
