import { createReach } from 'wx-reach'
import { createPhone } from 'wx-reach/testing'

/**
 * For any test runner: a form that is submitted offline reaches the server after the mini-program
 * was killed.
 */
export async function keepsAForm(): Promise<string[]> {
  // What your `session` answers, the phone's server must take.
  const phone = createPhone({ ownTokens: ['my-token'] })

  function launch() {
    const life = phone.start()
    const session = () => Promise.resolve('my-token')
    const options = { baseUrl: 'https://reach.test', consent: 'granted', session } as const
    return { life, reach: createReach({ ...options, platform: life.platform }, life.world) }
  }

  phone.network.online = false
  const { life, reach } = launch()
  reach.formSubmit()({ detail: { formId: 'a-form-id', value: {} } })
  await phone.clock.settle()
  life.kill()

  phone.network.online = true
  await launch().reach.flush()
  return phone.server.events.map(({ type }) => type)
}
