/** Values that a schema takes, for random tests. */
import * as fc from 'fast-check'
import { Compile } from 'typebox/compile'
import type { TSchema } from 'typebox'

interface JsonSchema {
  type?: string
  const?: unknown
  enum?: readonly unknown[]
  anyOf?: readonly JsonSchema[]
  properties?: Record<string, JsonSchema>
  required?: readonly string[]
  patternProperties?: Record<string, JsonSchema>
  minProperties?: number
  maxProperties?: number
  items?: JsonSchema
  minItems?: number
  maxItems?: number
  uniqueItems?: boolean
  format?: string
  pattern?: string
  minLength?: number
  maxLength?: number
  minimum?: number
  maximum?: number
}

/** A value of each kind that the schema names. Most are small: sizes have tests of their own. */
export function valuesOf(schema: TSchema): fc.Arbitrary<unknown> {
  const validator = Compile(schema)
  return arbitraryOf(schema as JsonSchema).filter((value) => validator.Check(value))
}

/** Of the schema but for what several of its words forbid together. */
function arbitraryOf(schema: JsonSchema): fc.Arbitrary<unknown> {
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  if (schema.anyOf) return fc.oneof(...schema.anyOf.map(arbitraryOf))
  switch (schema.type) {
    case 'object':
      return schema.patternProperties ? dictionaryOf(schema) : objectOf(schema)
    case 'array':
      return arrayOf(schema)
    case 'string':
      return textOf(schema)
    case 'integer':
      return fc.integer({ min: schema.minimum ?? 0, max: schema.maximum ?? 2 ** 31 - 1 })
    case 'number':
      return fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }))
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    case undefined:
      return fc.jsonValue({ maxDepth: 4 })
    default:
      throw new Error(`No values are known of the type ${schema.type}: write them here.`)
  }
}

function objectOf({ properties = {}, required = [] }: JsonSchema): fc.Arbitrary<object> {
  const fields = Object.entries(properties).map(([name, field]) => [name, arbitraryOf(field)])
  return fc.record(Object.fromEntries(fields) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: [...required],
  })
}

function dictionaryOf({ patternProperties = {}, minProperties = 0 }: JsonSchema) {
  const [[pattern = '', field = {}] = []] = Object.entries(patternProperties)
  return fc.dictionary(matching(pattern), arbitraryOf(field), {
    minKeys: minProperties,
    maxKeys: Math.max(minProperties, 5),
  })
}

function arrayOf({ items = {}, minItems = 0, maxItems = 5, uniqueItems }: JsonSchema) {
  const limits = { minLength: minItems, maxLength: Math.min(maxItems, minItems + 5) }
  const item = arbitraryOf(items)
  return uniqueItems ? fc.uniqueArray(item, limits) : fc.array(item, limits)
}

const times = fc.oneof(
  fc.date({ noInvalidDate: true }).map((date) => date.toISOString()),
  fc.constantFrom(
    ...'2026-12-31T23:59:60Z|2026-12-31t23:59:59z|2026-12-31T23:59:59.123456789+23:59'.split('|'),
    ...'9999-12-31T23:59:59-23:59|0000-01-01T00:00:00Z|2026-12-31T23:59:59Z[u-ca=iso8601]'.split(
      '|',
    ),
  ),
)

function textOf({ format, pattern, minLength = 0, maxLength = 60 }: JsonSchema) {
  if (format === 'date-time') return times
  // Patterns that only exclude characters bound no length.
  if (pattern !== undefined && !pattern.startsWith('^[^')) return matching(pattern)
  const limits = { minLength, maxLength: Math.min(maxLength, minLength + 60) }
  return fc.oneof(
    fc.string({ unit: 'grapheme', ...limits }),
    fc.string({ unit: 'binary', ...limits }),
  )
}

const matching = (pattern: string) => fc.stringMatching(new RegExp(pattern))
