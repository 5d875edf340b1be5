/** Inputs near to good ones: for random tests and for the fuzzer. */
import * as fc from 'fast-check'

/** What parsers of JSON meet at their edges. */
export const jsonTokens = [
  [...'{}[]":,\\'],
  ['\\u', '\\ud83d', '\\x', '\\u0000', 'null', 'true', '{}', '[]', '""'],
  ['-0', '1e999', '1E-400', '01', '9007199254740993', '-9223372036854775809', 'NaN'],
  ['"__proto__":', '"constructor":', '\0', '\uFEFF', '\u2028', ' ', '\n', '\x1d'],
].flat()

/** The same of XML. */
export const xmlTokens = [
  ['<', '>', '</', '/>', '<a>', '</a>', '<a/>', '<xml>', '</xml>', '<List>', '</List>'],
  ['<![CDATA[', ']]>', ']]', '<!--', '-->', '<?xml version="1.0"?>', ' a="b"'],
  ['<!DOCTYPE a [<!ENTITY b "c">]>', '&', '&amp;', '&b;', '&#0;', '&#x10FFFF;', '&#9999999;'],
  ['__proto__', '<__proto__>', '</__proto__>', '\0', '\uFEFF', ' ', '\n', '\x1d'],
].flat()

/** Characters that grow, vanish, split or end a text somewhere. */
const characters = [
  ['a', '0', '-', '_', ' ', '\0', '\n', '\x7f', '"', '\\', '<', '&', '%', '/', '?', '#', '='],
  ['\uFEFF', '\u2028', '\u200D', '\uFFFD', '\u0301', '\uFDFA', '你', '😀', '\uD83D', '\uDE00'],
].flat()
const character = fc.constantFrom(...characters)

/** Of any length up to `maxLength`, of any characters, half ones too. */
export const hostileText = (maxLength = 2_000): fc.Arbitrary<string> =>
  fc.oneof(
    { weight: 4, arbitrary: fc.array(character, { maxLength: 40 }).map((all) => all.join('')) },
    { weight: 3, arbitrary: fc.string({ unit: 'binary', maxLength: 80 }) },
    { weight: 2, arbitrary: fc.constantFrom(...jsonTokens, ...xmlTokens) },
    {
      weight: 1,
      arbitrary: fc
        .tuple(character, fc.nat({ max: maxLength }))
        .map(([one, length]) => one.repeat(length).slice(0, maxLength)),
    },
  )

const numbers = [
  [0, -0, 1, -1, 0.5, 2 ** 31, -(2 ** 31) - 1, 2 ** 32, 2 ** 53, -(2 ** 53), 2 ** 63, 1e21],
  [Number.MAX_VALUE, -Number.MAX_VALUE, Number.MIN_VALUE],
].flat()

/** A value that a field did not expect; JSON can hold it. */
export const hostileValue: fc.Arbitrary<unknown> = fc.oneof(
  { weight: 4, arbitrary: hostileText() },
  { weight: 3, arbitrary: fc.constantFrom(...numbers) },
  { weight: 2, arbitrary: fc.double({ noNaN: true, noDefaultInfinity: true }) },
  { weight: 3, arbitrary: fc.constantFrom<unknown>(null, true, false, [], {}, [[]], [null], '') },
  { weight: 1, arbitrary: fc.nat({ max: 60 }).map((levels) => nested(levels)) },
  { weight: 1, arbitrary: fc.jsonValue({ maxDepth: 3 }) },
)

function nested(levels: number): unknown {
  let value: unknown = 1
  for (let level = 0; level < levels; level++) value = level % 2 ? [value] : { a: value }
  return value
}

type Edit<How extends string, Value> = { how: How; at: number; to: number; value: Value }

const place = fc.nat({ max: 1_000_000 })

const valueEdits: fc.Arbitrary<Edit<'replace' | 'delete' | 'add' | 'double' | 'swap', unknown>[]> =
  fc.array(
    fc.record({
      how: fc.constantFrom('replace', 'replace', 'replace', 'delete', 'add', 'double', 'swap'),
      at: place,
      to: place,
      value: hostileValue,
    }),
    { maxLength: 5 },
  )

/**
 * One of the values of JSON, with up to five changes anywhere in it: a value replaced by a hostile
 * one, deleted, added under a name of another's, doubled into an array, or swapped with another.
 */
export const mutatedValue = (samples: readonly object[]): fc.Arbitrary<unknown> =>
  mutatedValueOf(fc.constantFrom(...samples))

/** The same of generated values. */
export const mutatedValueOf = (originals: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc.tuple(originals, valueEdits).map(([sample, edits]) => {
    const root = { value: structuredClone(sample) }
    for (const { how, at, to, value } of edits) {
      const places = placesIn(root)
      const here = places[at % places.length]!
      const there = places[to % places.length]!
      const old = here.holder[here.name]
      if (how === 'replace') here.holder[here.name] = structuredClone(value)
      else if (how === 'delete') delete here.holder[here.name]
      else if (how === 'add') here.holder[there.name] = structuredClone(value)
      else if (how === 'double') here.holder[here.name] = [old, structuredClone(old)]
      else here.holder[here.name] = structuredClone(there.holder[there.name])
    }
    return root.value ?? null
  })

interface Place {
  holder: Record<string, unknown>
  name: string
}

/** Every field and element of a value, down from its root. */
function placesIn(root: object): Place[] {
  const places: Place[] = []
  const waiting: unknown[] = [root]
  for (const holder of waiting) {
    if (typeof holder !== 'object' || holder === null) continue
    for (const [name, value] of Object.entries(holder)) {
      places.push({ holder: holder as Record<string, unknown>, name })
      waiting.push(value)
    }
  }
  return places.length > 0 ? places : [{ holder: root as Record<string, unknown>, name: 'value' }]
}

const byteEdits = (tokens: readonly string[]) =>
  fc.array(
    fc.record({
      how: fc.constantFrom<
        'insert' | 'token' | 'flip' | 'cut' | 'copy' | 'splice' | 'end' | 'stretch'
      >(
        ...(['insert', 'token', 'token', 'token', 'flip', 'cut', 'copy', 'splice', 'end'] as const),
      ),
      at: place,
      to: place,
      value: fc.record({ token: fc.constantFrom(...tokens), byte: fc.nat({ max: 255 }) }),
    }),
    { maxLength: 5 },
  )

/** A part to repeat, one time in so many. */
const stretches = (oneIn: number) =>
  fc.oneof(
    { weight: oneIn - 1, arbitrary: fc.constant(undefined) },
    {
      weight: 1,
      arbitrary: fc.record({ at: place, length: fc.integer({ min: 1, max: 64 }) }),
    },
  )

interface ByteMutations {
  /** Inserted here and there. */
  tokens: readonly string[]
  maxBytes: number
  /**
   * One in so many becomes as long as `maxBytes`: a part of it is repeated. Default 300, because
   * long inputs are slow by their size alone.
   */
  stretchOneIn?: number
  /** What parts are taken from. Default: nothing. */
  sources?: readonly Buffer[]
}

/**
 * One of the texts, with up to five changes of its bytes: a byte inserted or flipped, a token
 * inserted, a part cut, copied elsewhere, or replaced by one of another sample, or the end cut off.
 */
export function mutatedBytes(
  samples: readonly (string | Uint8Array)[],
  options: ByteMutations,
): fc.Arbitrary<Buffer> {
  const sources = samples.map((sample) => Buffer.from(sample))
  return mutatedBytesOf(fc.constantFrom(...sources), { sources, ...options })
}

/** The same of generated bytes. */
export const mutatedBytesOf = (
  originals: fc.Arbitrary<Uint8Array>,
  { tokens, maxBytes, stretchOneIn = 300, sources = [Buffer.of(0)] }: ByteMutations,
): fc.Arbitrary<Buffer> =>
  fc
    .tuple(originals, byteEdits(tokens), stretches(stretchOneIn))
    .map(([original, edits, stretch]) => {
      let bytes: Buffer = Buffer.from(original)
      for (const edit of edits) bytes = edited(bytes, edit, sources)
      return (stretch ? stretched(bytes, stretch, maxBytes) : bytes).subarray(0, maxBytes)
    })

function edited(
  bytes: Buffer,
  { how, at, to, value }: Edit<string, { token: string; byte: number }>,
  sources: readonly Buffer[],
): Buffer {
  const start = at % (bytes.length + 1)
  const length = to % (bytes.length - start + 1)
  const [head, tail] = [bytes.subarray(0, start), bytes.subarray(start)]
  switch (how) {
    case 'insert':
      return Buffer.concat([head, Buffer.of(value.byte), tail])
    case 'token':
      return Buffer.concat([head, Buffer.from(value.token), tail])
    case 'flip':
      return Buffer.concat([head, Buffer.of((tail[0] ?? 0) ^ (value.byte || 1)), tail.subarray(1)])
    case 'cut':
      return Buffer.concat([head, tail.subarray(length % 64)])
    case 'copy':
      return Buffer.concat([head, bytes.subarray(length), tail])
    case 'splice': {
      const source = sources[to % sources.length]!
      return Buffer.concat([head, source.subarray(at % source.length)])
    }
    default:
      return head
  }
}

function stretched(
  bytes: Buffer,
  { at, length }: { at: number; length: number },
  maxBytes: number,
): Buffer {
  const start = at % (bytes.length + 1)
  const part = bytes.subarray(start, start + length)
  const times = Math.floor((maxBytes - bytes.length) / Math.max(part.length, 1))
  const repeated = Array.from({ length: Math.max(times, 0) }, () => part)
  return Buffer.concat([bytes.subarray(0, start), ...repeated, bytes.subarray(start)])
}
