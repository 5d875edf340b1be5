/** Reads fields as tolerantly as the platform: a number where the page says text, text where it says number. */
export type Fields = Readonly<Record<string, unknown>>

/** `undefined` for what is absent, `null`, empty or neither text nor number. */
export function text(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** `undefined` for what is not a whole number from 0. */
export function whole(value: unknown): number | undefined {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value
  return typeof number === 'number' && Number.isSafeInteger(number) && number >= 0
    ? number
    : undefined
}

export function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
