/**
 * The two calls that give an access_token. `/cgi-bin/token` (seeds/001) makes a new one at each call;
 * `/cgi-bin/stable_token` (platform: access_token) gives the same one to everybody until it is forced.
 */
import type { ReachApp } from '../apps.ts'
import { createSystemClock } from '../world.ts'
import { createForceLimit, type MayForce } from './force-limit.ts'
import type { WechatHttp } from './http.ts'
import { promised } from './promised.ts'
import type { Reply } from './reply.ts'
import type { FetchedToken, FetchToken } from './token.ts'

/** Once the limit of `force_refresh` is reached, `stable_token` is asked without it, and may give the rejected one. */
export function createFetchToken(
  http: WechatHttp,
  app: ReachApp,
  mayForce: MayForce = createForceLimit(createSystemClock()),
): FetchToken {
  return async (rejected) => {
    if (app.edition === '2018') return fetchPlainToken(http, app)
    // First without force: another process may have replaced it, and force is limited to 20 a day.
    const reply = await fetchStableToken(http, app, false)
    const given = reply.fate === 'answered' ? reply.body?.accessToken : undefined
    if (given === undefined || given !== rejected || !(await mayForce())) return reply
    return fetchStableToken(http, app, true)
  }
}

async function fetchPlainToken(http: WechatHttp, app: ReachApp): Promise<Reply<FetchedToken>> {
  const path = '/cgi-bin/token'
  const query = { grant_type: 'client_credential', appid: app.appId, secret: app.secret }
  return promised(`GET ${path}`, await http.call({ method: 'GET', path, query }), decode)
}

async function fetchStableToken(
  http: WechatHttp,
  app: ReachApp,
  force: boolean,
): Promise<Reply<FetchedToken>> {
  const path = '/cgi-bin/stable_token'
  const body = {
    grant_type: 'client_credential',
    appid: app.appId,
    secret: app.secret,
    force_refresh: force,
  }
  return promised(`POST ${path}`, await http.call({ method: 'POST', path, body }), decode)
}

function decode(body: Record<string, unknown>): FetchedToken | undefined {
  const { access_token: accessToken, expires_in: expiresInSeconds } = body
  if (typeof accessToken !== 'string' || accessToken === '') return undefined
  if (typeof expiresInSeconds !== 'number' || !(expiresInSeconds > 0)) return undefined
  return { accessToken, expiresInSeconds }
}
