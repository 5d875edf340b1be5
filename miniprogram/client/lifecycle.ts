/** Runs something of ours before a lifecycle function, which keeps its `this`, arguments and result. */
import { isWrapped, marked } from './wrap'
import type { Quietly } from './quietly'

export function before(
  original: unknown,
  quietly: Quietly,
  ours: (argument: never) => void,
): (this: unknown, ...args: unknown[]) => unknown {
  if (isWrapped(original)) return original as () => unknown
  return marked(function (this: unknown, ...args: unknown[]) {
    quietly(() => ours(args[0] as never))
    return typeof original === 'function' ? original.apply(this, args) : undefined
  })
}
