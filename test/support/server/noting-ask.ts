import type { Secrets } from '../logs/secrets.ts'
import type { Ask } from './http-client.ts'

/** An `ask` whose bodies, answers and token are remembered. */
export function noting(ask: Ask, secrets: Secrets): Ask {
  return async (at, asked) => {
    if (asked?.token) secrets.noteText(asked.token)
    secrets.note(asked?.body)
    // Elsewhere a `code` is a word of ours.
    if (at.startsWith('POST /v1/session')) {
      secrets.noteText((asked?.body as { code?: unknown } | null | undefined)?.code)
    }
    const answer = await ask(at, asked)
    secrets.note(answer.body)
    return answer as never
  }
}
