/**
 * How schemas are written. Each file of this folder has the schemas of one file of `shared/wire`: a
 * schema is named after its wire type, and `like<T>()` lets the compiler refuse a schema that
 * differs from the type.
 */
import Type from 'typebox'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import { creditKinds } from '../../../shared/codes.ts'
import type { FieldError } from '../../../shared/wire/index.ts'
import {
  listPages,
  maxExaminedValues,
  maxListedErrors,
  sharePages,
  templatePages,
} from '../../rules/requests.ts'
import { templateKeywords } from '../../rules/templates.ts'
import { valuePatterns, type ValueKind } from '../../rules/values.ts'
import { escapePointer } from '../../runtime/encoding.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never

/** `like<T>()(schema)` is `schema`, and compiles only while its static type is exactly `T`. */
export function like<T>() {
  return <const S extends TSchema>(schema: S & Same<T, Static<S>>): S => schema
}

export type Decoded<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] }
export type Decode<T> = (value: unknown) => Decoded<T>

/** Compiles the schema once. The decoder does not change its input. */
export function decoder<S extends TSchema>(schema: S): Decode<Static<S>> {
  const validator = Compile(schema)
  return (value) =>
    validator.Check(value)
      ? { ok: true, value: value as Static<S> }
      : { ok: false, errors: fieldErrors(validator, value) }
}

/** Whether a value fits, without the errors: what a thousand values need. */
export function matcher(schema: TSchema): (value: unknown) => boolean {
  const validator = Compile(schema)
  return (value) => validator.Check(value)
}

interface SchemaValidator {
  Errors(value: unknown): readonly SchemaError[]
}

interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: object
}

/**
 * typebox looks for the errors of every value, also once it has as many as it lists: 100,000 items
 * would take seconds.
 */
function fieldErrors(validator: SchemaValidator, value: unknown): FieldError[] {
  const found = new Map<string, string>()
  for (const error of validator.Errors(firstOf(value, { values: maxExaminedValues }))) {
    for (const { path, message } of explain(error)) if (!found.has(path)) found.set(path, message)
    if (found.size >= maxListedErrors) break
  }
  if (found.size === 0) return [{ path: '', message: `has more than ${maxExaminedValues} values` }]
  return [...found].map(([path, message]) => ({ path, message }))
}

/** A copy with as many values as there is room for, which it takes. */
function firstOf(value: unknown, room: { values: number }): unknown {
  if (typeof value !== 'object' || value === null) return value
  const copy: [name: string, field: unknown][] = []
  const fields = Array.isArray(value) ? value.slice(0, room.values) : value
  for (const [name, field] of Object.entries(fields)) {
    if (room.values === 0) break
    room.values -= 1
    copy.push([name, firstOf(field, room)])
  }
  return Array.isArray(value) ? copy.map(([, item]) => item) : Object.fromEntries(copy)
}

function explain({ keyword, instancePath, message, params }: SchemaError): FieldError[] {
  const listed = (key: string) => ((params as Record<string, unknown>)[key] ?? []) as unknown[]
  switch (keyword) {
    // typebox reports an unknown field twice: at the field (a schema that is false) and at its
    // parent.
    case 'boolean':
      return [{ path: instancePath, message: 'is not a known field' }]
    case 'additionalProperties':
      return []
    case 'required':
      return listed('requiredProperties').map((name) => ({
        path: `${instancePath}/${escapePointer(String(name))}`,
        message: 'is missing',
      }))
    case 'enum':
      return [
        { path: instancePath, message: `must be one of ${listed('allowedValues').join(', ')}` },
      ]
    default:
      return [{ path: instancePath, message }]
  }
}

/** Unknown fields are refused, with their path: for what operators send. */
export const strict = { additionalProperties: false } as const

/** Without control characters: PostgreSQL refuses NUL, and no id holds a line break. */
// eslint-disable-next-line no-control-regex
const printable = '^[^\\u0000-\\u001f\\u007f]*$'
export const text = (maxLength: number, minLength = 1) =>
  Type.String({ minLength, maxLength, pattern: printable })
export const base64 = (maxLength: number) => Type.String({ minLength: 1, maxLength })

const value = (kind: ValueKind) => Type.String({ pattern: valuePatterns[kind] })
export const appId = value('appId')
export const openId = value('openId')
export const openGId = value('openGId')
export const urlSafeId = value('urlSafeId')
export const templateId = value('templateId')
export const channel = Type.Enum(['template', 'subscribe', 'customer'])
export const creditKind = Type.Enum([...creditKinds])
export const count = Type.Integer({ minimum: 0 })
export const time = Type.String({ format: 'date-time' })
/**
 * A time that a request names. RFC 3339 allows leap seconds, and RFC 9557 an ending in brackets,
 * which `Date` reads as no time; years after 9999 have no form in RFC 3339.
 */
export const requestedTime = Type.Refine(
  time,
  (given) => Date.parse(given) <= lastTimeMs,
  () => 'must be a time as 2026-12-31T23:59:59Z, without a leap second',
)
const lastTimeMs = Date.UTC(10_000, 0) - 1

export const integer = (minimum: number, maximum: number, byDefault: number) =>
  Type.Optional(Type.Integer({ minimum, maximum, default: byDefault }))
export const pageQuery = (maxCount: number) => ({
  offset: integer(0, templatePages.maxOffset, 0),
  count: integer(1, maxCount, templatePages.defaultCount),
})
/** Of lists whose pages a cursor leads through. */
export const cursor = Type.Optional(text(sharePages.maxCursor))
export const listQuery = {
  limit: integer(1, listPages.maxLimit, listPages.defaultLimit),
  cursor,
}
export const csvFormat = Type.Optional(Type.Enum(['csv']))
/** For the documentation of lists with filters that no index serves. */
export const partial =
  'While there is a `cursor` there are more, although a page may be short or empty: filters are ' +
  `applied to ${listPages.searched.toLocaleString('en')} rows at a time.`
export const keywordIds = ({ min, max }: { min: number; max: number }) =>
  Type.Array(Type.Integer({ minimum: 1, maximum: templateKeywords.maxId }), {
    minItems: min,
    maxItems: max,
    uniqueItems: true,
  })
/** Of an object whose fields are WeChat's, or the caller's own. */
export const anyFields = Type.Record(Type.String(), Type.Unknown())
export const noQuery = Type.Object({}, strict)
