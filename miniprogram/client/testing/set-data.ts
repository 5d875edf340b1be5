/** `data` and `setData` of a page. */

// eslint-disable-next-line @typescript-eslint/no-explicit-any -- tests know its shape
export type Data = Record<string, any>

/**
 * A copy of arrays and plain objects; all else, functions among it, stays the same. The platform
 * copies the options for each instance of a page.
 */
export function copyData<Value>(value: Value, copied = new Map<unknown, unknown>()): Value {
  const isArray = Array.isArray(value)
  if (!isArray && !isPlain(value)) return value
  const known = copied.get(value)
  if (known) return known as Value
  const copy = (isArray ? [] : {}) as Data
  copied.set(value, copy)
  for (const [name, field] of Object.entries(value as Data)) copy[name] = copyData(field, copied)
  return copy as Value
}

/** Also of another realm, as under Jest. An instance of a class is not. */
function isPlain(value: unknown): boolean {
  if (Object.prototype.toString.call(value) !== '[object Object]') return false
  const prototype: unknown = Object.getPrototypeOf(value)
  return !prototype || !Object.getPrototypeOf(prototype)
}

/**
 * Sets values by name or by path: `{ 'list[0].done': true }`. The callback comes at once.
 *
 * @param changed - called after each change, before the callback
 */
export const createSetData =
  (data: Data, changed: (changes: Data) => void) =>
  (given?: Data, callback?: () => void): void => {
    const changes = given || {}
    for (const [path, value] of Object.entries(changes)) setAt(data, path, value)
    changed(changes)
    if (callback) callback()
  }

/** `list[0].done` as `list`, `0`, `done`. */
export const keysOf = (path: string): string[] => path.match(/[^.[\]]+/g) || [path]

function setAt(data: Data, path: string, value: unknown): void {
  const keys = keysOf(path)
  const last = keys.pop()!
  let at = data
  keys.forEach((key, n) => {
    const next = keys[n + 1] || last
    // As on the platform, what is missing on the way is made.
    if (typeof at[key] !== 'object' || !at[key]) {
      at[key] = path.includes(`[${next}]`) ? [] : {}
    }
    at = at[key] as Data
  })
  at[last] = value
}
