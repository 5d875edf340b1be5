/**
 * Schemas of what comes from outside. The shapes stand in `shared/wire.ts`; `like<T>()` makes the compiler
 * refuse a schema that drifts from its type, so neither can be changed alone.
 */
import Type from 'typebox'
import type { Static, TSchema } from 'typebox'
import { Compile } from 'typebox/compile'
import type { FieldError } from '../../../shared/wire/index.ts'

type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? unknown : never) : never

/** `like<T>()(schema)` is `schema`, and compiles only while its static type is exactly `T`. */
export function like<T>() {
  return <const S extends TSchema>(schema: S & Same<T, Static<S>>): S => schema
}

export type Decoded<T> = { ok: true; value: T } | { ok: false; errors: FieldError[] }
export type Decode<T> = (value: unknown) => Decoded<T>

/** How many bad fields one reply names: enough to mend a request, too few to flood its reader. */
const maxErrors = 20

/** Compiles once; the decoder changes nothing in what it is given. */
export function decoder<S extends TSchema>(schema: S): Decode<Static<S>> {
  const validator = Compile(schema)
  return (value) =>
    validator.Check(value)
      ? { ok: true, value: value as Static<S> }
      : { ok: false, errors: fieldErrors(validator.Errors(value)) }
}

interface SchemaError {
  keyword: string
  instancePath: string
  message: string
  params: object
}

function fieldErrors(errors: readonly SchemaError[]): FieldError[] {
  const found = new Map<string, string>()
  for (const error of errors) {
    for (const { path, message } of explain(error)) if (!found.has(path)) found.set(path, message)
    if (found.size >= maxErrors) break
  }
  return [...found].map(([path, message]) => ({ path, message }))
}

function explain({ keyword, instancePath, message, params }: SchemaError): FieldError[] {
  const listed = (key: string) => ((params as Record<string, unknown>)[key] ?? []) as unknown[]
  switch (keyword) {
    // An unknown field is reported at itself (a schema that is false) and again at its parent.
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

const escapePointer = (name: string) => name.replaceAll('~', '~0').replaceAll('/', '~1')

/** An object in which unknown fields are refused, with their path: what operators send. */
export const strict = { additionalProperties: false } as const

/** Text without control characters: a NUL is refused by some databases, a line break has no place in an id. */
// eslint-disable-next-line no-control-regex
const printable = '^[^\\u0000-\\u001f\\u007f]*$'
export const text = (maxLength: number, minLength = 1) =>
  Type.String({ minLength, maxLength, pattern: printable })

export const appId = Type.String({ pattern: '^wx\\w{6,30}$' })
export const openId = Type.String({ pattern: '^[\\w-]{1,64}$' })
export const templateId = text(128)
export const isoTime = Type.String({ format: 'date-time' })
