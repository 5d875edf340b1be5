import { createReach } from '../../miniprogram/client'

export const reach = createReach({ baseUrl: 'https://reach.test', consent: 'required' })

// @ts-expect-error -- consent is never left to a default
createReach({ baseUrl: 'https://reach.test' })
// @ts-expect-error -- one of two words
createReach({ baseUrl: 'https://reach.test', consent: true })
// @ts-expect-error -- a promise of a token
createReach({ baseUrl: 'https://reach.test', consent: 'granted', session: () => 'token' })
