/**
 * Captures rights to write: the formId of a form, a payment's prepay_id, an accepted subscription.
 */
import type { Context } from './context'
import { isText } from './event'
import type { Fields, PageInstance } from './page-types'
import type { SubscribeOptions } from './platform'
import { withCallbacks, type PlatformFunction } from './platform-call'
import type { Before } from './wrap'

export interface Credits {
  /**
   * Wraps the submit handler of `<form report-submit bindsubmit>`.
   *
   * @example
   * bindsubmit: reach.formSubmit(function (e) { this.setData({ name: e.detail.value.name }) })
   */
  formSubmit: FormSubmit
  /**
   * Records a payment's prepay_id, which is the right to three messages within seven days;
   * `prepay_id=…`, as `wx.requestPayment` takes it, is accepted as well. Not checked on the phone.
   *
   * @example wx.requestPayment({ ...order, success: () => reach.payment(order.package) })
   */
  payment(prepayId: string): void
  /**
   * `wx.requestSubscribeMessage`: call it within the tap, before any `await`. The platform's result
   * passes through; a failure to record it never shows. Without callbacks a promise, which rejects
   * with the platform's error.
   *
   * @example const answers = await reach.subscribe({ tmplIds: [orderShipped] })
   */
  subscribe: PlatformFunction<SubscribeOptions & Tagged, SubscribeAnswer>
}

/**
 * Wraps a submit handler: `this`, arguments and result pass unchanged. The formId is queued before
 * the handler runs, so that a handler that throws or navigates away loses no right to write.
 */
export type FormSubmit = <Event = FormSubmitEvent, This = PageInstance, Result = void>(
  handler?: (this: This, event: Event, ...more: never[]) => Result,
  tagged?: Tagged,
) => (event: Event, ...more: unknown[]) => Result

interface Tagged {
  /**
   * A word of 1 to 64 characters on the rights that arise, such as the page or the occasion: the
   * server lists it with the right, and broadcasts choose their audience by it. The platform does
   * not know of it. A longer one makes the server refuse the event.
   *
   * @example await reach.subscribe({ tmplIds: [orderShipped], tag: 'autumn-sale' })
   */
  tag?: string
}

/**
 * What the library and most pages read of the platform's event. The typings' own event fits too.
 */
export interface FormSubmitEvent {
  detail: { formId?: unknown; value: Fields }
}

/**
 * The user's answer for each template id (`accept`, `reject`, `ban`, `filter`, …), and the
 * platform's `errMsg`, which is ok also for a user who refused everything.
 */
export type SubscribeAnswer = Record<string, string>

export function createCredits(context: Context, before: Before): Credits {
  const submitted =
    (tagged: Tagged | undefined) =>
    (event: Partial<FormSubmitEvent> | undefined, self: unknown): void => {
      const { tag } = tagged || {}
      const { detail } = event || {}
      const { formId: given } = (detail || {}) as { formId?: unknown }
      const page = context.routeAt(self)
      // Seven days run from the tap, not from when the id is known or sent.
      const at = context.world.now()
      const keep = (formId: unknown) => {
        if (isFormId(formId)) context.capture({ type: 'form.submitted', formId, page, tag }, at)
        else context.warnOnce('not_a_form_id', `${formId}`)
      }
      if (context.wx.exchangeFormId) context.wx.exchangeFormId(given, keep)
      else keep(given)
    }

  function subscribe(options: SubscribeOptions & Tagged) {
    // The platform is called synchronously: after any wait the tap would not count any more.
    const asked = context.callWechat<SubscribeAnswer>(
      context.wx,
      'requestSubscribeMessage',
      options,
    )
    const recorded = asked.then((given) => {
      context.guard(() => {
        const answers: SubscribeAnswer = {}
        for (const id of options.tmplIds) {
          // Unknown words too: the server decides which of them is a right to write.
          if (isText(given[id])) answers[id] = given[id]
        }
        if (Object.keys(answers).length) {
          context.capture({ type: 'subscription.answered', answers, tag: options.tag })
        }
      })
      return given
    })
    return withCallbacks(recorded, options)
  }

  return {
    formSubmit: (handler, tagged) => before(handler, submitted(tagged)),
    payment: (prepayId) =>
      context.guard(() => {
        if (isText(prepayId)) context.capture({ type: 'payment.made', prepayId })
        else context.warnOnce('not_a_prepay_id')
      }),
    subscribe: subscribe as Credits['subscribe'],
  }
}

/**
 * A form gives a sentence where it has no id: `the formId is a mock one` in DevTools, `the formId
 * is no longer available in develop or trial version…`, `requestFormId:fail…`.
 */
export const isFormId = (value: unknown): value is string =>
  typeof value === 'string' && /^(?!undefined$|.*:fail)\S{1,128}$/.test(value)
