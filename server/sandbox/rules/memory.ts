/**
 * Schemas of what a sandbox remembers. A saved state is JSON by these schemas, and the memory of
 * each part is what its schema decodes to: what has no schema is neither remembered nor saved.
 */
import Type, {
  type StaticDecode,
  type TObjectOptions,
  type TProperties,
  type TSchema,
} from 'typebox'

/** What a schema decodes to. */
export type Memory<Schema extends TSchema> = StaticDecode<Schema>

/** Refuses unknown fields. */
export const Fields = <Properties extends TProperties>(properties: Properties) =>
  Type.Object(properties, { additionalProperties: false })

/** Any text, with line breaks too, but for the three keys that typebox drops from an object. */
export const keyPattern = '^(?!(?:__proto__|constructor|prototype)$)[\\s\\S]*$'

/** An object with any keys. */
export const ByKey = <Value extends TSchema>(value: Value, options: TObjectOptions = {}) =>
  Type.Record(Type.String({ pattern: keyPattern }), value, {
    additionalProperties: false,
    ...options,
  })

/** A Map, saved as an object. */
export const Table = <Value extends TSchema>(value: Value) =>
  Type.Codec(ByKey(value))
    .Decode((object) => new Map(Object.entries<StaticDecode<Value>>(object)))
    .Encode((table) => Object.fromEntries(table) as never)

/** Saved as base64. */
export const Bytes = Type.Codec(Type.String({ pattern: '^[0-9A-Za-z+/]*={0,2}$' }))
  .Decode((text): Buffer => Buffer.from(text, 'base64'))
  .Encode((bytes) => bytes.toString('base64'))

/** ISO 8601, by the platform's clock. */
export const Time = Type.String({ format: 'date-time' })

/** In milliseconds since the epoch, within the range of Date. */
export const EpochMs = Type.Number({ minimum: 0, maximum: 8.64e15 })

/** A time or a count. Without an end it is `Infinity`, saved as null. */
export const Unbounded = Type.Codec(Type.Union([EpochMs, Type.Null()]))
  .Decode((number) => number ?? Infinity)
  .Encode((number) => (Number.isFinite(number) ? number : null))
