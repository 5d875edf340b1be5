/** Storage: it outlives the mini-program, and has the platform's limits. */
import type { Device } from '../../device.ts'
import { PlatformError, type Calls, type Functions } from '../platform/call.ts'

/** Of one key, and of all together. */
const mostCharactersOfKey = 1_024 * 1_024
const mostCharacters = 10 * 1_024 * 1_024

export function storageFunctions({ callback, direct }: Calls, { storage }: Device): Functions {
  const read = (key: string): unknown => {
    const text = storage.get(key)
    if (text === undefined) return ''
    const { type, value } = JSON.parse(text) as { type: string; value: unknown }
    if (type === 'date') return new Date(value as number)
    return type === 'undefined' ? undefined : value
  }

  const write = (key: string, value: unknown): void => {
    const type = value instanceof Date ? 'date' : typeof value
    if (type === 'function' || type === 'symbol' || type === 'bigint') {
      throw new PlatformError(`the data to be stored is a ${type}`)
    }
    const text = JSON.stringify({ type, value: value instanceof Date ? value.getTime() : value })
    if (text.length > mostCharactersOfKey) {
      throw new PlatformError('exceed storage item max length')
    }
    const others = storage.keys().filter((name) => name !== key)
    const size = others.reduce((sum, name) => sum + (storage.get(name)?.length ?? 0), text.length)
    if (size > mostCharacters) throw new PlatformError('exceed storage max size 10Mb')
    storage.set(key, text)
  }

  const info = () => ({
    keys: storage.keys(),
    currentSize: Math.ceil(
      storage.keys().reduce((sum, key) => sum + (storage.get(key)?.length ?? 0), 0) / 1_024,
    ),
    limitSize: mostCharacters / 1_024,
  })

  /** The synchronous functions throw what the others give to `fail`. */
  const throwing = <Args extends unknown[], Result>(
    name: string,
    act: (...args: Args) => Result,
  ): ((...args: Args) => Result) => {
    return (...args) => {
      try {
        return act(...args)
      } catch (error) {
        throw new Error(`${name}:fail ${(error as Error).message}`, { cause: error })
      }
    }
  }
  const clear = () => storage.keys().forEach((key) => storage.remove(key))

  return Object.fromEntries([
    callback('setStorage', '1.0.0', ({ key, data }) => write(key as string, data)),
    callback('getStorage', '1.0.0', ({ key }) => {
      if (storage.get(key as string) === undefined) throw new PlatformError('data not found')
      return { data: read(key as string) }
    }),
    callback('removeStorage', '1.0.0', ({ key }) => storage.remove(key as string)),
    callback('clearStorage', '1.0.0', clear),
    callback('getStorageInfo', '1.0.0', info),
    direct('setStorageSync', '1.0.0', throwing('setStorageSync', write)),
    direct('getStorageSync', '1.0.0', throwing('getStorageSync', read)),
    direct('removeStorageSync', '1.0.0', (key: string) => storage.remove(key)),
    direct('clearStorageSync', '1.0.0', clear),
    direct('getStorageInfoSync', '1.0.0', info),
  ])
}
