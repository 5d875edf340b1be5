/** Holds a reply against its schema, and against the schema alone: no field more. */
import { expect } from '@jest/globals'
import type { TSchema } from 'typebox'
import { Compile } from 'typebox/compile'

export function expectShape(schema: TSchema, value: unknown): void {
  const validator = Compile(closed(schema) as TSchema)
  expect([...validator.Errors(value)]).toEqual([])
}

/** The same schema, in which every object that names its fields takes no other. */
function closed(schema: unknown): unknown {
  if (Array.isArray(schema)) return schema.map(closed)
  if (typeof schema !== 'object' || schema === null) return schema
  const copy = Object.fromEntries(Object.entries(schema).map(([key, part]) => [key, closed(part)]))
  return 'properties' in copy && !('additionalProperties' in copy)
    ? { ...copy, additionalProperties: false }
    : copy
}
