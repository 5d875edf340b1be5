/** The pages that the mini-program's code has registered, by their routes. */
import type { Registered } from './page-instance'

export interface Registry {
  Page(options?: object): void
  Component(options?: object): void
  load<Loaded>(route: string, run: () => Loaded): Loaded
  /** `undefined` where no page is loaded for the route. */
  find(route: string): Registered | undefined
  /** As `find`, but throws. */
  pageAt(route: string): Registered
}

const withoutSlash = (route: string) => route.replace(/^\//, '')

export function createRegistry(): Registry {
  const pages = new Map<string, Registered>()
  let loading: string | undefined

  function end(route: string): void {
    loading = undefined
    if (pages.has(route)) return
    throw new Error(
      `${route} has called neither Page nor Component. A module runs once: clear the module ` +
        'cache before each life, with Jest by jest.resetModules().',
    )
  }

  return {
    Page(options = {}) {
      if (loading === undefined) {
        throw new Error(
          'Page() does not know its route: load the module by ' +
            "life.load('pages/…', () => require('…')).",
        )
      }
      pages.set(loading, { options, isComponent: false })
    },
    // Without a route it is a component that no page is made of.
    Component(options = {}) {
      if (loading !== undefined) pages.set(loading, { options, isComponent: true })
    },
    load<Loaded>(given: string, run: () => Loaded): Loaded {
      const route = withoutSlash(given)
      if (loading !== undefined) {
        throw new Error(`${loading} is still loading: await life.load before you load ${route}.`)
      }
      loading = route
      let loaded: unknown
      try {
        loaded = run()
      } catch (error) {
        loading = undefined
        throw error
      }
      const { then } = (loaded || {}) as Partial<PromiseLike<Loaded>>
      if (typeof then !== 'function') {
        end(route)
        return loaded as Loaded
      }
      return Promise.resolve(loaded).then(
        (value) => {
          end(route)
          return value
        },
        (error) => {
          loading = undefined
          throw error
        },
      ) as Loaded
    },
    find: (route) => pages.get(withoutSlash(route)),
    pageAt(given) {
      const route = withoutSlash(given)
      const page = pages.get(route)
      if (page) return page
      const call = `life.load('${route}', () => require('…'))`
      throw new Error(`No page is loaded for ${route}: call ${call} before life.open.`)
    },
  }
}
