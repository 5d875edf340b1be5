/** All Markdown of the repository, and its blocks of code. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { blocksOf, type Block } from './markdown.ts'

export const root = resolve(__dirname, '../..')
export const textOf = (file: string) => readFileSync(join(root, file), 'utf8')
export const isThere = (file: string) => existsSync(join(root, file))

const namesIn = (folder: string, recursive = false) =>
  readdirSync(join(root, folder), { recursive, encoding: 'utf8' })
    .filter((name) => name.endsWith('.md'))
    .map((name) => join(folder, name))

/** What the packages copy from here is not read again. */
export const pages: readonly string[] = [
  ...namesIn('.'),
  ...namesIn('docs', true),
  ...namesIn('deploy'),
  ...namesIn('miniprogram'),
]

export interface PageBlock extends Block {
  page: string
  /** As a failure names it. */
  at: string
}

export const blocks: readonly PageBlock[] = pages.flatMap((page) =>
  blocksOf(textOf(page)).map((block) => ({ ...block, page, at: `${page}:${block.line}` })),
)

export const isChinese = (page: string) => page.endsWith('.zh-CN.md')
