/** A store of which a test knows when nothing is asked of it any more, on any engine. */
import type { Store } from '../../server/store/store.ts'

export interface SettlingStore {
  store: Store
  /** Resolves when no call is open, and so many turns of the event loop began none. */
  settled(turns?: number): Promise<void>
}

export function createSettlingStore(real: Store): SettlingStore {
  let open = 0
  const end = () => void (open -= 1)
  const store = new Proxy(real, {
    get(target, name) {
      const member: unknown = Reflect.get(target, name)
      if (typeof member !== 'function') return member
      return (...given: unknown[]) => {
        const result: unknown = Reflect.apply(member, target, given)
        if (result instanceof Promise) {
          open += 1
          result.then(end, end)
        }
        return result
      }
    },
  })
  return {
    store,
    async settled(turns = 15) {
      for (let quiet = 0; quiet < turns; quiet = open > 0 ? 0 : quiet + 1) {
        await new Promise((resolve) => setImmediate(resolve))
      }
    },
  }
}
