// Brings the documents for the phone into the package, where the library's notices point:
// `docs/client-notices.md#…`.
import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const source = join(here, '../../docs')
const target = join(here, '../docs')
const ofPhone = /^(client-notices|guide|debugging|conduct|recipes\/[\w-]+)(\.zh-CN)?\.md$/

rmSync(target, { recursive: true, force: true })
const names = readdirSync(source, { recursive: true, encoding: 'utf8' })
  .map((name) => name.replaceAll('\\', '/'))
  .filter((name) => ofPhone.test(name))
for (const name of names) {
  mkdirSync(dirname(join(target, name)), { recursive: true })
  cpSync(join(source, name), join(target, name))
}

// The package lies where the repository has `miniprogram/`; what only the repository has is named,
// and not linked.
for (const name of names) {
  const text = readFileSync(join(target, name), 'utf8')
  const linked = text.replace(/\[([^\]]+)\]\(([^)#\s:]+)(#[^)]*)?\)/g, (link, words, path) => {
    const inPackage = link.replace('../miniprogram/', '../')
    const reached = join(target, dirname(name), path.replace('../miniprogram/', '../'))
    return existsSync(reached) ? inPackage : words
  })
  writeFileSync(join(target, name), linked)
}
