/** Live updates: one stream for the page, paused while nobody sees it. */
import { onScopeDispose, readonly, ref, watch } from 'vue'
import { apiBase } from '../api/request.ts'
import { app } from '../api/session.ts'
import { followStream, type StreamEvent, type StreamState } from './event-stream.ts'

/** Of the server's feed, such as `message.settled`; `reset`: ask everything again. */
export interface Change {
  type: string
  /** Ids of what changed. */
  data: Readonly<Record<string, unknown>>
}

interface Listener {
  prefixes: readonly string[]
  changed(change: Change): void
}

const listeners = new Set<Listener>()
/** Absent: the first stream is being opened. */
const state = ref<StreamState>()

export const liveState = readonly(state)

const matches = (prefixes: readonly string[], type: string) =>
  type === 'reset' || prefixes.some((prefix) => type.startsWith(prefix))

function tell(change: Change): void {
  for (const { prefixes, changed } of listeners) {
    if (matches(prefixes, change.type)) changed(change)
  }
}

function receive({ type, data }: StreamEvent): void {
  try {
    tell({ type, data: data ? (JSON.parse(data) as Change['data']) : {} })
  } catch {
    // A line that is no JSON: the next event, or the next load, shows what it was about.
  }
}

/** Called once, at the start: follows the app's stream while the page is visible. */
export function startLive(): void {
  let stop: (() => void) | undefined
  let wasHidden = false

  function update(appId: string | undefined): void {
    stop?.()
    stop = undefined
    if (appId === undefined || document.hidden) {
      wasHidden ||= document.hidden
      return
    }
    // What happened while the page was hidden was not followed.
    if (wasHidden) tell({ type: 'reset', data: {} })
    wasHidden = false
    const url = new URL('v1/stream', apiBase())
    url.searchParams.set('appId', appId)
    stop = followStream({
      url,
      onEvent: receive,
      onState(next) {
        state.value = next
      },
    })
  }

  watch(() => app.value?.appId, update, { immediate: true })
  document.addEventListener('visibilitychange', () => update(app.value?.appId))
}

/** Many changes within this time are one. */
const gatherMs = 250

/**
 * Calls `refresh` when something of these types changed, at most four times a second, and never
 * while the last one is under way.
 *
 * @param prefixes of types, such as `message.`
 * @example useLive(['message.'], () => messages.refresh())
 */
export function useLive(
  prefixes: readonly string[],
  refresh: (changes: readonly Change[]) => unknown,
): void {
  let gathered: Change[] = []
  let timer: ReturnType<typeof setTimeout> | undefined
  let running = false

  async function run(): Promise<void> {
    timer = undefined
    if (running) return
    running = true
    const changes = gathered
    gathered = []
    try {
      await refresh(changes)
    } finally {
      running = false
      if (gathered.length > 0) timer ??= setTimeout(run, gatherMs)
    }
  }

  const listener: Listener = {
    prefixes,
    changed(change) {
      gathered.push(change)
      timer ??= setTimeout(run, gatherMs)
    },
  }
  listeners.add(listener)
  onScopeDispose(() => {
    listeners.delete(listener)
    clearTimeout(timer)
  })
}
