/** What a finger does that went down on a component: it may leave the component before it rises. */
import type { Host } from './component.ts'

interface Drag {
  move(event: PointerEvent): void
  rise(): void
  /** The browser takes the finger, for example to scroll the page. Default: `rise`. */
  cancel?(): void
}

/** Hears the pointer on the whole page, until the component leaves it. */
export function followPointer(
  { onDetached }: Pick<Host, 'onDetached'>,
  { move, rise, cancel = rise }: Drag,
): void {
  const attached = new AbortController()
  const { signal } = attached
  document.addEventListener('pointermove', move, { signal })
  document.addEventListener('pointerup', rise, { signal })
  document.addEventListener('pointercancel', cancel, { signal })
  onDetached(() => attached.abort())
}
