import { createReach } from 'wx-reach'

export const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted' })
