/** What WeChat itself draws over a mini-program: toasts, dialogs, sheets and panels. */
import { drawing, element } from '../../dom.ts'
import type { PhoneWords } from '../platform/words.ts'

export interface ModalOptions {
  title?: string
  content?: string
  showCancel?: boolean
  cancelText?: string
  confirmText?: string
  cancelColor?: string
  confirmColor?: string
  editable?: boolean
  placeholderText?: string
}

type Fill<Result> = (body: HTMLElement, done: (result: Result) => void) => void

export interface Ui {
  /** Of the language that the phone has now. */
  words(): PhoneWords
  toast(options: { title: string; icon?: string; duration?: number; image?: string }): void
  loading(title: string | undefined): void
  hideToast(): void
  modal(options: ModalOptions): Promise<{ confirm: boolean; content?: string }>
  /** The index of the chosen item; `undefined` where the user cancels. */
  actions(
    items: readonly { text: string; color?: string; disabled?: boolean }[],
    title?: string,
  ): Promise<number | undefined>
  /**
   * A panel from below. `done` closes it with a result.
   *
   * @param dismissed - the result of a tap beside it; without one, such a tap does nothing
   */
  panel<Result>(fill: Fill<Result>, dismissed?: { result: Result }): Promise<Result>
  closeAll(): void
}

export function createUi(root: HTMLElement, words: () => PhoneWords): Ui {
  const layer = element('div', { class: 'ui-layer' })
  root.append(layer)
  let toastElement: HTMLElement | undefined
  let toastTimer: ReturnType<typeof setTimeout> | undefined

  function hideToast() {
    clearTimeout(toastTimer)
    toastElement?.remove()
    toastElement = undefined
  }

  function showToast(content: readonly (Node | string | undefined)[], plain: boolean) {
    hideToast()
    toastElement = element(
      'div',
      { class: plain ? 'ui-toast ui-toast-plain' : 'ui-toast', attributes: { role: 'status' } },
      ...content,
    )
    layer.append(toastElement)
  }

  function panel<Result>(
    fill: Fill<Result>,
    kind: string,
    dismissed?: { result: Result },
  ): Promise<Result> {
    return new Promise((resolve) => {
      const body = element('div', { class: kind, attributes: { role: 'dialog' } })
      const cover = element('div', { class: `ui-cover ui-cover-${kind}` }, body)
      const close = (result: Result) => {
        cover.remove()
        resolve(result)
      }
      if (dismissed) {
        cover.addEventListener('click', ({ target }) => {
          if (target === cover) close(dismissed.result)
        })
      }
      fill(body, close)
      layer.append(cover)
      body.querySelector<HTMLElement>('button')?.focus({ preventScroll: true })
    })
  }

  const ui: Ui = {
    words,
    hideToast,
    toast({ title, icon = 'success', duration = 1500 }) {
      const paths = icon === 'error' ? ['M6 6l12 12', 'M18 6L6 18'] : ['M4.5 12.5l5 5L20 7']
      const picture = icon === 'none' ? undefined : drawing(paths, 40)
      showToast([icon === 'loading' ? spinner() : picture, title], icon === 'none')
      toastTimer = setTimeout(hideToast, duration)
    },
    loading(title) {
      if (title === undefined) hideToast()
      else showToast([spinner(), title], false)
    },
    modal: (options) =>
      panel((body, done) => {
        const { title, content, editable, showCancel = true } = options
        const field = element('input', {
          class: 'ui-modal-input',
          attributes: { placeholder: options.placeholderText ?? '' },
        })
        if (editable) field.value = content ?? ''
        const finish = (confirm: boolean) =>
          done(editable && confirm ? { confirm, content: field.value } : { confirm })
        body.append(
          title ? element('div', { class: 'ui-modal-title', text: title }) : '',
          editable ? field : element('div', { class: 'ui-modal-content', text: content ?? '' }),
          element(
            'div',
            { class: 'ui-modal-buttons' },
            showCancel
              ? element('button', {
                  text: options.cancelText ?? words().cancel,
                  style: { color: options.cancelColor ?? '' },
                  onClick: () => finish(false),
                })
              : undefined,
            element('button', {
              class: 'ui-modal-confirm',
              text: options.confirmText ?? words().confirm,
              style: { color: options.confirmColor ?? '' },
              onClick: () => finish(true),
            }),
          ),
        )
      }, 'ui-modal'),
    actions: (items, title) =>
      panel<number | undefined>(
        (body, done) => {
          if (title) body.append(element('div', { class: 'ui-sheet-title', text: title }))
          for (const [index, { text, color, disabled }] of items.entries()) {
            const item = element('button', {
              class: 'ui-sheet-item',
              text,
              style: { color: color ?? '' },
              onClick: () => done(index),
            })
            item.disabled = disabled ?? false
            body.append(item)
          }
          body.append(
            element('button', {
              class: 'ui-sheet-item ui-sheet-cancel',
              text: words().cancel,
              onClick: () => done(undefined),
            }),
          )
        },
        'ui-sheet',
        { result: undefined },
      ),
    panel: (fill, dismissed) => panel(fill, 'ui-panel', dismissed),
    closeAll() {
      hideToast()
      layer.replaceChildren()
    },
  }
  return ui
}

const spinner = () => element('div', { class: 'ui-spinner' })
