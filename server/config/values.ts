/** How the text of each kind of setting is read. */
import type { PostgresStoreOptions } from '../store/postgres/store.ts'
import { editions, type Edition } from '../rules/credits.ts'
import type { Decoded, Environmental } from './environment.ts'

export interface QuietHours {
  /** Minutes after midnight, in the server's time zone; `from` after `until` means across midnight. */
  fromMinute: number
  untilMinute: number
}

export const pushModes = ['plain', 'compatible', 'safe'] as const
export type PushMode = (typeof pushModes)[number]

export const text = (value: string): Decoded<string> => ({ value })

export function integer(least: number, most: number) {
  return (value: string): Decoded<number> => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= most) return { value: number }
    return { wrong: `must be a whole number from ${least} to ${most}` }
  }
}

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return (value: string): Decoded<Word> => {
    const word = words.find((each) => each === value)
    return word === undefined ? { wrong: `must be one of ${words.join(', ')}` } : { value: word }
  }
}

export const trueOrFalse = (value: string): Decoded<boolean> =>
  value === 'true' || value === 'false'
    ? { value: value === 'true' }
    : { wrong: 'must be true or false' }

export const edition: (value: string) => Decoded<Edition> = oneOf(editions)

export function appId(value: string): Decoded<string> {
  if (/^wx\w{6,30}$/.test(value)) return { value }
  return { wrong: 'must be an AppID (wx…): copy it from 开发管理 → 开发设置' }
}

/**
 * 43 characters that stand for 32 bytes. Not checked by encoding again: WeChat makes keys whose last character
 * carries bits that base64 would leave zero.
 */
export function pushAesKey(value: string): Decoded<string> {
  if (/^[A-Za-z0-9+/]{43}$/.test(value)) return { value }
  return { wrong: 'must be the 43 characters of EncodingAESKey: copy it from 开发管理 → 消息推送' }
}

export function secretKey(value: string): Decoded<Buffer> {
  const bytes = Buffer.from(value, 'base64')
  if (/^[A-Za-z0-9+/]{43}=?$/.test(value) && bytes.length === 32) return { value: bytes }
  return { wrong: 'must be 32 bytes in base64: make one with `openssl rand -base64 32`' }
}

/** https, but for loopback: access_token and AppSecret stand in the URL. */
export function apiBase(value: string): Decoded<string> {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.search || url.hash || url.username) {
    return { wrong: 'must be an address such as https://api.weixin.qq.com' }
  }
  const loopback = /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname)
  if (url.protocol === 'https:' || (url.protocol === 'http:' && loopback)) return { value }
  return { wrong: 'must begin with https:// (http:// only for this machine itself)' }
}

/** Whatever is wrong with it, its text is not told: a password may stand in it. */
export function databaseUrl(value: string): Decoded<DatabaseSettings> {
  if (/^postgres(ql)?:/.test(value)) return postgresUrl(value)
  const path = /^sqlite:(.+)$/.exec(value)?.[1]
  if (path) return { value: { engine: 'sqlite', path } }
  return {
    wrong:
      'must be sqlite:PATH, such as sqlite:./data/reach.db, or postgres://USER:PASSWORD@HOST:PORT/DATABASE',
  }
}

function postgresUrl(value: string): Decoded<DatabaseSettings> {
  const url = URL.canParse(value) ? new URL(value) : undefined
  const isWhole = url !== undefined && (url.hostname !== '' || url.searchParams.has('host'))
  if (isWhole && url.pathname.length > 1) return { value: { engine: 'postgres', url: value } }
  return {
    wrong:
      'must be postgres://USER:PASSWORD@HOST:PORT/DATABASE; other characters than letters and digits are written as %XX',
  }
}

export function timeZone(value: string): Decoded<string> {
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone }
  } catch {
    return { wrong: 'must be a time zone such as Asia/Shanghai' }
  }
}

export function quietHours(value: string): Decoded<QuietHours> {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(value)
  const [fromHour, from, untilHour, until] = (parts ?? []).slice(1).map(Number)
  const fromMinute = (fromHour ?? 0) * 60 + (from ?? 0)
  const untilMinute = (untilHour ?? 0) * 60 + (until ?? 0)
  if (parts && fromMinute !== untilMinute) return { value: { fromMinute, untilMinute } }
  return { wrong: 'must be two different times such as 22:00-08:00' }
}

/** How many proxies stand before the server and may name the client's address. */
export function trustProxy(value: string): Decoded<number> {
  if (value === 'true') return { value: 1 }
  if (value === 'false') return { value: 0 }
  return /^\d{1,2}$/.test(value)
    ? { value: Number(value) }
    : { wrong: 'must be true, false or the number of proxies before this server' }
}

/** Where the ledger is kept. */
export type DatabaseSettings =
  | { engine: 'sqlite'; path: string }
  | ({ engine: 'postgres' } & Pick<PostgresStoreOptions, 'url' | 'connections' | 'batchWrites'>)

/** Where the ledger is kept, from DATABASE_URL and what goes with it. `undefined`: a problem was noted. */
export function readDatabase(env: Environmental): DatabaseSettings | undefined {
  const named = env.required(
    'DATABASE_URL',
    'set it to sqlite:PATH, such as sqlite:./data/reach.db, or to postgres://USER:PASSWORD@HOST:PORT/DATABASE',
    databaseUrl,
  )
  const connections = env.optional('REACH_DATABASE_CONNECTIONS', integer(2, 1_000))
  const batchWrites = env.optional('REACH_BATCH_WRITES', trueOrFalse)
  if (named?.engine !== 'postgres') return named
  return {
    ...named,
    ...(connections !== undefined && { connections }),
    ...(batchWrites !== undefined && { batchWrites }),
  }
}
