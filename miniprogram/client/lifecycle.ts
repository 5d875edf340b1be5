/** Functions of the page's or the app's that something of ours runs before; they keep `this`, arguments and result. */
import { isWrapped, marked } from './wrap'
import type { Quietly } from './quietly'

type Handler = (this: unknown, ...args: unknown[]) => unknown
type Ours = (argument: never, self: never) => void

/** Ours first, so that one that throws, or leaves the page, costs nothing. */
export const follow = (original: unknown, ours: Ours): Handler =>
  function (...args) {
    ours(args[0] as never, this as never)
    return typeof original === 'function' ? original.apply(this, args) : undefined
  }

/** Ours before the original, once, however often the same function is wrapped. */
export type Before = (original: unknown, ours: Ours) => Handler

export const createBefore =
  (quietly: Quietly): Before =>
  (original, ours) =>
    isWrapped(original)
      ? (original as Handler)
      : marked(follow(original, (argument, self) => quietly(() => ours(argument, self))))
