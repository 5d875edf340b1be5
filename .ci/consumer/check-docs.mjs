// Every relative link of a document leads to a file of the same package.
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

for (const name of ['wx-reach', 'wx-reach-server']) {
  const docs = join('node_modules', name, 'docs')
  const pages = readdirSync(docs, { recursive: true, encoding: 'utf8' }).filter((page) =>
    page.endsWith('.md'),
  )
  for (const page of pages) {
    const text = readFileSync(join(docs, page), 'utf8')
    for (const [, link] of text.matchAll(/\]\(([^)#\s:]+)(?:#[^)]*)?\)/g)) {
      if (existsSync(join(docs, dirname(page), link))) continue
      throw new Error(`${name}/docs/${page} links to ${link}, which the package lacks`)
    }
  }
}
