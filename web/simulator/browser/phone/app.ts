/** `App`, `getApp`, and the life of the mini-program as a whole. */
import type { EnterOptions } from '../device.ts'
import { isAtLeast } from './platform/call.ts'
import type { AppListeners } from './wx/system.ts'

type Instance = Record<string, unknown>

export interface AppLife {
  readonly listeners: AppListeners
  App(options?: Instance): void
  getApp(options?: { allowDefault?: boolean }): Instance | undefined
  launch(options: EnterOptions): void
  show(options: EnterOptions): void
  hide(): void
  failed(error: unknown): void
  rejected(reason: unknown): void
  themeChanged(theme: 'light' | 'dark'): void
  notFound(path: string, query: Record<string, string>, isEntryPage: boolean): void
}

export function createAppLife(library: string, problem: (text: string) => void): AppLife {
  let instance: Instance | undefined
  const listeners: AppListeners = {
    show: new Set(),
    hide: new Set(),
    error: new Set(),
    notFound: new Set(),
    rejection: new Set(),
    theme: new Set(),
  }

  function call(name: string, ...args: unknown[]): void {
    const method = instance?.[name]
    if (typeof method !== 'function') return
    try {
      method.apply(instance, args)
    } catch (error) {
      if (name !== 'onError') life.failed(error)
    }
  }

  function tell<Args extends unknown[]>(to: Set<(...args: Args) => void>, ...args: Args): void {
    for (const listener of to) {
      try {
        listener(...args)
      } catch (error) {
        if (to !== (listeners.error as unknown)) life.failed(error)
      }
    }
  }

  const life: AppLife = {
    listeners,
    App(options = {}) {
      instance = options
    },
    getApp({ allowDefault = false } = {}) {
      if (!instance && allowDefault) instance = {}
      return instance
    },
    launch: (options) => call('onLaunch', options),
    show(options) {
      call('onShow', options)
      if (isAtLeast(library, '2.1.2')) tell(listeners.show, options)
    },
    hide() {
      call('onHide')
      tell(listeners.hide)
    },
    failed(error) {
      const text = error instanceof Error ? (error.stack ?? error.message) : String(error)
      problem(error instanceof Error ? error.message : String(error))
      // eslint-disable-next-line no-console -- where a developer looks first
      console.error(error)
      call('onError', text)
      tell(listeners.error, text)
    },
    rejected(reason) {
      const message = reason instanceof Error ? reason.message : JSON.stringify(reason)
      problem(`Unhandled promise rejection: ${message}`)
      const options = { reason, promise: undefined }
      call('onUnhandledRejection', options)
      tell(listeners.rejection, options)
    },
    themeChanged(theme) {
      call('onThemeChange', { theme })
      tell(listeners.theme, { theme })
    },
    notFound(path, query, isEntryPage) {
      problem(`page "${path}" is not found`)
      const options = { path, query, isEntryPage }
      call('onPageNotFound', options)
      tell(listeners.notFound, options)
    },
  }
  return life
}
