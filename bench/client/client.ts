/**
 * What the library costs a mini-program, in counts and bytes.
 *
 *   npm run bench:client
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { table } from '../table'
import { counts } from './counts'
import type { Count } from './counts'

/** Of the built core, as every user of the mini-program downloads it. */
function sizes(): Count[] {
  const code = readFileSync('miniprogram/dist/index.js')
  const zipped = gzipSync(code, { level: 9 }).length
  return [
    { what: 'core: bytes gzipped', value: zipped, limit: 6144 },
    { what: 'core: bytes minified', value: code.length, limit: 16_384 },
  ]
}

const all = [...counts(), ...sizes()]
table(
  ['what', 'count', 'limit'],
  all.map(({ what, value, limit }) => [what, value, limit]),
)
if (all.some(({ value, limit }) => value > limit)) process.exitCode = 1
