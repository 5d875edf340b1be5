import type { Endpoint } from './endpoint.ts'
import { text } from './fields.ts'
import { identify } from './identify.ts'
import { isRefusal, refuse } from './reply.ts'

/** A sign-in code for the openid and a new session_key. Success carries no errcode. */
export const jscode2session: Endpoint = {
  method: 'GET',
  path: '/sns/jscode2session',
  needs: 'secret',
  answer(query, state) {
    // The page asks for the grant_type and does not say what its absence does: only a wrong one is refused.
    if ((text(query['grant_type']) ?? 'authorization_code') !== 'authorization_code') {
      return refuse(40002)
    }
    const account = identify(query, state)
    if (isRefusal(account)) return account
    const code = text(query['js_code'])
    if (code === undefined) return refuse(41008)
    const signedIn = account.signIn.redeem(code)
    if (signedIn === 'unknown') return refuse(40029)
    if (signedIn === 'used') return refuse(40163)
    return { session_key: signedIn.sessionKey, openid: signedIn.openId }
  },
}
