/** Replies that come after their caller was told that nobody knows: they are listened for a while longer. */

export interface LateReplies {
  /**
   * Takes a place for one call. `giveUp` is called once its time is over, or when all end. Returns what frees the
   * place; `undefined`: all are taken, and the call is to be given up at once.
   */
  listen(giveUp: () => void): (() => void) | undefined
  /** Gives all of them up, and every later one at once. */
  close(): void
}

export interface LateRepliesOptions {
  /** How long one is listened for. */
  waitMs: number
  /** At once. Each holds a connection, and while the platform hangs every send brings one more. */
  most: number
}

export function createLateReplies({ waitMs, most }: LateRepliesOptions): LateReplies {
  const listening = new Set<() => void>()
  let closed = false
  return {
    listen(giveUp) {
      if (closed || listening.size >= most || waitMs <= 0) return undefined
      const timer = setTimeout(giveUp, waitMs)
      listening.add(giveUp)
      return () => {
        clearTimeout(timer)
        listening.delete(giveUp)
      }
    },
    close() {
      closed = true
      for (const giveUp of listening) giveUp()
    },
  }
}
