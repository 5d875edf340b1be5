/** The configuration of a project: its pages and components, as its JSON files say. */
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { createProjectFiles, pathFrom, type ProjectFiles } from './files.ts'
import type { Problems } from './problems.ts'

export interface TabBar {
  custom?: boolean
  color?: string
  selectedColor?: string
  backgroundColor?: string
  list: { pagePath: string; text: string; iconPath?: string; selectedIconPath?: string }[]
}

export interface AppConfig {
  pages: string[]
  window: Record<string, unknown>
  tabBar?: TabBar
  networkTimeout?: { request?: number }
  usingComponents?: Record<string, string>
  style?: string
  useExtendedLib?: object
  darkmode?: boolean
  /** Values for `@name`, of the file that `themeLocation` names. */
  themes?: Themes
}

export type Themes = Record<'light' | 'dark', Record<string, unknown>>

export interface ComponentConfig extends Record<string, unknown> {
  component?: boolean
  usingComponents?: Record<string, string>
}

export interface CompileMode {
  name: string
  pathName: string
  query: string
  scene?: number
  /** The group in which the card was opened (`shareInfo`): the launch has a ticket of it. */
  group?: string
}

export interface Project {
  files: ProjectFiles
  /** Of project.config.json, else of the folder. */
  name: string
  /** Whether request domains are checked (project.config.json, `urlCheck`). */
  urlCheck: boolean
  app: AppConfig
  /** Pages and components by their paths, with what they use by paths from the root. */
  components: Map<string, ComponentConfig>
  /** The compile modes of project.config.json. */
  modes: CompileMode[]
}

/** A folder that is no mini-program. */
export class ProjectError extends Error {
  override name = 'ProjectError'
}

/** As DevTools writes it. The other fields of `shareInfo` are for WeChat's servers. */
type ListedMode = Partial<CompileMode> & { shareInfo?: { groupName?: string } }

interface ProjectFile {
  miniprogramRoot?: string
  projectname?: string
  setting?: { urlCheck?: boolean }
  condition?: { miniprogram?: { list?: ListedMode[] } }
}

/**
 * Reads app.json and what it leads to.
 *
 * @param folder - with app.json, or with a project.config.json that names the folder that has it
 * @throws ProjectError where there is no app.json, or one that is no JSON
 */
export function readProject(folder: string, problems: Problems): Project {
  const config = readProjectFile(folder)
  const root = projectRoot(folder)
  if (!existsSync(join(root, 'app.json'))) {
    throw new ProjectError(`${folder} has no app.json: name the folder of a mini-program`)
  }
  const files = createProjectFiles(root)
  const raw = parseJson<RawApp>(files.read('app.json')!, 'app.json')
  const app = readApp(raw, problems)
  const themes = readThemes(raw, files, problems)
  if (themes) app.themes = themes
  const components = new Map<string, ComponentConfig>()
  const add = (path: string, isPage: boolean): void => {
    if (components.has(path)) return
    const text = files.read(`${path}.json`)
    let own: ComponentConfig = {}
    try {
      if (text !== undefined && text.trim() !== '') own = parseJson(text, `${path}.json`)
    } catch (error) {
      problems.add('error', `${path}.json`, (error as Error).message)
    }
    if (!files.has(`${path}.wxml`)) problems.add('error', `${path}.wxml`, 'is missing')
    const using: Record<string, string> = {}
    components.set(path, { ...own, usingComponents: using })
    if (!isPage && own.component !== true) {
      problems.add('error', `${path}.json`, 'does not say "component": true')
    }
    for (const [tag, to] of usedBy(path, own.usingComponents)) using[tag] = `/${to}`
    for (const [tag, to] of usedBy('app', app.usingComponents)) using[tag] ??= `/${to}`
    for (const to of Object.values(using)) add(to.slice(1), false)
  }
  const usedBy = (from: string, used: Record<string, string> = {}): [string, string][] =>
    Object.entries(used).flatMap(([tag, to]) => {
      const path = componentPath(files, from, to)
      if (path === undefined) {
        const kind = /^(dynamicLib|plugin)/.test(to) ? 'lacking' : 'error'
        const advice = to.startsWith('weui-miniprogram/') && app.useExtendedLib ? extended : ''
        const text = `the component ${tag} (${to}) is not in the folder${advice}`
        problems.add(kind, `${from}.json`, text)
        return []
      }
      return [[tag, path] as [string, string]]
    })
  for (const page of app.pages) add(page, true)
  if (app.tabBar?.custom === true) {
    if (files.has('custom-tab-bar/index.wxml')) add('custom-tab-bar/index', false)
    // As on a phone: there is no tab bar, and the pages are drawn.
    else problems.add('warning', 'app.json', 'tabBar.custom: custom-tab-bar/index is missing')
  }
  return {
    files,
    name: config.projectname ?? String(app.window['navigationBarTitleText'] ?? '小程序'),
    urlCheck: config.setting?.urlCheck ?? true,
    app,
    components,
    modes: (config.condition?.miniprogram?.list ?? []).map((mode) => ({
      name: mode.name ?? mode.pathName ?? '',
      pathName: mode.pathName || app.pages[0]!,
      query: mode.query ?? '',
      ...(mode.scene !== undefined && mode.scene !== null && { scene: Number(mode.scene) }),
      ...(mode.shareInfo?.groupName && { group: mode.shareInfo.groupName }),
    })),
  }
}

/** DevTools has the libraries of `useExtendedLib`; here they are packages of the project. */
const extended = ': npm install weui-miniprogram has it'

/** The folder of app.json. */
export function projectRoot(folder: string): string {
  const inner = join(folder, readProjectFile(folder).miniprogramRoot ?? '.')
  return existsSync(join(inner, 'app.json')) ? inner : folder
}

function readProjectFile(folder: string): ProjectFile {
  const file = join(folder, 'project.config.json')
  return existsSync(file) ? parseJson(readFileSync(file, 'utf8'), file) : {}
}

function parseJson<Value extends object>(text: string, file: string): Value {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, '')) as Value
  } catch (error) {
    throw new ProjectError(`${file} is no JSON: ${(error as Error).message}`)
  }
}

function readThemes(raw: RawApp, files: ProjectFiles, problems: Problems): Themes | undefined {
  const location = raw['themeLocation']
  if (typeof location !== 'string') return undefined
  const file = location.replace(/^\//, '')
  const text = files.read(file)
  if (text === undefined) {
    problems.add('error', 'app.json', `themeLocation: ${location} is missing`)
    return undefined
  }
  return { light: {}, dark: {}, ...parseJson<Partial<Themes>>(text, file) }
}

const lackingInApp = ['plugins', 'workers', 'functionalPages', 'miniApp', 'skyline'] as const

interface RawApp extends AppConfig, Record<string, unknown> {
  subPackages?: { root: string; pages: string[] }[]
  subpackages?: { root: string; pages: string[] }[]
}

function readApp(app: RawApp, problems: Problems): AppConfig {
  if (!Array.isArray(app.pages) || app.pages.length === 0) {
    throw new ProjectError('app.json names no pages')
  }
  const parts = app.subPackages ?? app.subpackages ?? []
  const ofParts = parts.flatMap(({ root, pages }) =>
    pages.map((page) => `${root.replace(/^\/|\/$/g, '')}/${page}`),
  )
  for (const name of lackingInApp) {
    if (app[name] !== undefined) problems.add('lacking', 'app.json', `${name} has no effect here`)
  }
  if (app['renderer'] === 'skyline') {
    problems.add('lacking', 'app.json', 'the renderer skyline: pages are drawn as by webview')
  }
  return {
    pages: [...app.pages, ...ofParts].map((page) => page.replace(/^\//, '')),
    window: app.window ?? {},
    ...(app.tabBar && { tabBar: app.tabBar }),
    ...(app.networkTimeout && { networkTimeout: app.networkTimeout }),
    ...(app.usingComponents && { usingComponents: app.usingComponents }),
    ...(app.style !== undefined && { style: app.style }),
    ...(app.useExtendedLib && { useExtendedLib: app.useExtendedLib }),
    ...(app.darkmode === true && { darkmode: true }),
  }
}

/** Of a folder the component is its `index`. */
function componentPath(files: ProjectFiles, from: string, to: string): string | undefined {
  const direct = /^[^./]/.test(to) ? files.inPackage(to, from) : undefined
  const paths = [pathFrom(from, to), ...(direct === undefined ? [] : [direct])]
  const candidates = paths.flatMap((path) => [path, `${path}/index`])
  return candidates.find((path) => files.has(`${path}.json`) || files.has(`${path}.wxml`))
}
