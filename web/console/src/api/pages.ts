/** A list that the server gives page by page, by cursor. */
import { computed, onScopeDispose, shallowRef, watch, type ComputedRef, type ShallowRef } from 'vue'
import { app } from './session.ts'
import { noteError } from './api.ts'

export interface Page<Row> {
  rows: readonly Row[]
  cursor?: string | undefined
}

export interface PageOptions {
  limit: number
  cursor?: string | undefined
  signal: AbortSignal
}

export interface Pages<Row> {
  rows: Readonly<ShallowRef<readonly Row[]>>
  error: Readonly<ShallowRef<unknown>>
  /** Nothing was replied yet. */
  loading: ComputedRef<boolean>
  busy: Readonly<ShallowRef<boolean>>
  /** Whether there are further pages. */
  more: ComputedRef<boolean>
  /** Keys of the rows that the last `refresh` brought: tables mark them for a second. */
  fresh: Readonly<ShallowRef<ReadonlySet<string>>>
  loadMore(): Promise<void>
  /** Begins again with the first page. */
  reload(): Promise<void>
  /** Asks for the first page and keeps what is loaded further below: for live updates. */
  refresh(): Promise<void>
}

const pageSize = 100
/** Pages may be empty although there are more. */
const mostEmptyPages = 20

/**
 * Asks for the first page at once, and again when the app or what `ask` reads before its first
 * `await` changes.
 *
 * @param keyOf tells the same row in two replies
 */
export function usePages<Row>(
  ask: (options: PageOptions) => Promise<Page<Row>>,
  keyOf: (row: Row) => string,
): Pages<Row> {
  const rows = shallowRef<readonly Row[]>([])
  const error = shallowRef<unknown>()
  const busy = shallowRef(false)
  const asked = shallowRef(false)
  const cursor = shallowRef<string>()
  const fresh = shallowRef<ReadonlySet<string>>(new Set())
  let current = new AbortController()

  const next = (from?: string): Promise<Page<Row>> =>
    ask({ limit: pageSize, cursor: from, signal: current.signal })

  /** Pages on from `first` until there is a row, or no more. */
  async function filled(first: Promise<Page<Row>>): Promise<Page<Row>> {
    let page = await first
    for (let n = 0; page.rows.length === 0 && page.cursor && n < mostEmptyPages; n += 1) {
      page = await next(page.cursor)
    }
    return page
  }

  async function settle(first: Promise<Page<Row>>, take: (page: Page<Row>) => void) {
    const { signal } = current
    busy.value = true
    try {
      const page = await filled(first)
      if (signal.aborted) return
      take(page)
      error.value = undefined
    } catch (cause) {
      if (signal.aborted) return
      noteError(cause)
      error.value = cause
    }
    asked.value = true
    busy.value = false
  }

  const replace = (page: Page<Row>) => {
    rows.value = page.rows
    cursor.value = page.cursor
    fresh.value = new Set()
  }

  function begin(): Promise<Page<Row>> {
    current.abort()
    current = new AbortController()
    return next()
  }

  watch(
    () => {
      void app.value?.appId
      return [begin()] as const
    },
    ([first]) => {
      asked.value = false
      rows.value = []
      void settle(first, replace)
    },
    { immediate: true },
  )
  onScopeDispose(() => current.abort())

  return {
    rows,
    error,
    busy,
    fresh,
    loading: computed(() => !asked.value),
    more: computed(() => cursor.value !== undefined),
    async loadMore() {
      if (busy.value || cursor.value === undefined) return
      await settle(next(cursor.value), (page) => {
        rows.value = [...rows.value, ...page.rows]
        cursor.value = page.cursor
      })
    },
    reload: () => settle(begin(), replace),
    async refresh() {
      if (busy.value) return
      await settle(next(), (page) => {
        const merged = mergeFirstPage(rows.value, page, keyOf)
        if (merged === undefined) replace(page)
        else [rows.value, fresh.value] = [merged.rows, merged.fresh]
      })
    },
  }
}

/**
 * The rows that are loaded, with a new first page in their place at the top. `undefined`: the page
 * does not reach them, so that rows between would be missing.
 */
export function mergeFirstPage<Row>(
  loaded: readonly Row[],
  page: Page<Row>,
  keyOf: (row: Row) => string,
): { rows: readonly Row[]; fresh: ReadonlySet<string> } | undefined {
  const known = new Set(loaded.map(keyOf))
  const keys = page.rows.map(keyOf)
  const fresh = new Set(keys.filter((key) => !known.has(key)))
  if (page.cursor === undefined) return { rows: page.rows, fresh }
  const last = keys.at(-1)
  const at = last === undefined ? -1 : loaded.findIndex((row) => keyOf(row) === last)
  if (at === -1) return undefined
  return { rows: [...page.rows, ...loaded.slice(at + 1)], fresh }
}
