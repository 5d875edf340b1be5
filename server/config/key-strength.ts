/**
 * How many bits of variety a key can have. One value does not show how it was made, so this is an
 * upper bound: what a generator with the alphabet of the key would give, and less for what people
 * type. docs/operations.md describes it.
 */
import { keyStrength, usualPairs, wellKnownWords } from '../rules/keys.ts'

/** What is wrong with the key; `undefined`: nothing that can be seen. */
export const weaknessOf = (key: string): string | undefined =>
  varietyOf(key) < keyStrength.minBits
    ? `has under ${keyStrength.minBits} bits of variety`
    : undefined

/** The same for bytes: repeated or counted ones, or a typed text, are not random. */
export function isRandom(bytes: Buffer): boolean {
  const steps = bytes.map((byte, index) => byte - (bytes[index - 1] ?? 0))
  const isVaried = [bytes, steps].every(
    (list) => new Set(list).size >= keyStrength.minDistinctBytes,
  )
  const isText = bytes.every((byte) => byte > 0x1f && byte < 0x7f)
  return isVaried && !(isText && weaknessOf(bytes.toString('latin1')) !== undefined)
}

/** In bits. */
export function varietyOf(key: string): number {
  if (uuid.test(key)) return keyStrength.uuidBits
  const characterBits = Math.log2(alphabetOf(key))
  let bits = 0
  for (let at = 0; at < key.length;) {
    const part = typedPartAt(key, at)
    bits += part ? Math.min(part.bits, part.length * characterBits) : characterBits
    at += part?.length ?? 1
  }
  return Math.min(bits, phraseBits(key))
}

const uuid = /^[\da-f]{8}(-[\da-f]{4}){3}-[\da-f]{12}$/i

/** How many characters the alphabet has: the smallest one of those that generators use. */
function alphabetOf(key: string): number {
  const alphabets: [RegExp, number][] = [
    [/^\d+$/, 10],
    [/^([\da-f]+|[\dA-F]+)$/, 16],
    [/^[a-z]+$/, 26],
    [/^[A-Z2-7]+$/, 32],
    [/^([a-z\d]+|[A-Z\d]+)$/, 36],
    [/^[A-Za-z\d]+$/, 62],
    [/^([\w-]+|[A-Za-z\d+/=]+)$/, 64],
  ]
  return alphabets.find(([pattern]) => pattern.test(key))?.[1] ?? 94
}

/** The longest repetition, sequence or word that begins here. */
function typedPartAt(key: string, at: number): { length: number; bits: number } | undefined {
  const { minPart, partBits, wordBits } = keyStrength
  const word = wellKnownWords.find((one) => key.toLowerCase().startsWith(one, at))
  const parts = [
    { length: repeatedAt(key, at), least: minPart, bits: partBits },
    { length: sequenceAt(key, at, 1), least: minPart, bits: partBits },
    { length: sequenceAt(key, at, 2), least: minPart + 4, bits: partBits },
    { length: word?.length ?? 0, least: 1, bits: wordBits },
  ]
  return parts.filter(({ length, least }) => length >= least).sort((a, b) => b.length - a.length)[0]
}

/** How many characters stand earlier in the key as well; the two places may overlap. */
function repeatedAt(key: string, at: number): number {
  let longest = 0
  for (let from = 0; from < at; from += 1) {
    let length = 0
    while (at + length < key.length && key[from + length] === key[at + length]) length += 1
    longest = Math.max(longest, length)
  }
  return longest
}

/** `aaaaaa`, `abcdef`, `987654`, and of two interleaved ones (`stride` 2) `a1b2c3d4`. */
function sequenceAt(key: string, at: number, stride: number): number {
  const stepAt = (index: number) => key.charCodeAt(index + stride) - key.charCodeAt(index)
  const goesOn = (index: number) =>
    index < at + stride ? Math.abs(stepAt(index)) <= 1 : stepAt(index) === stepAt(index - stride)
  let length = 0
  while (at + length + stride < key.length && goesOn(at + length)) length += 1
  return length + stride
}

/** Infinite, unless the key looks like words. */
function phraseBits(key: string): number {
  const { pairsInPhrases, usualInPhrases, letterBitsInPhrases, otherBitsInPhrases } = keyStrength
  const letters = key.match(/[a-z]/gi)?.length ?? 0
  const pairs = [...key.matchAll(/(?=([a-z]{2}|[A-Z]{2}))/g)].map(([, pair]) => pair!)
  const usual = pairs.filter((pair) => usualPairs.includes(pair.toLowerCase())).length
  const isPhrase = pairs.length >= pairsInPhrases * key.length
  if (!isPhrase || usual < usualInPhrases * pairs.length) return Infinity
  return letters * letterBitsInPhrases + (key.length - letters) * otherBitsInPhrases
}
