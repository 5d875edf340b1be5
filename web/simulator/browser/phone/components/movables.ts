/** movable-area, movable-view: a view that a finger moves within an area. */
import type { BuiltIn } from './component.ts'
import { followPointer } from './drags.ts'

type Source = '' | 'touch'

const movableArea: BuiltIn = { tag: 'movable-area', properties: { scaleArea: false } }

const movableView: BuiltIn = {
  tag: 'movable-view',
  properties: {
    direction: 'none',
    x: '',
    y: '',
    disabled: false,
    animation: true,
    inertia: false,
    outOfBounds: false,
    damping: 20,
    friction: 2,
  },
  create({ element, get, setStyle, trigger, onDetached }) {
    let at = { x: 0, y: 0 }
    let from: { x: number; y: number } | undefined
    let axis: 'htouchmove' | 'vtouchmove' | undefined

    /** A view that is larger than its area moves until its edges meet those of the area. */
    const within = (wanted: number, size: 'clientWidth' | 'clientHeight'): number => {
      const area = element.closest('wx-movable-area')
      const room = (area?.[size] ?? 0) - element[size]
      return Math.min(Math.max(wanted, Math.min(0, room)), Math.max(0, room))
    }

    function move(wanted: { x: number; y: number }, source: Source) {
      const next = { x: within(wanted.x, 'clientWidth'), y: within(wanted.y, 'clientHeight') }
      const isAnimated = source === '' && get<boolean>('animation')
      const transition = isAnimated ? 'transition: transform 200ms; ' : ''
      setStyle(`${transition}transform: translate(${next.x}px, ${next.y}px)`)
      if (next.x === at.x && next.y === at.y) return
      at = next
      trigger('change', { ...at, source })
    }

    const moved = (event: PointerEvent) => {
      if (!from) return
      const by = { x: event.clientX - from.x - at.x, y: event.clientY - from.y - at.y }
      axis ??= Math.abs(by.x) >= Math.abs(by.y) ? 'htouchmove' : 'vtouchmove'
      const direction = get('direction')
      const isFree = (one: string) => direction === 'all' || direction === one
      if (isFree(axis === 'htouchmove' ? 'horizontal' : 'vertical')) trigger(axis, {})
      move(
        {
          x: isFree('horizontal') ? event.clientX - from.x : at.x,
          y: isFree('vertical') ? event.clientY - from.y : at.y,
        },
        'touch',
      )
    }
    const ended = () => (from = axis = undefined)
    element.addEventListener('pointerdown', ({ clientX, clientY }) => {
      if (!get<boolean>('disabled')) from = { x: clientX - at.x, y: clientY - at.y }
    })
    followPointer({ onDetached }, { move: moved, rise: ended })
    return (changed) => {
      if (changed !== undefined && changed !== 'x' && changed !== 'y') return
      // What has changed with it is laid out first.
      requestAnimationFrame(() =>
        move({ x: pixels(get('x'), at.x), y: pixels(get('y'), at.y) }, ''),
      )
    }
  },
}

/** A number, or a text as `20px`. */
const pixels = (given: string | number, otherwise: number): number => {
  const read = Number.parseFloat(String(given))
  return Number.isNaN(read) ? otherwise : read
}

export const movables: readonly BuiltIn[] = [movableArea, movableView]
