/** How many codes there may be (seeds/004 Bug & Tip 3, 错误码). */
const minute = 60_000

export const codeQuotas = {
  /** Of the kinds `path` and `qrcode` together, for ever. */
  lasting: 100_000,
  /** From so many on every answer warns. */
  warnFrom: 90_000,
  /** Of the kind `scene`. */
  perMinute: 5_000,
  /** Of these, what is made ahead takes at most so many, so that it holds nobody up. */
  aheadPerMinute: 4_000,
  windowMs: minute,
  /** A request waits so long for its turn; then it is told to come again. */
  maxWaitMs: 10_000,
} as const

/** What is left to say when the codes come to an end; `undefined`: nothing yet. */
export function lastingWarning(used: number): string | undefined {
  if (used < codeQuotas.warnFrom) return undefined
  return `${used} of ${codeQuotas.lasting} codes of the kinds path and qrcode are made: use the kind scene, which has no such limit.`
}
