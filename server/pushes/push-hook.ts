/** The user's own handler of pushes, kept from harming the platform's answer. */
import type { Push } from '../verify/push/push.ts'
import { isMessage } from '../verify/push/push.ts'
import { textReply, transferReply } from '../verify/push/reply.ts'
import type { World } from '../world.ts'

/**
 * Called once for each push, after it was recorded: at most once, since a push is not repeated that was acknowledged
 * before the process ended. To a message it may answer: `reply` with a text, `transfer` to the people at the platform's
 * customer-service desk, who see no message otherwise. It has 4 seconds; what it answers later, and what it throws, is
 * logged and lost.
 *
 * @example
 * onPush: async (push) => (push.type === 'text' && push.content === '人工' ? { transfer: true } : undefined)
 */
export type PushHook = (
  push: Push,
  context: { appId: string },
) => Promise<void | { reply: string } | { transfer: true }>

/** The reply to send instead of `success`, not yet encrypted; `undefined`: none. Never rejects. */
export async function askHook(
  hook: PushHook,
  push: Push,
  { appId, withinMs }: { appId: string; withinMs: number },
  { clock, monotonic, log }: Pick<World, 'clock' | 'monotonic' | 'log'>,
): Promise<string | undefined> {
  const about = { appId, type: push.type }
  const ended = new AbortController()
  const asked = (async () => hook(push, { appId }))().catch((err: unknown) => {
    log.error({ ...about, err }, 'onPush failed; the push itself is recorded')
  })
  const late = monotonic.wait(withinMs, ended.signal).then(() => {
    if (ended.signal.aborted) return
    log.warn({ ...about, withinMs }, 'onPush took too long: its answer is not sent')
  })
  const answer = await Promise.race([asked, late])
  ended.abort()
  if (!answer) return undefined
  if (!isMessage(push)) {
    log.warn(about, 'onPush answered an event: only messages can be answered')
    return undefined
  }
  return 'reply' in answer
    ? textReply(push, answer.reply, clock.now())
    : transferReply(push, clock.now())
}
