/** WXSS to CSS. */
import { parse } from 'postcss'
import type { AtRule, Root, Rule } from 'postcss'
import createParser from 'postcss-selector-parser'
import type { Node, Selector } from 'postcss-selector-parser'
import { pathFrom, type ProjectFiles } from './files.ts'
import type { Problems } from './problems.ts'
import type { ComponentConfig } from './project.ts'
import { elementNames } from '../browser/tags.ts'

export interface CompiledStyles {
  css: string
  /** The prefix of a component's classes, where its styles are its own. */
  scopes: Record<string, string>
}

const preferred = /\(\s*prefers-color-scheme\s*:\s*(light|dark)\s*\)/g

/** Rules of the theme of the phone hold, whatever the browser prefers. */
export const cssOfTheme = (css: string, theme: 'light' | 'dark'): string =>
  css.replace(preferred, (_, named) => (named === theme ? '(min-width: 0px)' : '(max-width: 0px)'))

/** Whose rules they are: of all pages, of one page, or of one component. */
type Owner =
  | { kind: 'app' }
  | { kind: 'page'; path: string }
  | { kind: 'component'; path: string; scope: string | undefined }

/** All styles of a project in one sheet, those of the app first. */
export function compileStyles(
  files: ProjectFiles,
  pages: readonly string[],
  components: ReadonlyMap<string, ComponentConfig>,
  problems: Problems,
): CompiledStyles {
  const scopes: Record<string, string> = {}
  const parts = [compileSheet(files, 'app', { kind: 'app' }, problems)]
  let count = 0
  for (const [path, config] of components) {
    const isPage = pages.includes(path)
    const isolation = String(config['styleIsolation'] ?? '')
    const shared = isPage || isolation.endsWith('shared')
    const applied = isolation.includes('apply')
    const scope = shared && !applied ? undefined : `c${++count}`
    if (scope !== undefined) scopes[path] = scope
    const owner: Owner = isPage ? { kind: 'page', path } : { kind: 'component', path, scope }
    parts.push(compileSheet(files, path, owner, problems))
  }
  return { css: parts.filter((part) => part !== '').join('\n'), scopes }
}

function compileSheet(files: ProjectFiles, path: string, owner: Owner, problems: Problems): string {
  const root = readSheet(files, path, new Set(), problems)
  if (!root) return ''
  root.walkAtRules((rule) => {
    rule.params = withUnits(rule.params)
  })
  root.walkRules((rule) => {
    if (isKeyframe(rule)) return
    try {
      rule.selector = selectorFor(rule.selector, owner)
    } catch (error) {
      problems.add('error', `${path}.wxss`, `${rule.selector}: ${(error as Error).message}`)
      rule.remove()
    }
  })
  root.walkDecls((declaration) => {
    declaration.value = withFiles(withUnits(declaration.value), path)
  })
  return `/* ${path}.wxss */\n${root.toString()}`
}

/** With its imports in their places, each once. */
function readSheet(
  files: ProjectFiles,
  path: string,
  known: Set<string>,
  problems: Problems,
): Root | undefined {
  if (known.has(path)) return undefined
  known.add(path)
  const text = files.read(`${path}.wxss`)
  if (text === undefined) return undefined
  let root: Root
  try {
    root = parse(text)
  } catch (error) {
    problems.add('error', `${path}.wxss`, (error as Error).message)
    return undefined
  }
  root.walkAtRules('import', (rule: AtRule) => {
    const [, named = ''] = /^(?:url\()?\s*['"]?([^'")]+)/.exec(rule.params) ?? []
    const to = pathFrom(path, named).replace(/\.wxss$/, '')
    if (!files.has(`${to}.wxss`)) problems.add('error', `${path}.wxss`, `imports ${named}: missing`)
    const imported = readSheet(files, to, known, problems)
    if (imported) rule.replaceWith(imported.nodes)
    else rule.remove()
  })
  return root
}

const isKeyframe = (rule: Rule) =>
  rule.parent?.type === 'atrule' && (rule.parent as AtRule).name.endsWith('keyframes')

/** 750rpx are the width of the phone, and 100vh the height of the page without its bars. */
export const withUnits = (text: string): string =>
  text
    .replace(/(-?\d*\.?\d+)rpx\b/g, (_, number: string) => `${round(Number(number) / 7.5)}vw`)
    .replace(/(-?\d*\.?\d+)vh\b/g, (_, number: string) => `calc(${number} * var(--page-vh, 1vh))`)

const round = (value: number) => Math.round(value * 1e6) / 1e6

/** Files of the project have addresses of their own; those of others come by the simulator. */
const withFiles = (value: string, path: string): string =>
  value.replace(/url\(\s*(['"]?)([^'")]+)\1\s*\)/g, (whole, _: string, named: string) => {
    if (/^(data:|#)/.test(named)) return whole
    if (/^(https?:)?\/\//.test(named)) {
      const address = named.startsWith('//') ? `https:${named}` : named
      return `url("/image?url=${encodeURIComponent(address)}")`
    }
    return `url("/files/${pathFrom(path, named)}")`
  })

/** @throws where the text is no selector */
function selectorFor(text: string, owner: Owner): string {
  const transform = createParser((root) => {
    root.each((selector) => {
      const host = hostOf(selector)
      if (host) host.replaceWith(written(`[is="${owner.kind === 'app' ? 'app' : owner.path}"]`))
      selector.walk((node) => {
        if (node.type === 'tag') {
          node.value = elementNames.get(node.value) ?? node.value
          if (node.value === 'wx-page' && owner.kind === 'page') {
            node.parent!.insertAfter(node as never, whereRoute(owner.path))
          }
        } else if (node.type === 'class' && owner.kind === 'component' && owner.scope) {
          node.value = `${owner.scope}--${node.value}`
        }
      })
      if (owner.kind === 'page' && !selector.toString().includes('wx-page')) {
        const page = whereRoute(owner.path)
        const space = createParser.combinator({ value: ' ' })
        selector.first!.spaces.before = ''
        selector.prepend(space as never)
        selector.prepend(page as never)
      }
    })
  })
  return transform.processSync(text)
}

/** Without weight, so that a page's rule wins over no more than it does on a phone. */
const whereRoute = (path: string): Node => written(`:where([data-route="${path}"])`)

/** A part of a selector that is printed as it stands. */
const written = (value: string): Node => createParser.pseudo({ value }) as Node

const hostOf = (selector: Selector): Node | undefined =>
  selector.nodes.find((node) => node.type === 'pseudo' && node.value === ':host')
