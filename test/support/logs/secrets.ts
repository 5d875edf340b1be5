/** Everything that passed between phone, server and platform and that no log line may hold. */
import { collectSecret } from './collected.ts'
import { minSecret } from './search.ts'

/** Fields, in any request or reply, whose value is secret or personal. */
const secretFields = new Set([
  'access_token',
  'encryptedData',
  'form_id',
  'formId',
  'js_code',
  'openId',
  'openid',
  'prepayId',
  'secret',
  'session_key',
  'sessionKey',
  'token',
  'touser',
])

export interface Secrets {
  /** Remembers what stands in the secret fields of `value`, however deep. */
  note(value: unknown): void
  noteText(text: unknown): void
  /** The secrets that `lines` hold. */
  foundIn(lines: readonly string[]): string[]
}

export function createSecrets(): Secrets {
  const known = new Set<string>()
  const noteText = (text: unknown) => {
    if (typeof text !== 'string' || text.length < minSecret || known.has(text)) return
    known.add(text)
    collectSecret(text)
  }
  function note(value: unknown): void {
    // No recursion: some of what tests send is too deep for it.
    const waiting = [value]
    for (const next of waiting) {
      if (typeof next !== 'object' || next === null || next instanceof Uint8Array) continue
      for (const [name, field] of Object.entries(next)) {
        if (typeof field === 'string' && secretFields.has(name)) noteText(field)
        else waiting.push(field)
      }
    }
  }
  return {
    note,
    noteText,
    foundIn(lines) {
      const all = lines.join('\n')
      return [...known].filter((secret) => all.includes(secret))
    },
  }
}
