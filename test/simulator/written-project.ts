/** Mini-programs that a test writes file by file. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

export interface WrittenProject {
  folder: string
  write(files: Record<string, string>): void
  remove(): void
}

/** With one page, `pages/home/home`, unless the files say otherwise. */
export function writeProject(files: Record<string, string> = {}): WrittenProject {
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-simulator-'))
  const write = (given: Record<string, string>) => {
    for (const [path, text] of Object.entries(given)) {
      mkdirSync(dirname(join(folder, path)), { recursive: true })
      writeFileSync(join(folder, path), text)
    }
  }
  write({
    'app.json': JSON.stringify({ pages: ['pages/home/home'] }),
    'app.js': 'App({})',
    'pages/home/home.json': '{}',
    'pages/home/home.js': 'Page({})',
    'pages/home/home.wxml': '<view>home</view>',
    ...files,
  })
  return { folder, write, remove: () => rmSync(folder, { recursive: true, force: true }) }
}
