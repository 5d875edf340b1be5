/** API keys beside those of REACH_API_KEYS. A key never grants more than it may do itself. */
import type { Scope } from '../../../shared/codes.ts'
import type { ApiKeyReply, ApiKeyRequest } from '../../../shared/wire/index.ts'
import { makeKey } from '../../api-keys/make-key.ts'
import { apiKeyRules } from '../../rules/api-keys.ts'
import { iso } from '../../runtime/world.ts'
import type { ApiKeyRow } from '../../store/store.ts'
import { ofOwnApp } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, holderRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/api-keys.ts'
import type { KnownKey, Services } from '../services.ts'

const noStore = { 'Cache-Control': 'no-store' }

export const postApiKey = holderRoute(
  'POST /v1/api-keys',
  'admin',
  {
    summary: 'Make an API key, with at most the scopes, the app and the time of the key that asks',
    audit: 'each',
    body: bodyOf(schemas.apiKeyRequest),
    replies: {
      201: {
        description: 'The key. This reply alone has its secret.',
        schema: schemas.createdApiKeyReply,
      },
    },
  },
  async ({ body, key }, { apps, store, world }) => {
    const { name, scopes } = body
    checkScopes(scopes, key)
    const appId = checkApp(body.appId, key, apps)
    const expiresAtMs = checkEnd(body.expiresAt, key, world.clock.now())
    const made = await makeKey(
      { store, world },
      { name, scopes, ...(appId !== undefined && { appId }), ...(expiresAtMs && { expiresAtMs }) },
    )
    if (!made) {
      const whose = appId === undefined ? 'all apps' : 'this app'
      const detail = `There are ${apiKeyRules.most} API keys for ${whose} already: revoke some.`
      throw new ProblemError(409, 'too_many_api_keys', detail)
    }
    return {
      status: 201,
      headers: noStore,
      body: { ...replyOf(made), secret: made.secret },
      concerns: { object: made.id },
    }
  },
)

export const getApiKeys = holderRoute(
  'GET /v1/api-keys',
  'admin',
  {
    summary: 'The API keys, without their secrets',
    query: queryOf(schemas.apiKeysQuery),
    replies: {
      200: {
        description: 'All keys; with `appId`, or for a key that is bound to an app: those of it.',
        schema: schemas.apiKeysReply,
      },
    },
  },
  async ({ query, key }, { store, apiKeys }) => {
    const appId = ofOwnApp(query.appId, key)
    const rows = await store.listApiKeys(appId)
    const configured = apiKeys.configured.map(({ id, scopes }) => ({ id, scopes: [...scopes] }))
    return {
      status: 200,
      body: { apiKeys: rows.map(replyOf), configured: appId === undefined ? configured : [] },
    }
  },
)

export const deleteApiKey = holderRoute(
  'DELETE /v1/api-keys/:id',
  'admin',
  {
    summary: 'Revoke an API key',
    audit: 'each',
    replies: {
      204: { description: 'It is refused from now on; by other processes within ten seconds.' },
    },
  },
  async ({ params, key }, { store, apiKeys }) => {
    const { id = '' } = params
    if (!(await store.deleteApiKey({ id, ...(key.appId !== undefined && { appId: key.appId }) }))) {
      const detail = 'There is no such API key. Keys of REACH_API_KEYS are removed from there.'
      throw new ProblemError(404, 'not_found', detail)
    }
    apiKeys.forget(id)
    return { status: 204, concerns: { object: id } }
  },
)

function checkScopes(scopes: readonly Scope[], key: KnownKey): void {
  const lacking = scopes.filter((scope) => !key.scopes.has(scope))
  if (lacking.length === 0) return
  const detail = `The API key lacks the scopes ${lacking.join(', ')}, and cannot grant them.`
  throw new ProblemError(403, 'forbidden', detail)
}

function checkApp(
  wanted: ApiKeyRequest['appId'],
  key: KnownKey,
  apps: Services['apps'],
): string | undefined {
  const appId = ofOwnApp(wanted, key)
  if (appId === undefined || apps.find(appId)) return appId
  const errors = [{ path: '/appId', message: 'is not an app of this server' }]
  throw new ProblemError(400, 'unknown_app', 'This server does not serve that appId.', { errors })
}

/** Else who finds a key makes one of it that stays after its end. */
function checkEnd(
  wanted: ApiKeyRequest['expiresAt'],
  key: KnownKey,
  nowMs: number,
): number | undefined {
  if (wanted === undefined) return key.expiresAtMs
  const expiresAtMs = Date.parse(wanted)
  if (key.expiresAtMs !== undefined && expiresAtMs > key.expiresAtMs) {
    const detail = `The API key expires at ${iso(key.expiresAtMs)}, and cannot grant a later end.`
    throw new ProblemError(403, 'forbidden', detail)
  }
  if (expiresAtMs > nowMs) return expiresAtMs
  const errors = [{ path: '/expiresAt', message: 'must be a time that is still to come' }]
  throw new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', { errors })
}

const replyOf = (key: ApiKeyRow): ApiKeyReply => ({
  id: key.id,
  name: key.name,
  scopes: [...key.scopes],
  ...(key.appId !== undefined && { appId: key.appId }),
  createdAt: iso(key.createdAtMs),
  ...(key.expiresAtMs !== undefined && { expiresAt: iso(key.expiresAtMs) }),
  ...(key.usedAtMs !== undefined && { lastUsedAt: iso(key.usedAtMs) }),
})
