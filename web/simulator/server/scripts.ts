/** TypeScript and JavaScript of a project: each file a CommonJS module. */
import { transform, type TransformFailure } from 'esbuild'
import { pathFrom, type ProjectFiles } from './files.ts'
import type { Problems } from './problems.ts'

export interface CompiledModule {
  /** The body of a function of `require`, `module` and `exports`. */
  code: string
  /** What `require` names, and the module that it is. */
  requires: Record<string, string>
}

/**
 * The modules that `entries` lead to, by their paths with their endings. A module that is missing
 * throws when it is required, and not before.
 */
export async function compileScripts(
  files: ProjectFiles,
  entries: readonly string[],
  problems: Problems,
): Promise<Map<string, CompiledModule>> {
  const modules = new Map<string, CompiledModule>()
  let open = new Set(entries)
  while (open.size > 0) {
    const paths = [...open].filter((path) => !modules.has(path))
    open = new Set()
    await Promise.all(
      paths.map(async (path) => {
        const compiled = await compileModule(files, path, problems)
        modules.set(path, compiled)
        for (const to of Object.values(compiled.requires)) open.add(to)
      }),
    )
  }
  return modules
}

/** The module's file of a path without an ending. */
export const scriptOf = (files: ProjectFiles, path: string): string | undefined =>
  files.first(
    [path, `${path}.ts`, `${path}.js`, `${path}/index.ts`, `${path}/index.js`].filter((name) =>
      /\.(ts|js|json|cjs)$/.test(name),
    ),
  )

const required = /\brequire(?:\.async)?\(\s*(['"])([^'"\n]+)\1\s*\)/g

async function compileModule(
  files: ProjectFiles,
  path: string,
  problems: Problems,
): Promise<CompiledModule> {
  const source = files.read(path)!
  if (path.endsWith('.json')) return { code: `module.exports = ${source}`, requires: {} }
  let code: string
  try {
    const compiled = await transform(source, {
      loader: path.endsWith('.ts') ? 'ts' : 'js',
      format: 'cjs',
      target: 'es2020',
      sourcefile: path,
      // As DevTools compiles: class fields are assigned, not defined.
      tsconfigRaw: { compilerOptions: { useDefineForClassFields: false } },
    })
    code = compiled.code
  } catch (error) {
    const [first] = (error as TransformFailure).errors
    const text = first ? `${first.location?.line ?? 0}: ${first.text}` : String(error)
    problems.add('error', path, text)
    return { code: `throw new SyntaxError(${JSON.stringify(`${path}:${text}`)})`, requires: {} }
  }
  const requires: Record<string, string> = {}
  for (const [, , name] of code.matchAll(required)) {
    const inFolder = scriptOf(files, pathFrom(path, name!))
    const packaged = /^[./]/.test(name!) ? undefined : files.inPackage(name!, path)
    const to = packaged === undefined ? inFolder : (scriptOf(files, packaged) ?? inFolder)
    if (to === undefined) problems.add('error', path, `requires ${name}, which is not there`)
    else requires[name!] = to
  }
  return { code, requires }
}
