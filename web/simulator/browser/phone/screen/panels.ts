/** The panels that WeChat shows for one call: subscriptions, payment, permission. */
import { element } from '../../dom.ts'
import type { Ui } from './ui.ts'

export const choiceButtons = (
  reject: [text: string, act: () => void],
  accept: [text: string, act: () => void],
) =>
  element(
    'div',
    { class: 'ui-panel-buttons' },
    element('button', { class: 'ui-button', text: reject[0], onClick: reject[1] }),
    element('button', {
      class: 'ui-button ui-button-primary',
      text: accept[0],
      onClick: accept[1],
    }),
  )

const head = (appName: string, text: string) =>
  element(
    'div',
    { class: 'ui-panel-head' },
    element('span', { class: 'ui-panel-logo', text: appName.slice(0, 1) }),
    element('span', { text: appName }),
    element('span', { class: 'ui-panel-act', text }),
  )

export interface SubscriptionAnswer {
  /** The templates that stay ticked when the user accepts. */
  accepted: string[]
  /** 总是保持以上选择 */
  always: boolean
}

export const askForSubscriptions = (
  ui: Ui,
  appName: string,
  templates: readonly { id: string; title: string }[],
): Promise<SubscriptionAnswer> =>
  ui.panel((body, done) => {
    const ticks = templates.map(({ id, title }) => {
      const box = element('input', { attributes: { type: 'checkbox', checked: '', value: id } })
      return { box, row: element('label', { class: 'ui-panel-row' }, title, box) }
    })
    const always = element('input', { attributes: { type: 'checkbox' } })
    const finish = (accepted: boolean) =>
      done({
        accepted: accepted
          ? ticks.filter(({ box }) => box.checked).map(({ box }) => box.value)
          : [],
        always: always.checked,
      })
    body.append(
      head(appName, ui.words().subscribes),
      ...ticks.map(({ row }) => row),
      element('label', { class: 'ui-panel-always' }, always, ui.words().always),
      choiceButtons(
        [ui.words().refuse, () => finish(false)],
        [ui.words().allow, () => finish(true)],
      ),
    )
  })

export const askForPayment = (ui: Ui, appName: string): Promise<boolean> =>
  ui.panel((body, done) => {
    body.append(
      head(appName, ui.words().pays),
      element('div', { class: 'ui-pay-amount', text: '¥0.01' }),
      element('div', { class: 'ui-pay-note', text: ui.words().simulatedPayment }),
      choiceButtons([ui.words().cancel, () => done(false)], [ui.words().payNow, () => done(true)]),
    )
  })

export const askForPermission = (ui: Ui, appName: string, wish: string): Promise<boolean> =>
  ui.panel((body, done) => {
    body.append(
      head(appName, ui.words().wishes),
      element('div', { class: 'ui-panel-wish', text: wish }),
      choiceButtons([ui.words().refuse, () => done(false)], [ui.words().allow, () => done(true)]),
    )
  })
