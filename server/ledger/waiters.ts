import type { MessageId, MessageRow } from '../store/store.ts'

/** Whoever waits for a message that is tried again later, by the message. */
export interface Waiters {
  /** Resolves with the message that `tell` is given. Not once `signal` aborts: then nobody is kept. */
  wait(id: MessageId, signal: AbortSignal): Promise<MessageRow>
  tell(message: MessageRow): void
}

export function createWaiters(): Waiters {
  const waiting = new Map<MessageId, Set<(message: MessageRow) => void>>()
  return {
    wait: (id, signal) =>
      new Promise((resolve) => {
        if (signal.aborted) return
        const those = waiting.get(id) ?? new Set()
        waiting.set(id, those.add(resolve))
        const forget = () => {
          those.delete(resolve)
          if (those.size === 0 && waiting.get(id) === those) waiting.delete(id)
        }
        signal.addEventListener('abort', forget, { once: true })
      }),
    tell(message) {
      for (const resolve of waiting.get(message.id) ?? []) resolve(message)
      waiting.delete(message.id)
    },
  }
}
