/** The platform's storage: synchronous, 1 MB a key, 10 MB in all, '' for a missing key. */
export interface FakeStorage {
  get(key: string): unknown
  set(key: string, value: unknown): void
  remove(key: string): void
  keys(): string[]
  /** Keys read and written since the start, in order. */
  readonly reads: string[]
  readonly writes: string[]
  /** Bytes in all that fit from now on. */
  limitTo(bytes: number): void
  /** Every call throws while true. */
  broken: boolean
}

const bytesPerKey = 1024 * 1024
const bytesInAll = 10 * bytesPerKey

/** As UTF-8. */
const bytesOf = (text: string) => encodeURIComponent(text).replace(/%../g, '*').length

export function createFakeStorage(): FakeStorage {
  const values = new Map<string, string>()
  let limit = bytesInAll

  const used = (except: string) =>
    [...values].reduce((sum, [key, text]) => sum + (key === except ? 0 : bytesOf(text)), 0)

  const storage: FakeStorage = {
    reads: [],
    writes: [],
    broken: false,
    get(key) {
      if (storage.broken) throw new Error('getStorageSync:fail')
      storage.reads.push(key)
      const text = values.get(key)
      return text === undefined ? '' : JSON.parse(text)
    },
    set(key, value) {
      const text = JSON.stringify(value)
      if (storage.broken || bytesOf(text) > bytesPerKey || used(key) + bytesOf(text) > limit) {
        throw new Error('setStorageSync:fail exceed storage max size')
      }
      storage.writes.push(key)
      values.set(key, text)
    },
    remove(key) {
      if (storage.broken) throw new Error('removeStorageSync:fail')
      values.delete(key)
    },
    keys: () => [...values.keys()],
    limitTo(bytes) {
      limit = bytes
    },
  }
  return storage
}
