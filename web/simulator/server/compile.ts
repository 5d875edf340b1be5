/** A project's folder as the two files that the phone loads. */
import { createHash } from 'node:crypto'
import { createProblems, type Problem } from './problems.ts'
import { readProject, type CompileMode, type Project } from './project.ts'
import { compileScripts, scriptOf } from './scripts.ts'
import { compileStyles } from './styles.ts'
import { compileTemplates } from './templates.ts'

export interface CompiledProject {
  name: string
  pages: string[]
  modes: CompileMode[]
  urlCheck: boolean
  problems: readonly Problem[]
  script: string
  css: string
  /** Changes with any of the two. */
  hash: string
}

/** @throws ProjectError where the folder is no mini-program */
export async function compileProject(folder: string): Promise<CompiledProject> {
  const problems = createProblems()
  const project = readProject(folder, problems)
  const { files, app, components } = project
  const paths = [...components.keys()]
  const templates = compileTemplates(files, paths, problems)
  const { css, scopes } = compileStyles(files, app.pages, components, problems)

  const scripts = new Map<string, string>()
  for (const path of ['app', ...paths]) {
    const file = scriptOf(files, path)
    if (file !== undefined) scripts.set(path, file)
    else if (path !== 'app') problems.add('error', `${path}.js`, 'is missing')
  }
  const modules = await compileScripts(files, [...scripts.values()], problems)

  const config = {
    name: project.name,
    app,
    components: Object.fromEntries(components),
    scopes,
    scripts: Object.fromEntries(scripts),
    requires: Object.fromEntries([...modules].map(([path, { requires }]) => [path, requires])),
  }
  const functions = [...modules].map(
    // A scope of its own: a module may declare a name that is hidden from it.
    ([path, { code }]) =>
      `${JSON.stringify(path)}: function (${parameters}) {\n` +
      `(function () {\n${code}\n}).call(exports)\n}`,
  )
  const script = [
    `simulatedProject(${JSON.stringify(config)}, function () { return ${templates} }, {`,
    functions.join(',\n'),
    '})',
  ].join('\n')
  return {
    name: project.name,
    pages: app.pages,
    modes: modesOf(project),
    urlCheck: project.urlCheck,
    problems: problems.list,
    script,
    css,
    hash: createHash('sha256').update(script).update(css).digest('hex').slice(0, 16),
  }
}

/**
 * What a module is given, and what is hidden from it: the logic of a mini-program has no browser.
 */
const parameters = [
  'require',
  'module',
  'exports',
  'Function',
  'global',
  'window',
  'document',
  'self',
  'frames',
  'parent',
  'top',
  'navigator',
  'location',
  'history',
  'localStorage',
  'sessionStorage',
  'fetch',
  'XMLHttpRequest',
  'WebSocket',
].join(', ')

const modesOf = ({ modes, app }: Project): CompileMode[] =>
  modes.filter(({ pathName }) => app.pages.includes(pathName))
