// Gathers the declarations that the entries reach, so that the package compiles alone: the wire's
// types, which live outside this package, come along under `shared/`.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'
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
    ? join('shared', relative(sharedRoot, file))
    : relative(clientRoot, file)

const seen = new Set()
function take(file) {
  if (seen.has(file)) return
  seen.add(file)
  const text = readFileSync(`${file}.d.ts`, 'utf8')
  const place = placeOf(file)
  const rewritten = text.replace(specifiers, (_, open, specifier, close) => {
    const path = specifier.replace(/\.[jt]s$/, '')
    take(join(dirname(file), path))
    const up = '../'.repeat(place.split('/').length - 1) || './'
    return open + path.replace(/^(\.\.\/)+shared\//, `${up}shared/`) + close
  })
  const written = join(target, `${place}.d.ts`)
  mkdirSync(dirname(written), { recursive: true })
  writeFileSync(written, rewritten.replace(/\n?\/\/# sourceMappingURL=.*\s*$/, '\n'))
}

for (const entry of [...entries, 'testing/index']) take(join(clientRoot, entry))
