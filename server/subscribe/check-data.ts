import type { FieldError, SubscribeData } from '../../shared/wire.ts'
import { valueTypes } from './types.ts'

export interface CheckDataOptions {
  /** The values that the template's `enum` fields take, by field; of others any value passes. */
  enums?: Readonly<Record<string, readonly string[]>>
}

/**
 * The fields that WeChat would refuse with 47003, before a call is made; empty: none. A key is its type and digits
 * (`thing18`); of a type that is not known here only emptiness and control characters are refused, because the
 * platform adds types. Whether the template has these fields only WeChat knows.
 */
export function checkSubscribeData(
  data: SubscribeData,
  { enums = {} }: CheckDataOptions = {},
): FieldError[] {
  return Object.entries(data).flatMap(([key, { value }]) => {
    const type = /^([a-z]+(?:_[a-z]+)*)\d+$/.exec(key)?.[1]
    if (type === undefined) {
      const message = 'is no field of a template: its name is its type and digits, as thing1'
      return [{ path: `/data/${escaped(key)}`, message }]
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

/** As JSON Pointers want it (RFC 6901). */
const escaped = (key: string) => key.replaceAll('~', '~0').replaceAll('/', '~1')
