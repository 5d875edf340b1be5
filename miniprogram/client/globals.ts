/** The platform's constructors as the mini-program finds them: free names, which not every host lets us write. */
export type GlobalName = 'App' | 'Page' | 'Component'

/** Registers what it is given; what it returns is the platform's. */
export type Register = (this: unknown, options?: object, ...more: unknown[]) => unknown

export interface Globals {
  get(name: GlobalName): Register | undefined
  /** May throw, and may do nothing: read again to know. */
  set(name: GlobalName, value: Register): void
  /** Whether `App` has been called. */
  hasApp(): boolean
}

// Their own names, for they are no properties of any object that every base library has.
export const createGlobals = (): Globals => ({
  get(name) {
    if (name === 'App') return (typeof App === 'function' ? App : undefined) as Register | undefined
    if (name === 'Page') {
      return (typeof Page === 'function' ? Page : undefined) as Register | undefined
    }
    return (typeof Component === 'function' ? Component : undefined) as Register | undefined
  },
  set(name, value) {
    if (name === 'App') App = value as never
    else if (name === 'Page') Page = value as never
    else Component = value as never
  },
  hasApp: () => typeof getApp === 'function' && !!getApp(),
})
