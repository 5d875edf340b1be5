/**
 * The costs of the library in a mini-program: counts of its calls, and bytes.
 *
 *   npm run bench:client
 */
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { table } from '../compare'
import { counts, type Count } from './counts'

/** The size of the built core, which every user of the mini-program downloads. */
function sizes(): Count[] {
  const code = readFileSync('miniprogram/dist/index.js')
  const zipped = gzipSync(code, { level: 9 }).length
  return [
    { what: 'core: bytes gzipped', value: zipped, least: 1, limit: 6144 },
    { what: 'core: bytes minified', value: code.length, least: 1, limit: 16_384 },
  ]
}

const all = [...counts(), ...sizes()]
table(
  ['what', 'count', 'at least', 'limit'],
  all.map(({ what, value, least, limit }) => [what, value, least, limit]),
)
if (all.some(({ value, least, limit }) => value < least || value > limit)) process.exitCode = 1
