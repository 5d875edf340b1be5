import type { Endpoint } from './endpoint.ts'
import { identify } from './identify.ts'
import { isRefusal, refuse } from './reply.ts'

/** A new access_token at each call; the one before lives on for a short while. */
export const token: Endpoint = {
  method: 'GET',
  path: '/cgi-bin/token',
  needs: 'secret',
  answer(query, state) {
    if (query['grant_type'] !== 'client_credential') return refuse(40002)
    const account = identify(query, state)
    if (isRefusal(account)) return account
    const issued = account.tokens.renew()
    return { access_token: issued.token, expires_in: issued.expiresInSeconds }
  },
}
