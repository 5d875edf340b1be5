/** Runs the project's modules, each once and when it is required first. */
import type { ModuleFunction, ProjectConfig } from '../platform/project.ts'

export interface Modules {
  run(path: string): unknown
  /** The exports of all modules that have run. */
  exported(): unknown[]
}

export function createModules(
  config: ProjectConfig,
  functions: Record<string, ModuleFunction>,
): Modules {
  /** What modules share without an import. */
  const global = {}
  const loaded = new Map<string, { exports: unknown }>()

  function run(path: string): unknown {
    const known = loaded.get(path)
    if (known) return known.exports
    const module = { exports: {} as unknown }
    loaded.set(path, module)
    const require = (name: string): unknown => {
      const to = config.requires[path]?.[name]
      if (to === undefined) throw new Error(`module '${name}' is not defined, require in ${path}`)
      return run(to)
    }
    // Sub-packages are loaded from the start.
    const async = (name: string) => Promise.resolve().then(() => require(name))
    Object.assign(require, { async })
    functions[path]!.call(undefined, require, module, module.exports, hiddenFunction, global)
    return module.exports
  }
  return { run, exported: () => [...loaded.values()].map((module) => module.exports) }
}

/**
 * `Function('return this')()` gives nothing in a mini-program, and would throw under the page's
 * policy. `instanceof Function` works as ever.
 */
const hiddenFunction = Object.assign(
  function () {
    return () => undefined
  },
  { prototype: Function.prototype },
)
