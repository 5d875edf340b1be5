/** A phone on which a mini-program with the library is running. */
import { createReach, type Reach, type ReachOptions } from '../../../miniprogram/client'
import type { EnterOptions, Platform } from '../../../miniprogram/client/platform'
import { createPhone, type Life, type Phone } from '.'

export interface Running {
  phone: Phone
  life: Life
  reach: Reach
}

export interface StartOptions extends Partial<ReachOptions> {
  phone?: Phone
  launch?: EnterOptions
  without?: (keyof Platform)[]
}

/**
 * Starts the JavaScript; the app is launched only by `launchApp`, so that a test can prepare the
 * phone.
 */
export function start({
  phone = createPhone({ ownTokens: ['own-token'] }),
  launch,
  without,
  ...options
}: StartOptions = {}): Running {
  const life = phone.start(launch, without)
  const reach = createReach(
    { baseUrl: 'https://reach.test/', consent: 'granted', platform: life.platform, ...options },
    life.world,
  )
  return { phone, life, reach }
}

export function launchApp({ life, reach }: Running): void {
  life.App(reach.app({}))
}

/** A tap on submit, as the platform reports it. */
export const submit = (reach: Reach, formId: unknown) =>
  reach.formSubmit()({ detail: { formId, value: {} } })
