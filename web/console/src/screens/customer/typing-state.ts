/** Tells the user's phone that customer service is typing, as seldom as keeps it true. */

/** WeChat shows it for 15 seconds, and refuses to be told again while it shows. */
const shownMs = 15_000
/** WeChat refuses it later after the user's last message. */
const heardMs = 30_000

export interface TypingState {
  /** A key was pressed, and this is the text now. The user wrote last at that time, if ever. */
  typed(text: string, writtenAtMs: number | undefined): void
  /** The text was sent or left. */
  stop(): void
}

/**
 * @param tell is called with what changed. What it throws is dropped: the state is a courtesy, and
 *   the message itself will show what is wrong.
 */
export function typingState(
  tell: (typing: boolean) => Promise<unknown>,
  now: () => number,
): TypingState {
  let toldAt = -Infinity
  let isTyping = false

  const say = (typing: boolean) => {
    isTyping = typing
    toldAt = typing ? now() : -Infinity
    void tell(typing).catch(() => undefined)
  }
  const stop = () => {
    if (isTyping && now() - toldAt < shownMs) say(false)
    isTyping = false
  }
  return {
    typed(text, writtenAtMs = -Infinity) {
      if (text.trim() === '') stop()
      else if (now() - toldAt >= shownMs && now() - writtenAtMs < heardMs) say(true)
    },
    stop,
  }
}
