/** What a screen asks of the server: one value, or a list page by page. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { app } from './session.ts'
import { noteError } from './api.ts'

export interface Asked<Value> {
  /** Of the last reply; it stays while it is asked again. */
  data: Readonly<ShallowRef<Value | undefined>>
  error: Readonly<ShallowRef<unknown>>
  /** Nothing was replied yet. */
  loading: ComputedRef<boolean>
  busy: Readonly<ShallowRef<boolean>>
  reload(): Promise<void>
}

/**
 * Asks at once, and again when the app or what `ask` reads before its first `await` changes. A
 * reply to an older question is dropped.
 *
 * @example
 * const credits = useAsk((signal) => api().users.credits(openId.value, { signal }))
 */
export function useAsk<Value>(ask: (signal: AbortSignal) => Promise<Value>): Asked<Value> {
  const data = shallowRef<Value>()
  const error = shallowRef<unknown>()
  const busy = shallowRef(false)
  let current = new AbortController()

  async function settle(asked: Promise<Value>, { signal }: AbortController): Promise<void> {
    try {
      const value = await asked
      if (signal.aborted) return
      data.value = value
      error.value = undefined
    } catch (cause) {
      if (signal.aborted) return
      noteError(cause)
      error.value = cause
    }
    busy.value = false
  }

  function begin(): [Promise<Value>, AbortController] {
    current.abort()
    current = new AbortController()
    busy.value = true
    return [ask(current.signal), current]
  }

  watch(
    () => {
      void app.value?.appId
      return begin()
    },
    ([asked, controller], before) => {
      if (before) [data.value, error.value] = [undefined, undefined]
      void settle(asked, controller)
    },
    { immediate: true },
  )
  onScopeDispose(() => current.abort())
  return {
    data,
    error,
    busy,
    loading: computed(() => data.value === undefined && error.value === undefined),
    reload: () => settle(...begin()),
  }
}
