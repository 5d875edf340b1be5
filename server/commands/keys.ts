/**
 * API keys in the database, without a server: the first ones, or when none with the scope `admin`
 * is at hand. These commands need the database settings only.
 */
import { scopes as knownScopes, type Scope } from '../../shared/codes.ts'
import { makeKey } from '../api-keys/make-key.ts'
import { readDatabaseSettings } from '../config/config.ts'
import type { Environment } from '../config/settings-reader.ts'
import { openStore } from '../open-store.ts'
import { apiKeyRules } from '../rules/api-keys.ts'
import { day } from '../rules/time.ts'
import { valuePatterns } from '../rules/values.ts'
import { createMonotonicClock, createSystemClock, iso, systemRandom } from '../runtime/world.ts'
import type { ApiKeyRow, Store } from '../store/store.ts'
import { UsageError, type Command } from './command.ts'

const app = { type: 'string', value: 'APPID' } as const

export const createOptions = {
  name: { type: 'string', value: 'NAME', does: 'what uses the key' },
  scopes: { type: 'string', value: 'A+B', does: `one or more of ${knownScopes.join(', ')}` },
  app: { ...app, does: 'the only app that the key may do anything for; default: all' },
  days: { type: 'string', value: 'N', does: 'how long it lasts; default: until it is revoked' },
} as const

export const createKey: Command<typeof createOptions> = async ({ env, print, options = {} }) => {
  const { name, app: appId } = options
  if (!name || name.length > apiKeyRules.nameLength || /\p{Cc}/u.test(name)) {
    throw new UsageError(`--name must be 1 to ${apiKeyRules.nameLength} characters of one line.`)
  }
  if (appId !== undefined && !new RegExp(valuePatterns.appId).test(appId)) {
    throw new UsageError('--app must be an AppID (wx…).')
  }
  const scopes = readScopes(options.scopes)
  const clock = createSystemClock()
  const expiresAtMs = options.days && clock.now() + readDays(options.days) * day
  const key = await withStore(env, async (store) => {
    const made = await makeKey(
      { store, world: { clock, random: systemRandom } },
      { name, scopes, ...(appId && { appId }), ...(expiresAtMs && { expiresAtMs }) },
    )
    if (made) await audit(store, 'keys create', made)
    return made
  })
  if (!key) throw new Error(`There are ${apiKeyRules.most} such keys already: revoke some.`)
  print(`${lineOf(key)}\nThe key, which is shown this once:\n${key.secret}`)
  return 0
}

export const listOptions = {
  app: { ...app, does: 'those bound to it; default: all keys' },
} as const

export const listKeys: Command<typeof listOptions> = async ({ env, print, options = {} }) => {
  const keys = await withStore(env, (store) => store.listApiKeys(options.app))
  print(keys.length === 0 ? 'There is no API key in the database.' : keys.map(lineOf).join('\n'))
  return 0
}

export const revokeOptions = {
  id: { type: 'string', value: 'ID', does: 'of the key, as `keys list` prints it' },
} as const

export const revokeKey: Command<typeof revokeOptions> = async ({ env, print, options = {} }) => {
  const { id } = options
  if (!id) throw new UsageError('--id is missing.')
  const isRevoked = await withStore(env, async (store) => {
    const isKnown = await store.deleteApiKey({ id })
    if (isKnown) await audit(store, 'keys revoke', { id })
    return isKnown
  })
  if (!isRevoked) {
    throw new Error(`There is no API key ${id} in the database: see keys list.`)
  }
  print(`${id} is revoked. Every server refuses it within ten seconds.`)
  return 0
}

const audit = (
  store: Store,
  operation: string,
  { id, appId }: Pick<ApiKeyRow, 'id' | 'appId'>,
): Promise<void> =>
  store.recordAudit({
    atMs: createSystemClock().now(),
    by: 'command',
    operation,
    ...(appId !== undefined && { appId }),
    object: id,
    outcome: 'done',
  })

function readScopes(text = ''): Scope[] {
  const words = [...new Set(text.split('+'))]
  const scopes = knownScopes.filter((scope) => words.includes(scope))
  if (scopes.length === words.length) return scopes
  throw new UsageError(`--scopes must be one or more of ${knownScopes.join(', ')}, joined by +.`)
}

function readDays(text: string): number {
  if (/^[1-9]\d{0,3}$/.test(text)) return Number(text)
  throw new UsageError('--days must be a whole number from 1 to 9999.')
}

const lineOf = ({ id, name, appId, scopes, createdAtMs, expiresAtMs, usedAtMs }: ApiKeyRow) =>
  [
    `${id}  ${appId ?? 'all apps'}  ${scopes.join('+')}`,
    `made ${iso(createdAtMs)}`,
    expiresAtMs === undefined ? 'does not expire' : `expires ${iso(expiresAtMs)}`,
    usedAtMs === undefined ? 'not used yet' : `used ${iso(usedAtMs)}`,
    name,
  ].join('  ')

async function withStore<Result>(
  env: Environment,
  act: (store: Store) => Promise<Result>,
): Promise<Result> {
  const store = open(env)
  try {
    return await act(store)
  } finally {
    await store.close()
  }
}

function open(env: Environment): Store {
  const settings = readDatabaseSettings(env)
  try {
    return openStore(settings, { monotonic: createMonotonicClock() })
  } catch (cause) {
    const { message } = cause as Error
    throw new Error(`${message} While a server runs, use its /v1/api-keys.`, { cause })
  }
}
