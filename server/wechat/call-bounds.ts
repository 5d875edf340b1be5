/** Bounds the calls of one app that are under way at once: a platform that hangs holds so many. */
import { callBounds, type CallClass, type CallLimits } from '../rules/wechat-calls.ts'
import type { MonotonicClock } from '../runtime/world.ts'
import { WechatCallError } from './call-errors.ts'
import type { WechatHttp, WechatReply, WechatRequest } from './http.ts'

/**
 * The same calls, of one app. A call of a class that has as many under way waits for its turn, at
 * most 3 seconds. If it does not get one, or if too many wait already, it is `not_sent` with the
 * code `TOO_MANY_CALLS`. Classes do not wait for one another: sign-ins that hang delay no message.
 *
 * @param limits calls of each class at once; default: `callBounds`
 */
export function boundCalls(
  http: WechatHttp,
  limits: CallLimits,
  monotonic: MonotonicClock,
): WechatHttp {
  const atOnce = { ...callBounds.atOnce, ...limits }
  const slots = new Map<CallClass, Slots>()

  function slotsOf(path: string): Slots {
    const one = classOf(path)
    const known = slots.get(one)
    if (known) return known
    const made = createSlots(atOnce[one], monotonic)
    slots.set(one, made)
    return made
  }

  async function bounded<Body>(
    { method, path }: WechatRequest,
    call: () => Promise<WechatReply<Body>>,
  ): Promise<WechatReply<Body>> {
    const turn = slotsOf(path)
    if (!turn.take() && !(await turn.wait())) {
      const cause = new WechatCallError(`${method} ${path}`, 'TOO_MANY_CALLS', false)
      return { result: 'not_sent', cause }
    }
    try {
      return await call()
    } finally {
      turn.release()
    }
  }

  return {
    call: (request, decode) => bounded(request, () => http.call(request, decode)),
    download: (request, decode) => bounded(request, () => http.download(request, decode)),
    close: () => http.close(),
  }
}

const classes: readonly (readonly [CallClass, RegExp])[] = [
  ['signIn', /^\/sns\//],
  ['token', /^\/cgi-bin\/(stable_)?token$/],
  ['send', /^\/cgi-bin\/message\/.*\/send$/],
  ['codes', /^\/wxa\/getwxacode|^\/cgi-bin\/wxaapp\//],
  ['templates', /^\/cgi-bin\/wxopen\/template\/|^\/wxaapi\/newtmpl\//],
  ['media', /^\/cgi-bin\/media\//],
]

export const classOf = (path: string): CallClass =>
  classes.find(([, pattern]) => pattern.test(path))?.[0] ?? 'other'

interface Slots {
  /** Whether a slot was free; it is taken then. */
  take(): boolean
  /** Waits for a slot in the order of arrival. False: there was none in time, or too many wait. */
  wait(): Promise<boolean>
  /** Gives the slot to the one that waits longest. */
  release(): void
}

function createSlots(atOnce: number, monotonic: MonotonicClock): Slots {
  let taken = 0
  const waiting = new Set<() => void>()
  return {
    take() {
      if (taken === atOnce) return false
      taken += 1
      return true
    },
    async wait() {
      if (waiting.size >= atOnce * callBounds.waitingPerCall) return false
      let hasSlot = false
      const over = new AbortController()
      const admit = () => {
        hasSlot = true
        waiting.delete(admit)
        over.abort()
      }
      waiting.add(admit)
      await monotonic.wait(callBounds.maxWaitMs, over.signal)
      waiting.delete(admit)
      return hasSlot
    },
    release() {
      const [next] = waiting
      if (next) next()
      else taken -= 1
    },
  }
}
