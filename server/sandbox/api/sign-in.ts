/** Sign-in codes and access_tokens. */
import { createHmac } from 'node:crypto'
import type { Account } from '../state/account.ts'
import type { State } from '../state/state.ts'
import { isRefusal, ok, refuse, text } from './endpoint.ts'
import type { Endpoint, Fields, Refusal } from './endpoint.ts'

/**
 * Exchanges a sign-in code for the openid, a new session_key and the unionid, if the user has one.
 * Success carries no errcode.
 */
export const jscode2session: Endpoint = {
  method: 'GET',
  path: '/sns/jscode2session',
  needs: 'secret',
  writes: 'text/plain',
  handle(query, state) {
    // The page requires grant_type without naming an error for its absence: only a wrong one is
    // refused.
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
    const { openId, sessionKey } = signedIn
    return { session_key: sessionKey, openid: openId, unionid: account.users.unionId(openId) }
  },
}

/** Checks that a session_key is the user's current one, by its signature of the empty text. */
export const checkSession: Endpoint = {
  method: 'GET',
  path: '/wxa/checksession',
  needs: 'token',
  handle(query, account) {
    const openId = account.users.find(text(query['openid']))
    if (openId === undefined) return refuse(40003)
    const sessionKey = account.signIn.sessionKey(openId)
    if (sessionKey === undefined || query['sig_method'] !== 'hmac_sha256') return refuse(87009)
    // The key is the session_key's text, not the bytes that it encodes.
    const expected = createHmac('sha256', sessionKey).update('').digest('hex')
    return query['signature'] === expected ? ok() : refuse(87009)
  },
}

/** Issues a new access_token at each call; the previous one stays valid for a short time. */
export const token: Endpoint = {
  method: 'GET',
  path: '/cgi-bin/token',
  needs: 'secret',
  handle(query, state) {
    if (query['grant_type'] !== 'client_credential') return refuse(40002)
    const account = identify(query, state)
    if (isRefusal(account)) return account
    const issued = account.tokens.renew()
    return { access_token: issued.token, expires_in: issued.expiresInSeconds }
  },
}

/**
 * Returns the same access_token until shortly before its end, apart from that of `/cgi-bin/token`.
 */
export const stableToken: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/stable_token',
  needs: 'secret',
  handle(body, state) {
    if (body['grant_type'] !== 'client_credential') return refuse(40002)
    const account = identify(body, state)
    if (isRefusal(account)) return account
    const issued = account.tokens.stable(body['force_refresh'] === true)
    if (!issued) return refuse(45009)
    return { access_token: issued.token, expires_in: issued.expiresInSeconds }
  },
}

/**
 * The account that appid and secret name. A wrong secret is 40125, never 40001 or 42001: some SDKs
 * take those for an expired token and would request new ones without end.
 */
export function identify(fields: Fields, state: State): Account | Refusal {
  const [appId, secret] = [text(fields['appid']), text(fields['secret'])]
  if (appId === undefined) return refuse(41002)
  if (secret === undefined) return refuse(41004)
  const account = state.accounts.get(appId)
  if (!account) return refuse(40013)
  return account.secret === secret ? account : refuse(40125)
}
