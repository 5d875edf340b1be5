// oxlint-disable no-console -- a command speaks on the console
// Packs the package, unpacks it where nothing else is, and compiles a user of it against the tarball alone.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const tsc = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)
const place = mkdtempSync(join(tmpdir(), 'wx-reach-package-'))
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' })

const user = `
import { createReach } from 'wx-reach'
import type { Platform } from 'wx-reach'
import { sandboxPlatform } from 'wx-reach/sandbox'
declare const wx: Platform
const platform = sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })
export const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted', platform })
export const page = reach.page({ data: { n: 1 }, title() { return this.data.n } })
// @ts-expect-error -- consent has two words
createReach({ baseUrl: '', consent: 'maybe' })
`

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place], process.cwd()),
  )
  const home = join(place, 'node_modules/wx-reach')
  mkdirSync(home, { recursive: true })
  run('tar', ['-xzf', join(place, packed.filename), '--strip-components=1', '-C', home], place)
  writeFileSync(join(place, 'user.ts'), user)
  for (const [module, moduleResolution] of [
    ['esnext', 'bundler'],
    ['node16', 'node16'],
    ['nodenext', 'nodenext'],
  ]) {
    const compilerOptions = {
      module,
      moduleResolution,
      target: 'ES2017',
      lib: ['ES2017'],
      types: [],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
    }
    writeFileSync(
      join(place, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['user.ts'] }),
    )
    run(process.execPath, [tsc, '-p', place], place)
  }
  const exported = run(process.execPath, ['-p', "Object.keys(require('wx-reach'))"], place)
  if (!exported.includes('createReach')) throw new Error(`require('wx-reach') gives ${exported}`)
  console.log(`${packed.filename}: ${packed.files.length} files, compiles and loads alone`)
} catch (error) {
  console.error(error.stdout || error)
  process.exitCode = 1
} finally {
  rmSync(place, { recursive: true, force: true })
}
