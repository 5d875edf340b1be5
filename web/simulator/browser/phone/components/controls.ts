/** switch, checkbox, radio and their groups, slider. */
import { element as make } from '../../dom.ts'
import { registerControl, type BuiltIn, type Host, type Value } from './component.ts'

const switchComponent: BuiltIn = {
  tag: 'switch',
  properties: { checked: false, disabled: false, type: 'switch', color: '#04BE02', name: '' },
  create({ element, get, set, trigger, onTap }) {
    const initial = { value: undefined as boolean | undefined }
    const toggle = () => {
      if (get<boolean>('disabled')) return
      set('checked', !get<boolean>('checked'))
      trigger('change', { value: get<boolean>('checked') })
    }
    onTap(toggle)
    registerControl(element, {
      name: () => get('name'),
      value: () => get<boolean>('checked'),
      reset: () => set('checked', initial.value ?? false),
      activate: toggle,
    })
    element.append(make('div', { class: 'switch-track' }))
    return () => {
      initial.value ??= get<boolean>('checked')
      mark(element, 'switch', get<boolean>('checked'), get<boolean>('disabled'))
      element.toggleAttribute('data-box', get('type') === 'checkbox')
      element.style.setProperty('--color', get('color'))
    }
  },
}

/** The state by attributes, which the style sheet and readers of screens use. */
function mark(element: Element, role: string, checked: boolean, disabled: boolean): void {
  element.setAttribute('role', role)
  element.setAttribute('aria-checked', String(checked))
  element.toggleAttribute('data-checked', checked)
  element.toggleAttribute('disabled', disabled)
}

/** A checkbox or radio in its group. */
interface Choice {
  host: Host
  initial: boolean
}
const choices = new WeakMap<Element, Choice>()

const choicesIn = (element: Element): Choice[] =>
  [...element.querySelectorAll('wx-checkbox, wx-radio')].flatMap(
    (child) => choices.get(child) ?? [],
  )

const choice = (tag: 'checkbox' | 'radio'): BuiltIn => ({
  tag,
  properties: { value: '', checked: false, disabled: false, color: '#09BB07' },
  create(host) {
    const { element, get, set, onTap } = host
    const own: Choice = { host, initial: false }
    choices.set(element, own)
    const activate = () => {
      if (get<boolean>('disabled')) return
      if (tag === 'radio' && get<boolean>('checked')) return
      const group = element.closest(`wx-${tag}-group`)
      if (tag === 'radio' && group) {
        for (const other of choicesIn(group)) other.host.set('checked', false)
      }
      set('checked', tag === 'radio' || !get<boolean>('checked'))
      if (group) groups.get(group)?.()
    }
    onTap(activate)
    registerControl(element, {
      name: () => '',
      value: () => get<boolean>('checked'),
      reset: () => set('checked', own.initial),
      activate,
    })
    element.prepend(make('div', { class: `${tag}-mark` }))
    let first = true
    return () => {
      if (first) own.initial = get<boolean>('checked')
      first = false
      mark(element, tag, get<boolean>('checked'), get<boolean>('disabled'))
      element.style.setProperty('--color', get('color'))
    }
  },
})

/** Tells that a choice of the group has changed. */
const groups = new WeakMap<Element, () => void>()

const group = (tag: 'checkbox-group' | 'radio-group'): BuiltIn => ({
  tag,
  properties: { name: '' },
  create({ element, get, trigger }) {
    const value = (): Value => {
      const chosen = choicesIn(element).filter(({ host }) => host.get<boolean>('checked'))
      const values = chosen.map(({ host }) => host.get('value'))
      return tag === 'checkbox-group' ? values : (values[0] ?? '')
    }
    groups.set(element, () => trigger('change', { value: value() }))
    registerControl(element, { name: () => get('name'), value, reset() {}, activate() {} })
    element.setAttribute('role', tag === 'radio-group' ? 'radiogroup' : 'group')
  },
})

const slider: BuiltIn = {
  tag: 'slider',
  properties: {
    min: 0,
    max: 100,
    step: 1,
    value: 0,
    disabled: false,
    showValue: false,
    activeColor: '#1aad19',
    selectedColor: '',
    backgroundColor: '#e9e9e9',
    color: '',
    blockSize: 28,
    blockColor: '#ffffff',
    name: '',
  },
  create({ element, get, set, trigger }) {
    const range = make('input', { attributes: { type: 'range' } })
    const shown = make('span', { class: 'slider-value' })
    element.append(range, shown)
    let initial: number | undefined
    range.addEventListener('input', () => {
      set('value', Number(range.value))
      trigger('changing', { value: Number(range.value) })
    })
    range.addEventListener('change', () => trigger('change', { value: Number(range.value) }))
    registerControl(element, {
      name: () => get('name'),
      value: () => get<number>('value'),
      reset: () => set('value', initial ?? 0),
      activate: () => range.focus(),
    })
    return () => {
      initial ??= get<number>('value')
      for (const name of ['min', 'max', 'step'] as const) range[name] = String(get<number>(name))
      range.value = String(get<number>('value'))
      range.disabled = get<boolean>('disabled')
      const { min, max } = { min: Number(range.min), max: Number(range.max) }
      const part = max > min ? (Number(range.value) - min) / (max - min) : 0
      const look = {
        active: get('selectedColor') || get('activeColor'),
        rest: get('color') || get('backgroundColor'),
        part: `${part * 100}%`,
        block: get('blockColor'),
        // As the platform: from 12 to 28.
        size: `${Math.min(28, Math.max(12, get<number>('blockSize')))}px`,
      }
      for (const [name, value] of Object.entries(look)) range.style.setProperty(`--${name}`, value)
      shown.textContent = range.value
      shown.hidden = !get<boolean>('showValue')
    }
  },
}

export const controls: readonly BuiltIn[] = [
  switchComponent,
  choice('checkbox'),
  choice('radio'),
  group('checkbox-group'),
  group('radio-group'),
  slider,
]
