/** The gate of every value from outside that no schema of a request has checked. */
import {
  maxStoredText,
  minSecret,
  secretLike,
  valuePatterns,
  type ValueKind,
} from '../rules/values.ts'

const patterns = Object.fromEntries(
  Object.entries(valuePatterns).map(([kind, pattern]) => [kind, new RegExp(pattern)]),
) as Record<ValueKind, RegExp>

/** Whether a value of the platform, of a push or of decrypted data may be stored as `kind`. */
export const isValue = (kind: ValueKind, value: unknown): value is string =>
  typeof value === 'string' && patterns[kind].test(value)

/**
 * What the platform says of a refusal, as it may be stored, logged and shown to an operator: at
 * most `maxStoredText` characters, U+FFFD in place of control characters and of halves of
 * characters, and `[cut]` in place of secrets.
 *
 * @param sent what the refused call carried: WeChat may say it back
 */
export function refusalText(value: unknown, sent: readonly string[] = []): string {
  if (typeof value !== 'string') return typeof value === 'number' ? String(value) : ''
  const told = sent.filter(({ length }) => length >= minSecret)
  const withoutSent = told.reduce((text, secret) => text.replaceAll(secret, '[cut]'), value)
  return withoutSent
    .replaceAll(secretLike, '[cut]')
    .slice(0, maxStoredText)
    .replaceAll(/[\p{Cc}\p{Cs}]/gu, '\uFFFD')
}
