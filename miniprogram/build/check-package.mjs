// oxlint-disable no-console -- a command speaks on the console
// Packs the package, unpacks it where nothing else is, and compiles a user of it against the
// tarball alone.
import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'

const tsc = join(
  dirname(createRequire(import.meta.url).resolve('typescript/package.json')),
  'bin/tsc',
)
const folder = mkdtempSync(join(tmpdir(), 'wx-reach-package-'))
const run = (command, args, cwd) => execFileSync(command, args, { cwd, encoding: 'utf8' })

const user = `
import { createReach } from 'wx-reach'
import type { Platform } from 'wx-reach'
import { behavior } from 'wx-reach/behavior'
import { component } from 'wx-reach/component'
import { inspect } from 'wx-reach/inspect'
import { install } from 'wx-reach/install'
import { sandboxPlatform } from 'wx-reach/sandbox'
import { rights } from 'wx-reach/rights'
import { scene, sceneOf } from 'wx-reach/scene'
import { createPhone } from 'wx-reach/testing'
import { timeline } from 'wx-reach/timeline'
declare const wx: Platform
const platform = sandboxPlatform(wx, { url: 'http://127.0.0.1:3001' })
export const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted', platform })
export const page = reach.page({ data: { n: 1 }, title() { return this.data.n } })
const methods = { onShareAppMessage: () => ({ path: '/a' }) }
export const card = component(reach, { data: { n: 1 }, methods: { n() { return this.data.n } } })
export const shared = behavior(reach, { methods })
export const onShareTimeline = timeline(reach, () => ({ query: sceneOf('a%3Db') }))
export const payload: Promise<unknown> = scene(reach, {}).then((found) => found.payload)
export const uses: Promise<number> = rights(reach).then(({ template }) => template.uses)
export const missing: string[] = inspect(reach).missing
export const installed: boolean = install(reach).ok
const phone = createPhone()
export const life = phone.start(undefined, ['getShareInfo'])
const options = { baseUrl: 'https://reach.test', consent: 'granted' } as const
createReach({ ...options, platform: life.platform }, life.world)
// @ts-expect-error -- consent has two words
createReach({ baseUrl: '', consent: 'maybe' })
`

/**
 * The built package must do what its sources do: from a submitted form to the server,
 * and a card that is opened.
 */
const program = `
const { createReach } = require('wx-reach')
const { behavior } = require('wx-reach/behavior')
const { install } = require('wx-reach/install')
const { scene } = require('wx-reach/scene')
const { timeline } = require('wx-reach/timeline')
const { inspect } = require('wx-reach/inspect')
const { createPhone } = require('wx-reach/testing')

const phone = createPhone()
const options = { baseUrl: 'https://reach.test', consent: 'granted' }
const begin = (life) => createReach({ ...options, platform: life.platform }, life.world)
async function main() {
  const life = phone.start()
  const reach = begin(life)
  life.App(reach.app({}))
  const given = { onShareAppMessage: () => ({ title: 'built' }) }
  const shared = behavior(reach, { methods: given }, { groupTicket: true })
  const page = life.open({ behaviors: [shared], onShareTimeline: timeline(reach, () => ({})) })
  reach.formSubmit()({ detail: { formId: 'abc123' } })
  const card = await life.tapShare(page)
  const { query } = page.onShareTimeline()
  phone.server.scenes.s1 = { payload: 7 }
  const { payload } = await scene(reach, { scene: 's1' })
  await phone.clock.settle()
  const left = inspect(reach).queued.length
  life.kill()
  const next = phone.openCard(card, { shareTicket: 't1' })
  globalThis.Page = globalThis.Component = () => {}
  const again = begin(next)
  next.App(again.app({}))
  await phone.clock.settle()
  const types = phone.server.events.map(({ type }) => type).join()
  const installed = install(again).ok
  const hasId = /_wxr=/.test(query)
  const { withShareTicket: hasTicket } = card
  const found = JSON.stringify([types, hasId, hasTicket, payload, left, installed, next.warnings])
  const expected = '["form.submitted,share.started,share.opened",true,true,7,0,true,[]]'
  if (found !== expected) throw new Error('the built package gives ' + found)
}
main().catch((error) => { console.error(error); process.exitCode = 1 })
`

try {
  const [packed] = JSON.parse(
    run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], process.cwd()),
  )
  const home = join(folder, 'node_modules/wx-reach')
  mkdirSync(home, { recursive: true })
  run('tar', ['-xzf', join(folder, packed.filename), '--strip-components=1', '-C', home], folder)
  writeFileSync(join(folder, 'user.ts'), user)
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
      join(folder, 'tsconfig.json'),
      JSON.stringify({ compilerOptions, files: ['user.ts'] }),
    )
    run(process.execPath, [tsc, '-p', folder], folder)
  }
  writeFileSync(join(folder, 'program.js'), program)
  run(process.execPath, ['program.js'], folder)
  console.log(`${packed.filename}: ${packed.files.length} files, compiles and runs alone`)
} catch (error) {
  console.error(error.stdout || error)
  process.exitCode = 1
} finally {
  rmSync(folder, { recursive: true, force: true })
}
