/** The project's pages, components and behaviors on WeChat's component framework. */
import type * as glassEasel from 'glass-easel'
import {
  MiniProgramEnv,
  type AssociatedBackend,
  type Behavior,
  type CodeSpace,
  type Definition,
} from 'glass-easel-miniprogram-adapter'
import { createBackend } from '../document/backend.ts'
import { queryMethods, type Caller } from '../document/queries.ts'
import type { Modules } from './modules.ts'
import type { ProjectConfig, Templates } from '../platform/project.ts'

export interface Runtime {
  space: CodeSpace
  backend: AssociatedBackend
  /** Defines the component of a path and all that it uses, each once. */
  load(path: string): void
  /** Tells what was attached since the last time that it is ready. */
  ready(): void
  /** `Page`, `Component` and `Behavior` for the project's modules. */
  globals: Record<'Page' | 'Component' | 'Behavior', (definition?: Definition) => unknown>
}

export function createRuntime(
  config: ProjectConfig,
  templates: Templates,
  modules: Modules,
  problem: (error: unknown) => void,
): Runtime {
  defineWxsConstructor()
  const env = new MiniProgramEnv()
  const backend = env.associateBackend(createBackend())
  const space = env.createCodeSpace('main', true)
  // Style sheets may name an id.
  space.getComponentSpace().updateComponentOptions({ writeIdToDOM: true })
  /** Attached, and not told yet that they are ready. */
  let waiting: glassEasel.GeneralComponent[] = []
  /** While a page is made, its components wait for its `onShow`. */
  let pageReady = false

  function ready() {
    pageReady = true
    for (const component of waiting.splice(0)) component.triggerLifetime('ready', [])
  }

  space.setOverallBehavior(
    space.getComponentSpace().defineBehavior({
      lifetimes: {
        created(this: unknown) {
          const caller = this as Caller
          const { _$: component } = caller
          Object.assign(caller, queryMethods(caller))
          // A component with `virtualHost` has none.
          const element = component.getBackendElement() as unknown as HTMLElement | null
          element?.setAttribute('is', component.is)
          const scope = config.scopes[component.is]
          if (scope !== undefined) element?.setAttribute('data-scope', scope)
        },
        attached(this: unknown) {
          const { _$: component } = this as Caller
          waiting.push(component)
          if (pageReady) queueMicrotask(ready)
        },
      },
    } as never) as unknown as glassEasel.GeneralBehavior,
  )
  for (const [path, component] of Object.entries(config.components)) {
    space.addComponentStaticConfig(path, {
      ...component,
      component: component['component'] === true && !config.app.pages.includes(path),
    })
    space.addStyleSheet(path, undefined, config.scopes[path])
    const content = templates[path]
    if (content) space.addCompiledTemplate(path, { content, groupList: templates })
  }
  const builtIn = builtInBehaviors(space)

  /** Where `Page` and `Component` are called from. */
  let current: string | undefined
  const defined = new Set<string>()

  function withBehaviors(definition: Definition): Definition {
    const { behaviors } = definition
    if (!behaviors) return definition
    const known = (behaviors as (Behavior | string)[]).flatMap((one) => {
      if (typeof one !== 'string') return [one]
      const found = builtIn[one]
      if (!found) problem(new Error(`${current}: behavior ${one} 模拟器没有 / is not played`))
      return found ? [found] : []
    })
    return { ...definition, behaviors: known }
  }

  function define(kind: 'page' | 'component', definition: Definition): unknown {
    if (current === undefined) throw new Error(`${kind}: called outside of its own module`)
    const path = current
    if (defined.has(path)) throw new Error(`${path}: defined twice`)
    defined.add(path)
    const builder = space.component(path)
    const whole = withBehaviors(definition)
    return kind === 'page'
      ? builder.pageDefinition(whole).register()
      : builder.definition(whole).register()
  }

  const started = new Set<string>()
  function load(path: string): void {
    if (started.has(path)) return
    started.add(path)
    for (const used of Object.values(config.components[path]?.usingComponents ?? {})) {
      load(used.slice(1))
    }
    pageReady = false
    const script = config.scripts[path]
    const outer = current
    current = path
    try {
      if (script !== undefined) modules.run(script)
    } catch (error) {
      problem(error)
    } finally {
      // A file that defines nothing is a component without anything.
      if (!defined.has(path)) define('component', {})
      current = outer
    }
  }

  return {
    space,
    backend,
    load(path) {
      load(path)
      pageReady = false
      waiting = []
    },
    ready,
    globals: {
      Page: (definition = {}) => define('page', definition),
      Component: (definition = {}) => define('component', definition),
      Behavior: (definition = {}) =>
        space.behavior().definition(withBehaviors(definition)).register(),
    },
  }
}

/** In WXS `x.constructor` is a word: server/templates.ts writes this name in its place. */
function defineWxsConstructor(): void {
  // oxlint-disable-next-line no-extend-native -- values of any type have it, in this frame alone
  Object.defineProperty(Object.prototype, 'wxsConstructor', {
    configurable: true,
    get(this: object) {
      return /^\[object (\w+)\]$/.exec(Object.prototype.toString.call(this))?.[1] ?? 'Object'
    },
  })
}

/** `wx://…` behaviors. */
function builtInBehaviors(space: CodeSpace): Record<string, Behavior> {
  const make = (definition: Definition) => space.behavior().definition(definition).register()
  const nothing = make({})
  return {
    'wx://form-field': make({ properties: { name: String, value: null } }),
    'wx://form-field-group': nothing,
    'wx://form-field-button': nothing,
    'wx://component-export': nothing,
    'wx://proxy-scroll-view': nothing,
  }
}
