/** Reads Markdown as GitHub and npm show it: links, anchors and blocks of code. */

export interface Link {
  /** A path or an address; empty for a place of the same page. */
  to: string
  anchor?: string
}

export interface Block {
  line: number
  language: string
  /** Whatever follows the language: for `node docs/fill.mjs` a file under docs. */
  file: string
  code: string
}

const fence = /^( *)```(\S*) ?(\S*)\n([^]*?)^\1```$/gm

export const blocksOf = (page: string): Block[] =>
  [...page.matchAll(fence)].map(({ index, 2: language = '', 3: file = '', 4: code = '' }) => ({
    line: page.slice(0, index).split('\n').length,
    language,
    file,
    code,
  }))

/** Blocks of code hold no headings and no links. */
const proseOf = (page: string) => page.replaceAll(fence, '')

/** Commands, routes, settings and paths stand in `code spans`. */
export const spansOf = (page: string): string[] =>
  [...proseOf(page).matchAll(/(?<!`)`([^`]+)`(?!`)/g)].map(([, span]) =>
    span!.replaceAll(/\s+/g, ' '),
  )

export function linksOf(page: string): Link[] {
  const prose = proseOf(page).replaceAll(/(?<!`)`[^`\n]+`(?!`)/g, '``')
  const patterns = [/\]\(([^)\s]+)\)/g, /^\[[^\]]+\]: (\S+)$/gm, /\b(?:src|href)="([^"]+)"/g]
  return patterns
    .flatMap((pattern) => [...prose.matchAll(pattern)])
    .map(([, target]) => {
      const [to = '', anchor] = target!.split('#')
      return { to, ...(anchor !== undefined && { anchor: decodeURIComponent(anchor) }) }
    })
}

/** Those that GitHub makes of headings; a heading that comes twice has `-1` at its second place. */
export function anchorsOf(page: string): Set<string> {
  const anchors = new Set<string>()
  for (const [, heading] of proseOf(page).matchAll(/^#{1,6} (.+)$/gm)) {
    const words = heading!.replaceAll(/\[([^\]]+)\]\([^)]*\)/g, '$1').toLowerCase()
    const anchor = words.replaceAll(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
    let unique = anchor
    for (let n = 1; anchors.has(unique); n += 1) unique = `${anchor}-${n}`
    anchors.add(unique)
  }
  return anchors
}

/** The links of a page that lead nowhere, as `target: why`. */
export function deadLinksOf(
  page: string,
  { textOf, exists }: { textOf(to: string): string | undefined; exists(to: string): boolean },
): string[] {
  return linksOf(page)
    .filter(({ to }) => !/^(https|mailto):/.test(to))
    .flatMap(({ to, anchor }) => {
      if (to !== '' && !exists(to)) return [`${to}: is not there`]
      if (anchor === undefined) return []
      const target = to === '' ? page : textOf(to)
      return target !== undefined && anchorsOf(target).has(anchor)
        ? []
        : [`${to}#${anchor}: has no such heading`]
    })
}
