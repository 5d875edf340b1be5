/** WXML and WXS to JavaScript, by WeChat's own compiler. */
import { createRequire } from 'node:module'
import type { TmplGroup as Group } from 'glass-easel-template-compiler'
import { pathFrom, type ProjectFiles } from './files.ts'
import type { Problems } from './problems.ts'
import { lackingTags } from '../browser/tags.ts'

// CommonJS that reads its wasm beside it.
const { TmplGroup } = createRequire(import.meta.url)('glass-easel-template-compiler') as {
  TmplGroup: new () => Group
}

interface Warning {
  level: string
  message: string
  startLine: number
  startColumn: number
}

/** The platform draws the page all the same, without the attribute. */
const isTolerated = ({ level, message }: Warning): boolean =>
  level === 'Note' || (level === 'Warn' && /attribute|should be quoted/.test(message))

/**
 * The source of an expression: all templates by their paths.
 *
 * @param paths - of pages and components, without an ending
 */
export function compileTemplates(
  files: ProjectFiles,
  paths: readonly string[],
  problems: Problems,
): string {
  const group = new TmplGroup()
  try {
    group.setExtraRuntimeScript(wxsGlobals)
    const templates = new Set<string>()
    const scripts = new Set<string>()
    const open = [...paths]
    for (let path = open.pop(); path !== undefined; path = open.pop()) {
      if (templates.has(path)) continue
      templates.add(path)
      const source = files.read(`${path}.wxml`)
      if (source === undefined) {
        problems.add('error', `${path}.wxml`, 'is missing')
        group.addTmpl(path, '')
        continue
      }
      nameLackingTags(source, `${path}.wxml`, problems)
      for (const warning of group.addTmpl(path, source) as Warning[]) {
        // The platform takes them.
        if (warning.message.startsWith('avoid uppercase letters')) continue
        const at = `${warning.startLine + 1}:${warning.startColumn + 1}`
        const kind = isTolerated(warning) ? 'warning' : 'error'
        problems.add(kind, `${path}.wxml`, `${at} ${warning.message}`)
      }
      for (const name of group.getInlineScriptModuleNames(path) as string[]) {
        group.setInlineScript(path, name, playable(group.getInlineScript(path, name)))
      }
      open.push(...(group.getDirectDependencies(path) as string[]))
      for (const script of group.getScriptDependencies(path) as string[]) {
        addScript(group, files, script, scripts, problems)
      }
    }
    return group.getTmplGenObjectGroups()
  } finally {
    group.free()
  }
}

function addScript(
  group: Group,
  files: ProjectFiles,
  path: string,
  known: Set<string>,
  problems: Problems,
): void {
  if (known.has(path)) return
  known.add(path)
  const source = files.read(`${path}.wxs`)
  if (source === undefined) problems.add('error', `${path}.wxs`, 'is missing')
  group.addScript(path, playable(source ?? ''))
  for (const [, , required] of (source ?? '').matchAll(requires)) {
    const to = pathFrom(path, required!).replace(/\.wxs$/, '')
    addScript(group, files, to, known, problems)
  }
}

const requires = /\brequire\(\s*(['"])(.+?)\1\s*\)/g

/**
 * WXS that runs as JavaScript: modules are named without their ending, and `x.constructor` is the
 * word `Array`, `Object` and so on.
 */
const playable = (source: string): string =>
  source
    .replace(requires, (_, quote: string, to: string) => {
      return `require(${quote}${to.replace(/\.wxs$/, '')}${quote})`
    })
    .replace(/\.constructor\b/g, '.wxsConstructor')

/**
 * The globals of WXS that JavaScript lacks, and what is called around functions of WXS: see
 * document/component-descriptor.ts.
 */
const wxsGlobals = `
Q.A = window.wxsCalls.changed;
Q.C = window.wxsCalls.heard;
var getDate = function (...parts) { return new Date(...parts) };
var getRegExp = function (pattern, flags) { return new RegExp(pattern, flags) };
`

function nameLackingTags(source: string, file: string, problems: Problems): void {
  const tags = new Set([...source.matchAll(/<([a-z][\w-]*)/g)].map(([, tag]) => tag!))
  for (const tag of lackingTags) {
    if (tags.has(tag)) problems.add('lacking', file, `<${tag}> is drawn as a marked box`)
  }
}
