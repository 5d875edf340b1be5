/**
 * What WeChat takes as the values of a subscribe message, checked while typing. The server checks
 * the same again: test/console/value-types.test.ts holds both against each other.
 */

export const valueTypes = [
  'thing',
  'number',
  'letter',
  'symbol',
  'character_string',
  'time',
  'date',
  'amount',
  'phone_number',
  'car_number',
  'name',
  'phrase',
] as const
export type ValueType = (typeof valueTypes)[number]

/** The type whose limits the value breaks, or what is wrong with a value of any type. */
export type ValueProblem = ValueType | 'empty' | 'control' | 'choice'

/** Characters of the types that are bounded by their length alone, for a count beside the field. */
export const mostCharacters: Partial<Record<ValueType, number>> = {
  thing: 20,
  letter: 32,
  symbol: 5,
  character_string: 32,
  phone_number: 17,
  car_number: 8,
  phrase: 5,
}

/** In code points, so that an emoji is one character. */
export const lengthOf = (value: string): number => [...value].length

/** `thing` of `thing12`. `undefined`: a type that is not known here. */
export function typeOf(key: string): ValueType | undefined {
  const name = /^([a-z]+(?:_[a-z]+)*)\d+$/.exec(key)?.[1]
  return valueTypes.find((type) => type === name)
}

/** @param choices of an `enum` field */
export function valueProblem(
  key: string,
  value: string,
  choices?: readonly string[],
): ValueProblem | undefined {
  if (value.trim() === '') return 'empty'
  if (/\p{Cc}/u.test(value)) return 'control'
  if (choices && !choices.includes(value)) return 'choice'
  const type = typeOf(key)
  return type !== undefined && !takes[type](value) ? type : undefined
}

const han = /\p{Script=Han}/u
const fits = (type: ValueType, value: string) => lengthOf(value) <= mostCharacters[type]!

const takes: Record<ValueType, (value: string) => boolean> = {
  thing: (value) => fits('thing', value),
  number: (value) => /^[-+]?\d+(\.\d+)?$/.test(value) && value.replaceAll(/\D/g, '').length <= 32,
  letter: (value) => /^[A-Za-z]+$/.test(value) && fits('letter', value),
  symbol: (value) => /^[\p{P}\p{S}]+$/u.test(value) && fits('symbol', value),
  character_string: (value) => !han.test(value) && fits('character_string', value),
  time: isMoment,
  date: (value) => isMoment(value) && /[年月日./-]/.test(value),
  amount: (value) => /^\p{Sc}?\d{1,10}(\.\d+)?元?$/u.test(value),
  phone_number: (value) => fits('phone_number', value) && /\d/.test(value) && !/\p{L}/u.test(value),
  car_number: (value) =>
    fits('car_number', value) &&
    /^[\p{Script=Han}A-Za-z\d][A-Za-z\d]*[\p{Script=Han}A-Za-z\d]?$/u.test(value),
  name: (value) => !/\d/.test(value) && lengthOf(value) <= (han.test(value) ? 10 : 20),
  phrase: (value) => /^\p{Script=Han}+$/u.test(value) && fits('phrase', value),
}

const month = '(?:0?[1-9]|1[0-2])'
const day = '(?:0?[1-9]|[12]\\d|3[01])'
const clock = /^([01]?\d|2[0-4]):[0-5]\d(:[0-5]\d)?$/
const date = new RegExp(
  `^(?:\\d{4}年${month}月(?:${day}日)?|${month}月${day}日` +
    `|\\d{4}([-/.])${month}(?:\\1${day})?|${month}[-/.]${day})$`,
)

/** One or two moments with `~` between, each a date, a time, or both. */
function isMoment(value: string): boolean {
  const ends = value.split(/[~～]/).map((end) => end.trim())
  return ends.length <= 2 && ends.every(isOne)
}

function isOne(text: string): boolean {
  if (clock.test(text) || date.test(text)) return true
  const parts = /^(.*?)\s*((?<=[日\s])\d{1,2}:\d{2}(?::\d{2})?)$/.exec(text)
  return parts !== null && date.test(parts[1]!) && clock.test(parts[2]!)
}
