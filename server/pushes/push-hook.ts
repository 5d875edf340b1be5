/**
 * The application's own handler of pushes. Its failures and delays do not affect our reply to
 * WeChat.
 */
import { withTimeout, type World } from '../runtime/world.ts'
import { isMessage, type Push } from '../verify/push/push.ts'
import { textReply, transferReply } from '../verify/push/reply.ts'

/**
 * Called at most once for each push, after it was recorded. A process that ends in between loses
 * the call: WeChat does not repeat a push that was acknowledged.
 *
 * To a message it may reply with a text (`reply`), or transfer the message to the staff of the
 * platform's customer service, who see no other message (`transfer`). It has 4 seconds. A later
 * reply and an error are logged and dropped.
 *
 * @example onPush: async (push) => push.type === 'text' && push.content === '人工' ? { transfer: true
 * } : undefined
 */
export type PushHook = (
  push: Push,
  context: { appId: string },
) => Promise<void | { reply: string } | { transfer: true }>

/** The reply to send instead of `success`, not yet encrypted; `undefined`: none. Never rejects. */
export async function callHook(
  hook: PushHook,
  push: Push,
  { appId, withinMs }: { appId: string; withinMs: number },
  { clock, monotonic, log }: Pick<World, 'clock' | 'monotonic' | 'log'>,
): Promise<string | undefined> {
  const about = { appId, type: push.type }
  const wanted = await withTimeout(monotonic, withinMs, async () => {
    try {
      return await hook(push, { appId })
    } catch (err) {
      log.error({ ...about, err }, 'onPush failed; the push itself is recorded')
      return undefined
    }
  })
  if (wanted === 'timed_out') {
    log.warn({ ...about, withinMs }, 'onPush took too long: its reply is not sent')
    return undefined
  }
  if (!wanted) return undefined
  if (!isMessage(push)) {
    log.warn(about, 'onPush replied to an event: only a message takes a reply')
    return undefined
  }
  return 'reply' in wanted
    ? textReply(push, wanted.reply, clock.now())
    : transferReply(push, clock.now())
}
