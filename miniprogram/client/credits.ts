/** Captures the formId of a `<form report-submit>`. */
import type { World } from './context'
import type { Capture } from './event'
import type { Tell, Quietly } from './notices'
import type { Fields, PageInstance } from './page-types'
import { pageOf, routeOf } from './path'
import type { Platform, SubscribeOptions } from './platform'
import { answer } from './platform-call'
import type { PassThrough, CallWechat } from './platform-call'
import type { Before } from './wrap'

/**
 * Wraps a submit handler: `this`, arguments and result pass unchanged. The formId is queued before the handler runs,
 * so that a handler that throws or navigates away costs no right to write.
 */
export type FormSubmit = <Event = FormSubmitEvent, This = PageInstance, Result = void>(
  handler?: (this: This, event: Event, ...more: never[]) => Result,
) => (event: Event, ...more: unknown[]) => Result

/** What the library and most pages read of the platform's event. The typings' own event type fits too. */
export interface FormSubmitEvent {
  detail: { formId?: unknown; value: Fields }
}

export function createFormSubmit(
  platform: Platform,
  world: World,
  capture: Capture,
  tell: Tell,
  before: Before,
): FormSubmit {
  function take(event: unknown, self: unknown): void {
    const { detail } = (event || {}) as Partial<FormSubmitEvent>
    const { formId: given } = (detail || {}) as { formId?: unknown }
    const page = routeOf(pageOf(world, self))
    // Seven days run from the tap, not from when the id is known or sent.
    const at = world.now()
    const keep = (formId: unknown) => {
      if (isFormId(formId)) capture({ type: 'form.submitted', formId, page }, at)
      else tell('not_a_form_id', `${formId}`)
    }
    if (platform.exchangeFormId) platform.exchangeFormId(given, keep)
    else keep(given)
  }

  return (handler) => before(handler, take) as never
}

/**
 * A form yields words where it has no id: `the formId is a mock one` in DevTools, `the formId is no longer available
 * in develop or trial version…`, `requestFormId:fail…`.
 */
export const isFormId = (value: unknown): value is string =>
  typeof value === 'string' && /^(?!undefined$|.*:fail)\S{1,128}$/.test(value)

/** Records a payment's prepay_id, which is the right to three messages within seven days. */
export type Payment = (prepayId: string) => void

export const createPayment =
  (capture: Capture, tell: Tell, quietly: Quietly): Payment =>
  (prepayId) =>
    quietly(() => {
      if (typeof prepayId === 'string' && prepayId) capture({ type: 'payment.made', prepayId })
      else tell('not_a_prepay_id')
    })

/** Asks the user for subscriptions and records the answers. */

/**
 * The platform's answer: a word for each template id (`accept`, `reject`, `ban`, `filter`, …), and `errMsg`, which is
 * ok also for a user who refused everything.
 */
export type SubscribeAnswer = Record<string, string>

export type Subscribe = PassThrough<SubscribeOptions, SubscribeAnswer>

export function createSubscribe(
  platform: Platform,
  callWechat: CallWechat,
  capture: Capture,
  quietly: Quietly,
): Subscribe {
  return ((options: SubscribeOptions) =>
    answer(
      // The platform is called in this very turn: after any wait the tap would not count any more.
      callWechat<SubscribeAnswer>(platform, 'requestSubscribeMessage', options).then((given) => {
        quietly(() => {
          const answers: SubscribeAnswer = {}
          for (const id of options.tmplIds) {
            // Unknown words too: which of them is a right to write, the server decides.
            if (typeof given[id] === 'string') answers[id] = given[id]
          }
          if (Object.keys(answers).length) capture({ type: 'subscription.answered', answers })
        })
        return given
      }),
      options,
    )) as Subscribe
}
