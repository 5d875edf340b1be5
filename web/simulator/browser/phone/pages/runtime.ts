/** The project's pages, components and behaviors on WeChat's component framework. */
import * as glassEasel from 'glass-easel'
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
  // Of lifecycles, observers and callbacks of components.
  glassEasel.addGlobalErrorListener((error, method) => {
    // Of a definition, as an observer that names no method: a phone draws the page all the same.
    if (method === '[prepare]') return undefined
    problem(error)
    return false
  })
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
          // A component may be set as data, which is copied: its insides are not.
          for (const name of Object.keys(caller)) {
            Object.defineProperty(caller, name, { enumerable: false })
          }
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
  function setStatic(path: string, settings: Record<string, unknown>) {
    const isComponent = settings['component'] === true && !config.app.pages.includes(path)
    space.addComponentStaticConfig(path, { ...settings, component: isComponent })
  }
  for (const [path, component] of Object.entries(config.components)) {
    setStatic(path, component)
    space.addStyleSheet(path, undefined, config.scopes[path])
    const content = templates[path]
    if (content) space.addCompiledTemplate(path, { content, groupList: templates })
  }
  const builtIn = builtInBehaviors(space)

  /** Where `Page` and `Component` are called from. */
  let current: string | undefined
  const defined = new Set<string>()

  function prepare(given: Definition): Definition {
    const definition = withPropertyTypes(given)
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
    const whole = prepare(definition)
    const isolation = isolationOf(whole)
    const component: Record<string, unknown> = config.components[path] ?? {}
    if (isolation && component['styleIsolation'] === undefined) {
      setStatic(path, { ...component, styleIsolation: isolation })
    }
    const builder = space.component(path)
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
      Behavior: (definition = {}) => space.behavior().definition(prepare(definition)).register(),
    },
  }
}

/**
 * The style isolation that code sets. `shared` is as `apply-shared`: style sheets are compiled
 * before the code runs, and the component's own rules stay its own.
 */
function isolationOf(definition: Definition): string | undefined {
  const { addGlobalClass, styleIsolation } = (definition['options'] ?? {}) as {
    addGlobalClass?: boolean
    styleIsolation?: string
  }
  if (styleIsolation === undefined) return addGlobalClass === true ? 'apply-shared' : undefined
  return styleIsolation.endsWith('shared') ? 'apply-shared' : styleIsolation
}

/** `type: [Boolean, String]` of a property: a value of any of these types, as on a phone. */
function withPropertyTypes(definition: Definition): Definition {
  const { properties } = definition as { properties?: Record<string, unknown> }
  if (!properties) return definition
  const known = Object.entries(properties).map(([name, property]) => {
    const given = Array.isArray(property) ? { type: property } : (property as { type?: unknown })
    if (!Array.isArray(given?.type)) return [name, property]
    const [type, ...optionalTypes] = given.type as unknown[]
    return [name, { ...given, type, optionalTypes }]
  })
  return { ...definition, properties: Object.fromEntries(known) as Record<string, unknown> }
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
