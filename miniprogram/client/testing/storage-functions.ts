/** The functions of `wx` for its storage that the library does not use, and an app's code does. */
import type { FakeStorage } from './storage'

interface Options {
  key?: string
  data?: unknown
}

type StorageFunction = (storage: FakeStorage, options: Options) => object

const functions: Record<string, StorageFunction> = {
  setStorage(storage, { key = '', data }) {
    storage.set(key, data)
    return {}
  },
  getStorage(storage, { key = '' }) {
    const found = storage.keys().includes(key)
    return found ? { data: storage.get(key) } : { errMsg: 'getStorage:fail data not found' }
  },
  removeStorage(storage, { key = '' }) {
    storage.remove(key)
    return {}
  },
  clearStorage(storage) {
    for (const key of storage.keys()) storage.remove(key)
    return {}
  },
  getStorageInfo: (storage) => ({ keys: storage.keys() }),
}

/** What a call gives, or an error object. */
export const storageFunctions: typeof functions = {}
for (const [name, run] of Object.entries(functions)) {
  storageFunctions[name] = (storage, options) => {
    try {
      return run(storage, options)
    } catch (error) {
      return { errMsg: `${error}`.replace(/^.*:fail/, `${name}:fail`) }
    }
  }
}
