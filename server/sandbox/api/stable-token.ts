import type { Endpoint } from './endpoint.ts'
import { identify } from './identify.ts'
import { isRefusal, refuse } from './reply.ts'

/** The same access_token until shortly before its end, and apart from that of `/cgi-bin/token`. */
export const stableToken: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/stable_token',
  needs: 'secret',
  answer(body, state) {
    if (body['grant_type'] !== 'client_credential') return refuse(40002)
    const account = identify(body, state)
    if (isRefusal(account)) return account
    const issued = account.tokens.stable(body['force_refresh'] === true)
    if (!issued) return refuse(45009)
    return { access_token: issued.token, expires_in: issued.expiresInSeconds }
  },
}
