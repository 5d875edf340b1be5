/** Broadcasts that move, followed while somebody looks. */
import { onScopeDispose } from 'vue'
import type { Broadcast } from 'wx-reach-server/client'
import { useLive } from '../../live/live.ts'

const everyMs = 2_000

/** Of a paused one, messages that were under way may still be settled. */
const moves = ({ state }: Pick<Broadcast, 'state'>) =>
  state === 'running' || state === 'scheduled' || state === 'paused'

/**
 * Calls `refresh` when messages are settled, and now and then: the stream does not name broadcasts,
 * and the last outcome of one is written after its message. Where none moves it is not called.
 */
export function useFollowed(
  broadcasts: () => readonly Pick<Broadcast, 'state'>[],
  refresh: () => unknown,
): void {
  useLive(['message.'], (changes) => {
    const isReset = changes.some(({ type }) => type === 'reset')
    return isReset || broadcasts().some(moves) ? refresh() : undefined
  })
  const timer = setInterval(() => {
    if (!document.hidden && broadcasts().some(moves)) void refresh()
  }, everyMs)
  onScopeDispose(() => clearInterval(timer))
}
