/** picker-view, picker-view-column: columns that a page has inside itself. */
import { element as make } from '../../dom.ts'
import { withUnits } from '../document/units.ts'
import type { BuiltIn, Value } from './component.ts'

/** Called by a column that comes or goes. */
const layouts = new WeakMap<Element, () => void>()

const itemHeight = 34

const pickerView: BuiltIn = {
  tag: 'picker-view',
  properties: { value: [], indicatorStyle: '', indicatorClass: '', maskStyle: '', maskClass: '' },
  create({ element, get, set, setStyle, trigger, onDetached }) {
    const mask = make('div', { class: 'picker-view-mask' })
    const indicator = make('div', { class: 'picker-view-indicator' })
    element.append(mask, indicator)
    let scrolling = false

    const columns = () =>
      [...element.querySelectorAll<HTMLElement>('wx-picker-view-column')].filter(
        (column) => column.closest('wx-picker-view') === element,
      )
    const height = () => indicator.offsetHeight || itemHeight
    const chosen = (): number[] => {
      const value = get<Value>('value')
      return Array.isArray(value) ? value.map(Number) : []
    }

    function layOut() {
      const room = Math.max(0, (element.clientHeight - height()) / 2)
      setStyle(`--item: ${height()}px; --room: ${room}px`)
      for (const [n, column] of columns().entries()) {
        column.scrollTop = (chosen()[n] ?? 0) * height()
      }
    }

    const indexOf = (column: HTMLElement) => {
      const index = Math.round(column.scrollTop / height())
      return Math.min(Math.max(0, index), Math.max(0, column.children.length - 1))
    }
    const started = () => {
      if (!scrolling) trigger('pickstart', {})
      scrolling = true
    }
    const ended = () => {
      if (!scrolling) return
      scrolling = false
      trigger('pickend', {})
      const value = columns().map(indexOf)
      if (
        value.join() ===
        columns()
          .map((_, n) => chosen()[n] ?? 0)
          .join()
      )
        return
      set('value', value)
      trigger('change', { value })
    }
    const tapped = ({ target }: MouseEvent) => {
      const column = (target as Element).closest<HTMLElement>('wx-picker-view-column')
      const index = [...(column?.children ?? [])].findIndex((item) => item.contains(target as Node))
      if (index >= 0) column!.scrollTo({ top: index * height(), behavior: 'smooth' })
    }
    element.addEventListener('pointerdown', started)
    element.addEventListener('wheel', started, { passive: true })
    // Of the columns, whose events do not bubble.
    element.addEventListener('scrollend', ended, { capture: true })
    element.addEventListener('click', tapped)

    // Its size is often that of a sheet that opens later.
    const sizes = new ResizeObserver(layOut)
    sizes.observe(element)
    onDetached(() => sizes.disconnect())
    layouts.set(element, () => requestAnimationFrame(layOut))
    return (changed) => {
      indicator.style.cssText = withUnits(get('indicatorStyle'))
      mask.style.cssText = withUnits(get('maskStyle'))
      if (changed === undefined || changed === 'value') requestAnimationFrame(layOut)
    }
  },
}

const pickerViewColumn: BuiltIn = {
  tag: 'picker-view-column',
  create({ element }) {
    const layOut = () => layouts.get(element.closest('wx-picker-view') ?? element)?.()
    const items = new MutationObserver(layOut)
    items.observe(element, { childList: true })
    return layOut
  },
}

export const pickerViews: readonly BuiltIn[] = [pickerView, pickerViewColumn]
