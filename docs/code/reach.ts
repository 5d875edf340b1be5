import { createReach } from 'wx-reach'

export const reach = createReach({ baseUrl: 'https://reach.example.com', consent: 'granted' })
