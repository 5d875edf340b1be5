// Gathers the declarations that the entries reach, so that the package compiles alone: the wire's types, which live
// outside this package, come along under `shared/`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { entries } from './entries.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const emitted = join(here, '../../dist')
const target = join(here, '../dist')
const specifiers = /(from '|import\(')(\.[^']+)(')/g

const clientRoot = join(emitted, 'miniprogram/client')
const sharedRoot = join(emitted, 'shared')
const placeOf = (file) =>
  file.startsWith(sharedRoot)
    ? join('shared', file.slice(sharedRoot.length))
    : file.slice(clientRoot.length)

const seen = new Set()
function take(file) {
  if (seen.has(file)) return
  seen.add(file)
  const text = readFileSync(`${file}.d.ts`, 'utf8')
  const rewritten = text.replace(specifiers, (_, open, specifier, close) => {
    const path = specifier.replace(/\.[jt]s$/, '')
    take(join(dirname(file), path))
    return open + path.replace(/^(\.\.\/)+shared\//, './shared/') + close
  })
  const place = join(target, `${placeOf(file)}.d.ts`)
  mkdirSync(dirname(place), { recursive: true })
  writeFileSync(place, rewritten.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
}

for (const entry of entries) take(join(clientRoot, entry))
