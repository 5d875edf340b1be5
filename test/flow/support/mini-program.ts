/**
 * The demo's own `app.ts` and pages, run and rendered. miniprogram-simulate knows components only, so `App`, `Page` and
 * `getCurrentPages` stand here, as little of them as the pages use.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { jest } from '@jest/globals'
import * as simulate from 'miniprogram-simulate'
import type { EnterOptions } from '../../../miniprogram/client/platform'
import type { CardContent } from '../../../miniprogram/client/testing'

type Rendered = ReturnType<typeof simulate.render>
type Options = Record<string, unknown>

/** A page of the stack, as the mini-program sees it. */
export interface PageInstance {
  route: string
  options: object
  onShareAppMessage?(event: object): CardContent & ShareCallbacks
  [name: string]: unknown
}

export interface ShareCallbacks {
  success?(result: object): void
  fail?(error: object): void
}

export interface MiniProgram {
  /** The page stack, the page on top last. */
  stack: PageInstance[]
  callApp(name: 'onLaunch' | 'onShow' | 'onHide', options?: EnterOptions): void
  open(route: string, query: object): { instance: PageInstance; rendered: Rendered }
}

/** jsdom's. The types of a browser stay out of the phone's, which has none of it. */
declare const document: { body: never }

const root = resolve(__dirname, '../../../miniprogram')
const routes = JSON.parse(readFileSync(join(root, 'app.json'), 'utf8')).pages as string[]

/**
 * Runs the code of the mini-program once, as a launch does.
 *
 * @param globals what the code finds in place, `wx` above all; miniprogram-simulate has put its own `wx` there, whose
 * requests always succeed and whose storage keeps nothing
 */
export function loadMiniProgram(globals: object): MiniProgram {
  const stack: PageInstance[] = []
  let app: Options = {}
  Object.assign(globalThis, globals, {
    App: (options: Options) => void (app = options),
    Page: registerPage,
    getCurrentPages: () => stack,
  })
  const components: Record<string, string> = {}
  // Modules of their own for each launch: nothing in memory may outlive a kill, and a page that was loaded before would
  // come out of the cache, register nothing and render nothing.
  jest.isolateModules(() => {
    require(join(root, 'app'))
    for (const route of routes) {
      // The official compiler is a binary that not every machine runs.
      components[route] = simulate.load(join(root, route), { compiler: 'simulate', rootPath: root })
    }
  })

  return {
    stack,
    callApp(name, options) {
      const handler = app[name]
      if (typeof handler === 'function') handler.call(app, options)
    },
    open(route, query) {
      const rendered = simulate.render(components[route]!)
      rendered.attach(document.body)
      const instance = rendered.instance as unknown as PageInstance
      Object.assign(instance, { route, options: query })
      stack.push(instance)
      for (const name of ['onLoad', 'onShow']) {
        const handler = instance[name]
        if (typeof handler === 'function') handler.call(instance, query)
      }
      return { instance, rendered }
    },
  }
}

function registerPage({ data, ...rest }: Options): void {
  const entries = Object.entries(rest)
  const isMethod = ([, value]: [string, unknown]) => typeof value === 'function'
  const fields = Object.fromEntries(entries.filter((entry) => !isMethod(entry)))
  Component({
    data: data as object,
    methods: Object.fromEntries(entries.filter(isMethod)) as Record<string, () => void>,
    created() {
      Object.assign(this, fields)
    },
  })
}
