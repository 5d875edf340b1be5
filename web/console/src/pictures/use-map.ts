/** A drawing that is dragged by pointer, and zoomed by two fingers or by Ctrl and the wheel. */
import { onMounted, onUnmounted, ref, type Ref } from 'vue'
import { zoomed, type MapView } from './map-view.ts'

interface Point {
  x: number
  y: number
}

export interface UsedMap {
  view: Ref<MapView>
  size: Ref<{ width: number; height: number }>
  /** A drag is under way, or was until this click: the click means nothing. */
  dragged: () => boolean
  zoom(factor: number): void
}

/** Below it a pointer that moves still clicks. */
const clickPixels = 4

/** @param frame the element that is watched */
export function useMap(frame: Readonly<Ref<Element | null>>): UsedMap {
  const view = ref<MapView>({ x: 0, y: 0, scale: 1 })
  const size = ref({ width: 800, height: 400 })
  const pointers = new Map<number, Point>()
  let moved = 0
  let resizes: ResizeObserver | undefined

  const pointOf = (event: MouseEvent): Point => {
    const { left, top } = frame.value!.getBoundingClientRect()
    return { x: event.clientX - left, y: event.clientY - top }
  }

  const measure = () => {
    const { clientWidth: width, clientHeight: height } = frame.value!
    if (width > 0 && height > 0) size.value = { width, height }
  }

  function press(event: PointerEvent): void {
    if (event.button !== 0) return
    if (pointers.size === 0) moved = 0
    pointers.set(event.pointerId, pointOf(event))
  }

  function move(event: PointerEvent): void {
    const before = pointers.get(event.pointerId)
    if (!before) return
    const after = pointOf(event)
    moved += Math.hypot(after.x - before.x, after.y - before.y)
    // Captured only now: a captured pointer clicks on the frame, and on no dot.
    if (moved >= clickPixels) frame.value!.setPointerCapture(event.pointerId)
    pointers.set(event.pointerId, after)
    const other = [...pointers].find(([id]) => id !== event.pointerId)?.[1]
    if (other) {
      const factor = distance(after, other) / Math.max(1, distance(before, other))
      view.value = zoomed(view.value, factor, other)
    } else if (moved >= clickPixels) {
      const { x, y, scale } = view.value
      view.value = { scale, x: x + after.x - before.x, y: y + after.y - before.y }
    }
  }

  const release = (event: PointerEvent) => {
    pointers.delete(event.pointerId)
  }

  // Without Ctrl the wheel scrolls the page, as everywhere. Two fingers on a touchpad set it.
  function turn(event: WheelEvent): void {
    if (!event.ctrlKey && !event.metaKey) return
    event.preventDefault()
    view.value = zoomed(view.value, Math.exp(-event.deltaY / 300), pointOf(event))
  }

  const listeners = {
    pointerdown: press,
    pointermove: move,
    pointerup: release,
    pointercancel: release,
    wheel: turn,
  }

  onMounted(() => {
    measure()
    resizes = new ResizeObserver(measure)
    resizes.observe(frame.value!)
    for (const [type, listener] of Object.entries(listeners)) {
      frame.value!.addEventListener(type, listener as EventListener, { passive: false })
    }
  })
  onUnmounted(() => resizes?.disconnect())

  return {
    view,
    size,
    dragged: () => moved >= clickPixels,
    zoom: (factor) => {
      const { width, height } = size.value
      view.value = zoomed(view.value, factor, { x: width / 2, y: height / 2 })
    },
  }
}

const distance = (a: Point, b: Point) => Math.hypot(a.x - b.x, a.y - b.y)
