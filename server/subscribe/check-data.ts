/** Checks the data of a subscribe message by the platform's rules (platform: subscribe/send). */
import type { FieldError, SubscribeData } from '../../shared/wire/index.ts'
import { valueLimits as limits } from '../rules/templates.ts'
import { escapePointer } from '../runtime/encoding.ts'

/**
 * The fields that WeChat would refuse with 47003, before the call; empty: none. A key is a type and
 * digits (`thing18`). A value of a type unknown here must only not be empty and have no control
 * characters, because the platform adds types. Only WeChat knows whether the template has the
 * fields.
 *
 * @param options `enums`: the values of the template's `enum` fields, by field; of other `enum`
 * fields any value passes
 */
export function checkSubscribeData(
  data: SubscribeData,
  { enums = {} }: { enums?: Readonly<Record<string, readonly string[]>> } = {},
): FieldError[] {
  return Object.entries(data).flatMap(([key, { value }]) => {
    const type = /^([a-z]+(?:_[a-z]+)*)\d+$/.exec(key)?.[1]
    if (type === undefined) {
      const message = 'is no field of a template: its name is its type and digits, as thing1'
      return [{ path: `/data/${escapePointer(key)}`, message }]
    }
    const message = problemOf(type, value, enums[key])
    return message === undefined ? [] : [{ path: `/data/${key}/value`, message }]
  })
}

function problemOf(type: string, value: string, choices?: readonly string[]): string | undefined {
  if (value.trim() === '') return 'is empty: WeChat sends no empty values'
  if (/\p{Cc}/u.test(value)) return 'holds a line break or another control character'
  if (choices && !choices.includes(value)) return `must be one of ${choices.join(', ')}`
  const known = Object.hasOwn(valueTypes, type) ? valueTypes[type] : undefined
  return known && !known.takes(value) ? `must be ${known.wants}` : undefined
}

interface ValueType {
  /** Read after “must be”. */
  wants: string
  takes(value: string): boolean
}

/** In code points, so that an emoji is one character. */
const lengthOf = (value: string) => [...value].length
const han = /\p{Script=Han}/u

const amount = new RegExp(`^\\p{Sc}?\\d{1,${limits.amountDigits}}(\\.\\d+)?元?$`, 'u')

/** The types of values; their limits are in `server/rules`. */
const valueTypes: Readonly<Record<string, ValueType>> = {
  thing: {
    wants: `at most ${limits.thing} characters`,
    takes: (value) => lengthOf(value) <= limits.thing,
  },
  number: {
    wants: `at most ${limits.numberDigits} digits, with or without a decimal point`,
    takes: (value) =>
      /^[-+]?\d+(\.\d+)?$/.test(value) && value.replaceAll(/\D/g, '').length <= limits.numberDigits,
  },
  letter: {
    wants: `at most ${limits.letter} letters`,
    takes: (value) => /^[A-Za-z]+$/.test(value) && value.length <= limits.letter,
  },
  symbol: {
    wants: `at most ${limits.symbol} symbols`,
    takes: (value) => /^[\p{P}\p{S}]+$/u.test(value) && lengthOf(value) <= limits.symbol,
  },
  character_string: {
    wants: `at most ${limits.characterString} digits, letters or symbols, without 汉字`,
    takes: (value) => lengthOf(value) <= limits.characterString && !han.test(value),
  },
  time: {
    wants: 'a time as 15:01, with or without a date (2019年10月1日 15:01), or two with ~ between',
    takes: isMoment,
  },
  date: {
    wants: 'a date as 2019年10月1日, with or without a time, or two with ~ between',
    takes: (value) => isMoment(value) && /[年月日./-]/.test(value),
  },
  amount: {
    wants:
      `at most one currency sign and ${limits.amountDigits} digits, ` +
      'with or without decimals and 元 at the end',
    takes: (value) => amount.test(value),
  },
  phone_number: {
    wants: `at most ${limits.phoneNumber} digits and symbols`,
    takes: (value) =>
      lengthOf(value) <= limits.phoneNumber && /\d/.test(value) && !/\p{L}/u.test(value),
  },
  car_number: {
    wants:
      `at most ${limits.carNumber} letters and digits, ` +
      'the first and the last of which may be a 汉字',
    takes: (value) =>
      lengthOf(value) <= limits.carNumber &&
      /^[\p{Script=Han}A-Za-z\d][A-Za-z\d]*[\p{Script=Han}A-Za-z\d]?$/u.test(value),
  },
  name: {
    wants:
      `at most ${limits.nameWithHan} characters with 汉字, ` +
      `or at most ${limits.nameWithoutHan} letters and symbols, without digits`,
    takes: (value) =>
      !/\d/.test(value) &&
      lengthOf(value) <= (han.test(value) ? limits.nameWithHan : limits.nameWithoutHan),
  },
  phrase: {
    wants: `at most ${limits.phrase} 汉字`,
    takes: (value) => /^\p{Script=Han}+$/u.test(value) && lengthOf(value) <= limits.phrase,
  },
}

const time = /^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/
const year = '\\d{4}'
const month = '(?:0?[1-9]|1[0-2])'
const day = '(?:0?[1-9]|[12]\\d|3[01])'

/** 2019年10月1日, 2019年10月, 10月1日, and the same with `-`, `/` or `.` between. */
const date = new RegExp(
  `^(?:${year}年${month}月(?:${day}日)?|${month}月${day}日` +
    `|${year}(?<mark>[-/.])${month}(?:\\k<mark>${day})?|${month}[-/.]${day})$`,
)

/** One or two moments with `~` between, each a date, a time, or both. */
function isMoment(value: string): boolean {
  const ends = value.split(/[~～]/)
  return ends.length <= 2 && ends.every((end) => isOne(end.trim()))
}

function isOne(value: string): boolean {
  if (time.test(value) || date.test(value)) return true
  const split = /^(.*?)\s*((?<=[日\s])\d{1,2}:\d{2}(?::\d{2})?)$/.exec(value)
  return split !== null && date.test(split[1]!) && time.test(split[2]!)
}
