/** Captures the formId of a `<form report-submit>`. */
import { isFormId } from './form-id'
import { pageOf, routeOf } from './path'
import type { Capture } from './event'
import type { Tell } from './notice'
import type { Platform } from './platform'
import type { Before } from './lifecycle'
import type { World } from './world'
import type { Fields, PageInstance } from './page-types'

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
