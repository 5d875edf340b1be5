/** Filters of a list, which stand in the query of the address: a link to a list keeps them. */
import { computed, type ComputedRef } from 'vue'
import { route, setQuery } from './router.ts'

/** What a word of the query may be. `undefined`: it is not valid, and the filter is not set. */
export type Filter<Value extends string = string> = (text: string) => Value | undefined

export const anyText: Filter = (text) => text.trim() || undefined

export const oneOf =
  <Value extends string>(values: readonly Value[]): Filter<Value> =>
  (text) =>
    values.find((value) => value === text)

/** An instant, as ISO 8601. */
export const instant: Filter = (text) => {
  const ms = Date.parse(text)
  return Number.isNaN(ms) ? undefined : new Date(ms).toISOString()
}

export type Filters = Readonly<Record<string, Filter>>

export type FilterValues<Of extends Filters> = {
  [Name in keyof Of]?: Exclude<ReturnType<Of[Name]>, undefined>
}

export function valuesOf<Of extends Filters>(
  filters: Of,
  query: Readonly<Record<string, string>>,
): FilterValues<Of> {
  const values = Object.entries(filters).flatMap(([name, filter]) => {
    const value = filter(query[name] ?? '')
    return value === undefined ? [] : [[name, value]]
  })
  return Object.fromEntries(values) as FilterValues<Of>
}

export interface UsedFilters<Of extends Filters> {
  /** Only those that are set and valid, under the names of the API. */
  values: ComputedRef<FilterValues<Of>>
  isSet: ComputedRef<boolean>
  /** Sets one, or removes it with `undefined` or ''. */
  set(name: keyof Of & string, value: string | undefined): void
  clear(): void
}

/**
 * @example
 * const filters = useFilters({ state: oneOf(messageStates), openId: anyText })
 * api.messages.list({ ...filters.values.value })
 */
export function useFilters<const Of extends Filters>(filters: Of): UsedFilters<Of> {
  // The same object while no filter changes: else every other change of the address, such as the
  // details that open, would ask for the list again.
  const values = computed<FilterValues<Of>>((before) => {
    const next = valuesOf(filters, route.value.query)
    return before && JSON.stringify(before) === JSON.stringify(next) ? before : next
  })
  return {
    values,
    isSet: computed(() => Object.keys(values.value).length > 0),
    set: (name, value) => setQuery({ [name]: value }, { replace: true }),
    clear: () =>
      setQuery(Object.fromEntries(Object.keys(filters).map((name) => [name, undefined])), {
        replace: true,
      }),
  }
}
