import { createHmac } from 'node:crypto'
import type { Endpoint } from './endpoint.ts'
import { text } from './fields.ts'
import { ok, refuse } from './reply.ts'

/** Whether a session_key is the user's current one: it signs the empty text with it. */
export const checkSession: Endpoint = {
  method: 'GET',
  path: '/wxa/checksession',
  needs: 'token',
  answer(query, account) {
    const openId = text(query['openid'])
    if (openId === undefined || !account.users.has(openId)) return refuse(40003)
    const sessionKey = account.signIn.sessionKey(openId)
    if (sessionKey === undefined || query['sig_method'] !== 'hmac_sha256') return refuse(87009)
    // The key is the session_key's text, not the bytes that it encodes.
    const expected = createHmac('sha256', sessionKey).update('').digest('hex')
    return query['signature'] === expected ? ok() : refuse(87009)
  },
}
