/** What app/first.ts asked for before the scripts of the page were there. */

export interface FirstAsked {
  session?: Promise<Response>
  /** By address. */
  replies: Map<string, Promise<Response>>
}

declare global {
  var firstAsked: FirstAsked | undefined
}

/** Each is taken once: whoever asks again wants what is new. */
export function firstSession(): Promise<Response> | undefined {
  const session = globalThis.firstAsked?.session
  delete globalThis.firstAsked?.session
  return session
}

export function firstReply(url: string): Promise<Response> | undefined {
  const reply = globalThis.firstAsked?.replies.get(url)
  globalThis.firstAsked?.replies.delete(url)
  return reply
}

/** What nobody took by now would be old when somebody did. */
export const forgetFirst = (): void => void (globalThis.firstAsked = undefined)
