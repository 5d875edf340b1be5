/**
 * The demo's own `app.ts` and pages, run and rendered. miniprogram-simulate has components only, so
 * `Page` is defined here on top of `Component`.
 */
import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { jest } from '@jest/globals'
import * as simulate from 'miniprogram-simulate'
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
  open(route: string, query: object): { instance: PageInstance; rendered: Rendered }
}

/** Of jsdom. The phone's types include none of a browser's. */
declare const document: { body: never }

const root = resolve(__dirname, '../../../miniprogram')
const routes = JSON.parse(readFileSync(join(root, 'app.json'), 'utf8')).pages as string[]

/**
 * Runs the code of the mini-program once, as a launch does.
 *
 * @param globals - what the code finds: `wx`, `App` and the timers. miniprogram-simulate has its
 * own `wx`, whose requests always succeed and whose storage keeps nothing
 * @param stack - the page stack, the page on top last
 */
export function loadMiniProgram(globals: object, stack: PageInstance[]): MiniProgram {
  Object.assign(globalThis, globals, { Page: registerPage, getCurrentPages: () => stack })
  const components: Record<string, string> = {}
  // New modules for each launch: nothing in memory may outlive a kill, and a page from the cache
  // would register and render nothing.
  jest.isolateModules(() => {
    require(join(root, 'app'))
    for (const route of routes) {
      // The official compiler is a binary that does not run on every machine.
      components[route] = simulate.load(join(root, route), { compiler: 'simulate', rootPath: root })
    }
  })

  return {
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
