/** Parsers of single settings. */
import { editions, type Edition } from '../rules/credits.ts'
import { valuePatterns } from '../rules/values.ts'
import { callBounds, type CallClass, type CallLimits } from '../rules/wechat-calls.ts'
import { isLoopback, isPrivate } from '../runtime/addresses.ts'
import type { Parsed } from './settings-reader.ts'

export interface QuietHours {
  /** Minutes after midnight, in `timeZone`. `fromMinute` after `untilMinute`: across midnight. */
  fromMinute: number
  untilMinute: number
}

export const pushModes = ['plain', 'compatible', 'safe'] as const

export const text = (value: string): Parsed<string> => ({ value })

export function integer(least: number, most: number) {
  return (value: string): Parsed<number> => {
    const number = Number(value)
    if (/^\d+$/.test(value) && number >= least && number <= most) return { value: number }
    return { problem: `must be a whole number from ${least} to ${most}` }
  }
}

export function oneOf<const Word extends string>(words: readonly Word[]) {
  return (value: string): Parsed<Word> => {
    const word = words.find((each) => each === value)
    return word === undefined ? { problem: `must be one of ${words.join(', ')}` } : { value: word }
  }
}

export const trueOrFalse = (value: string): Parsed<boolean> =>
  value === 'true' || value === 'false'
    ? { value: value === 'true' }
    : { problem: 'must be true or false' }

export const edition: (value: string) => Parsed<Edition> = oneOf(editions)

export function appId(value: string): Parsed<string> {
  if (new RegExp(valuePatterns.appId).test(value)) return { value }
  return { problem: 'must be an AppID (wx…): copy it from 开发管理 → 开发设置' }
}

/**
 * 43 characters that encode 32 bytes. Encoding the bytes again would not be a valid check: the last
 * character of WeChat's keys has bits that base64 leaves zero.
 */
export function pushAesKey(value: string): Parsed<string> {
  if (/^[A-Za-z0-9+/]{43}$/.test(value)) return { value }
  return {
    problem: 'must be the 43 characters of EncodingAESKey: copy it from 开发管理 → 消息推送',
  }
}

/** http is for this machine and private networks: a name is looked at when it is called. */
export function forwardAddress(value: string): Parsed<string> {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || !/^https?:$/.test(url.protocol) || url.hash || url.username) {
    return { problem: 'must be an address such as https://shop.example.com/wechat/push' }
  }
  const { protocol, hostname } = url
  const isLocal = isLoopback(hostname) || isPrivate(hostname) !== false
  if (protocol === 'https:' || isLocal) return { value }
  return { problem: 'must begin with https:// outside this machine and private networks' }
}

export function timeZone(value: string): Parsed<string> {
  try {
    return { value: new Intl.DateTimeFormat('en', { timeZone: value }).resolvedOptions().timeZone }
  } catch {
    return { problem: 'must be a time zone such as Asia/Shanghai' }
  }
}

export function quietHours(value: string): Parsed<QuietHours> {
  const parts = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(value)
  const [fromHour, from, untilHour, until] = (parts ?? []).slice(1).map(Number)
  const fromMinute = (fromHour ?? 0) * 60 + (from ?? 0)
  const untilMinute = (untilHour ?? 0) * 60 + (until ?? 0)
  if (parts && fromMinute !== untilMinute) return { value: { fromMinute, untilMinute } }
  return { problem: 'must be two different times such as 22:00-08:00' }
}

/** `send=512,signIn=128`: the others keep their default. */
export function callLimits(value: string): Parsed<CallLimits> {
  const limits: CallLimits = {}
  for (const part of value.split(',')) {
    const [name, limit] = part.split('=').map((side) => side.trim())
    const callClass = callClasses.find((one) => one === name)
    if (!callClass || !/^[1-9]\d{0,4}$/.test(limit ?? '')) {
      const problem =
        'must be classes of calls and how many may be under way, such as send=512,signIn=128. ' +
        `The classes are ${callClasses.join(', ')}`
      return { problem }
    }
    limits[callClass] = Number(limit)
  }
  return { value: limits }
}

const callClasses = Object.keys(callBounds.atOnce) as CallClass[]

/** How many proxies in front of the server may report the client's address. */
export function trustProxy(value: string): Parsed<number> {
  if (value === 'true') return { value: 1 }
  if (value === 'false') return { value: 0 }
  return /^\d{1,2}$/.test(value)
    ? { value: Number(value) }
    : { problem: 'must be true, false or the number of proxies before this server' }
}
