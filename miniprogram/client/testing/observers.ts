/** The data observers of a component. */
import { keysOf, type Data } from './set-data'

type Observers = Record<string, (this: unknown, ...values: unknown[]) => void>

const valueAt = (data: Data, keys: string[]): unknown =>
  keys.reduce<unknown>((value, key) => (value as Data | undefined | null)?.[key], data)

/** Whether the change of one path is seen by the observer of another: `a.b`, `a.**`, `**`. */
function sees(observed: string, changed: string): boolean {
  const keys = keysOf(observed)
  const deep = keys[keys.length - 1] === '**'
  const own = deep ? keys.slice(0, -1) : keys
  const other = keysOf(changed)
  const common = own.slice(0, other.length)
  return common.every((key, n) => key === other[n]) && (deep || other.length <= own.length)
}

/** Calls the observers of what `setData` has changed, with the values of what they observe. */
export function callObservers(
  self: unknown,
  observers: Observers = {},
  data: Data,
  changes: Data,
): void {
  const changed = Object.keys(changes)
  for (const [names, observer] of Object.entries(observers)) {
    const fields = names.split(',').map((name) => name.trim())
    if (!fields.some((field) => changed.some((path) => sees(field, path)))) continue
    const values = fields.map((field) =>
      valueAt(
        data,
        keysOf(field).filter((key) => key !== '**'),
      ),
    )
    observer.apply(self, values)
  }
}
