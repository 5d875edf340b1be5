/** The gate of every value from outside that no schema of a request has checked. */
import { maxStoredText, valuePatterns, type ValueKind } from '../rules/values.ts'

const patterns = Object.fromEntries(
  Object.entries(valuePatterns).map(([kind, pattern]) => [kind, new RegExp(pattern)]),
) as Record<ValueKind, RegExp>

/** Whether a value of the platform, of a push or of decrypted data may be stored as `kind`. */
export const isValue = (kind: ValueKind, value: unknown): value is string =>
  typeof value === 'string' && patterns[kind].test(value)

/**
 * Free text of the platform as it may be stored: at most `maxStoredText` characters, U+FFFD in
 * place of control characters and of halves of characters.
 */
export const storableText = (text: string): string =>
  text.slice(0, maxStoredText).replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
