/** form, button, input, textarea. */
import { drawing, element as make } from '../../dom.ts'
import { withUnits } from '../document/units.ts'
import {
  asBoolean,
  controlsIn,
  registerControl,
  scopedClasses,
  type BuiltIn,
  type Host,
  type Properties,
  type Value,
} from './component.ts'
import { hoverProperties, updateHover } from './containers.ts'

/** Of the forms in the document. */
interface FormActs {
  submit(): void
  reset(): void
}
const formActs = new WeakMap<Element, FormActs>()

const form: BuiltIn = {
  tag: 'form',
  properties: { reportSubmit: false, reportSubmitTimeout: 0 },
  create({ element, get, trigger }, { device }) {
    formActs.set(element, {
      async submit() {
        const value: Record<string, Value> = {}
        for (const control of controlsIn(element)) {
          if (control.name() !== '') value[control.name()] = control.value()
        }
        if (!get<boolean>('reportSubmit')) return void trigger('submit', { value })
        // The platform gives an empty formId when it cannot give one.
        const { formId } = await device
          .control<{ formId: string }>('form-ids', {})
          .catch(() => ({ formId: '' }))
        trigger('submit', { value, formId })
      },
      reset() {
        for (const control of controlsIn(element)) control.reset()
        trigger('reset', {})
      },
    })
  },
}

const button: BuiltIn = {
  tag: 'button',
  properties: {
    size: 'default',
    type: 'default',
    plain: false,
    disabled: false,
    loading: false,
    formType: '',
    openType: '',
    hoverClass: 'button-hover',
    ...hoverProperties(20, 70),
    sessionFrom: '',
    sendMessageTitle: '',
    sendMessagePath: '',
    sendMessageImg: '',
    showMessageCard: false,
    lang: 'en',
  },
  create(host, world) {
    const { element, get, onTap } = host
    onTap(() => {
      if (get<boolean>('disabled')) return
      const acts = formActs.get(element.closest('wx-form') ?? element)
      if (get('formType') === 'submit') acts?.submit()
      if (get('formType') === 'reset') acts?.reset()
      const openType = get('openType')
      if (openType !== '') world.openType(host, openType)
    })
    registerControl(element, {
      name: () => '',
      value: () => undefined,
      reset() {},
      activate: () => host.component.triggerEvent('tap', {}, { bubbles: true, composed: true }),
    })
    return () => {
      updateHover(host)
      element.setAttribute('role', 'button')
      for (const name of ['type', 'size'] as const) element.setAttribute(name, get(name))
      for (const name of ['plain', 'disabled', 'loading'] as const) {
        element.toggleAttribute(name, get<boolean>(name))
      }
    }
  },
}

/** The button of customer service of before `open-type`: a round mark. */
const contactButton: BuiltIn = {
  tag: 'contact-button',
  properties: { size: 18, type: 'default-dark', sessionFrom: '' },
  create(host, world) {
    const { element, get, onTap } = host
    element.setAttribute('role', 'button')
    onTap(() => world.openType(host, 'contact'))
    return () => {
      const size = Math.min(27, Math.max(18, Number(get<number>('size')) || 18))
      element.style.color = get('type') === 'default-light' ? '#fff' : '#5e5e5e'
      element.replaceChildren(drawing(['M4 5h16v11h-9l-4 3.5V16H4z', 'M8 10.5h8'], size))
    }
  },
}

const fieldProperties: Properties = {
  value: '',
  placeholder: '',
  placeholderStyle: '',
  placeholderClass: '',
  disabled: false,
  maxlength: 140,
  focus: false,
  autoFocus: false,
  name: '',
  cursor: -1,
  confirmType: 'done',
  confirmHold: false,
}

/** What input and textarea have in common. */
function createField(host: Host, field: HTMLInputElement | HTMLTextAreaElement) {
  const { element, get, set, trigger } = host
  const hint = make('div', { class: 'placeholder' })
  element.append(hint, field)
  let composing = false

  const told = () => {
    const returned = trigger('input', {
      value: field.value,
      cursor: field.selectionStart ?? field.value.length,
      keyCode: field.value.slice(-1).charCodeAt(0) || 8,
    })
    const replacing =
      typeof returned === 'string' ? returned : (returned as { value?: string } | null)?.value
    if (typeof replacing === 'string' && replacing !== field.value) {
      field.value = replacing
      set('value', replacing)
    }
  }
  const input = () => {
    const most = get<number>('maxlength')
    if (most >= 0 && field.value.length > most) field.value = field.value.slice(0, most)
    hint.hidden = field.value !== ''
    if (composing) return
    set('value', field.value)
    told()
  }
  field.addEventListener('compositionstart', () => (composing = true))
  field.addEventListener('compositionend', () => {
    composing = false
    input()
  })
  field.addEventListener('input', input)
  field.addEventListener('focus', () => trigger('focus', { value: field.value, height: 0 }))
  field.addEventListener('blur', () => {
    trigger('blur', { value: field.value, cursor: field.selectionStart ?? 0 })
  })
  const initial = () => String(get<Value>('value') ?? '')
  registerControl(element, {
    name: () => get('name'),
    value: () => field.value,
    reset: () => set('value', ''),
    activate: () => field.focus(),
  })
  return (changed?: string) => {
    if (changed === undefined || changed === 'value') {
      const value = initial()
      if (field.value !== value) field.value = value
    }
    hint.hidden = field.value !== ''
    hint.textContent = get('placeholder')
    hint.style.cssText = withUnits(get('placeholderStyle'))
    hint.className = ['placeholder', ...scopedClasses(host, get('placeholderClass'))].join(' ')
    field.setAttribute('aria-label', get('placeholder'))
    field.disabled = get<boolean>('disabled')
    const focus = get<boolean>('focus') || get<boolean>('autoFocus')
    if (focus && (changed === undefined || changed === 'focus')) field.focus()
    if (!focus && changed === 'focus') field.blur()
  }
}

/** Keyboards by the platform's names of types. */
const inputModes: Record<string, string> = {
  number: 'numeric',
  digit: 'decimal',
  idcard: 'text',
  text: 'text',
}

const input: BuiltIn = {
  tag: 'input',
  properties: { ...fieldProperties, type: 'text', password: false },
  create(host) {
    const field = make('input')
    const update = createField(host, field)
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing) return
      host.trigger('confirm', { value: field.value })
      if (!host.get<boolean>('confirmHold')) field.blur()
    })
    return (changed) => {
      field.type = asBoolean(host.get<Value>('password')) ? 'password' : 'text'
      field.inputMode = inputModes[host.get('type')] ?? 'text'
      update(changed)
    }
  },
}

const textarea: BuiltIn = {
  tag: 'textarea',
  properties: {
    ...fieldProperties,
    confirmType: 'return',
    autoHeight: false,
    fixed: false,
    showConfirmBar: true,
  },
  create(host) {
    const { element, get, trigger } = host
    const field = make('textarea', { attributes: { rows: '1' } })
    const update = createField(host, field)
    let lines = 0
    const measure = () => {
      const line = Number.parseFloat(getComputedStyle(field).lineHeight) || 20
      // As high as the text, and not as the component.
      field.style.height = 'auto'
      const height = field.scrollHeight
      const now = Math.max(1, Math.round(height / line))
      const isAuto = get<boolean>('autoHeight')
      if (isAuto) element.style.height = 'auto'
      field.style.height = isAuto ? `${height}px` : ''
      if (now === lines) return
      lines = now
      const heightRpx = (height * 750) / window.innerWidth
      trigger('linechange', { height, heightRpx, lineCount: now })
    }
    field.addEventListener('input', measure)
    const confirm = () => trigger('confirm', { value: field.value })
    // The button over the keyboard, which ends the writing.
    field.addEventListener('blur', () => {
      if (get<boolean>('showConfirmBar')) confirm()
    })
    field.addEventListener('keydown', (event) => {
      if (event.key !== 'Enter' || event.isComposing || get('confirmType') === 'return') return
      event.preventDefault()
      confirm()
      if (!get<boolean>('confirmHold')) field.blur()
    })
    return (changed) => {
      update(changed)
      if (get<boolean>('autoHeight')) requestAnimationFrame(measure)
    }
  },
}

export const forms: readonly BuiltIn[] = [form, button, contactButton, input, textarea]
