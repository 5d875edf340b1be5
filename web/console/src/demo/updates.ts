/** Keeps the phones up to date while they are on the page. */
import { onScopeDispose } from 'vue'
import { liveState, useLive } from '../live/live.ts'
import { beginWorld, readInboxes } from './world.ts'

/** Without the stream the inboxes, which are on this machine, are read this often. */
const readEveryMs = 2_000

export function useWorld(): void {
  void beginWorld()
  const read = () => readInboxes().catch(() => undefined)
  useLive(['message.'], read)
  const timer = setInterval(() => {
    if (liveState.value !== 'on' && !document.hidden) void read()
  }, readEveryMs)
  onScopeDispose(() => clearInterval(timer))
}
