// oxlint-disable no-console -- a command speaks on the console
// What every user of a mini-program downloads: the core, and the core with the extras beside
// it, have limits.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { core, entries, extras } from './entries.mjs'

function measure(entry) {
  const code = readFileSync(new URL(`../dist/${entry}.js`, import.meta.url))
  return { gzipped: gzipSync(code, { level: 9 }).length, minified: code.length }
}

const sizes = Object.fromEntries(entries.map((entry) => [entry, measure(entry)]))
const sum = (names, what) => names.reduce((total, name) => total + sizes[name][what], 0)
function row(name, { gzipped, minified }, limit = '') {
  const bytes = String(gzipped).padStart(6)
  console.log(`${name.padEnd(14)}${bytes} gzipped ${limit.padEnd(9)}${minified} minified`)
}

let tooLarge = 0
function hold(name, names, limit) {
  const total = { gzipped: sum(names, 'gzipped'), minified: sum(names, 'minified') }
  row(name, total, `of ${limit}`)
  tooLarge += Math.max(0, total.gzipped - limit)
}

for (const entry of entries.filter((name) => name !== core)) row(`${entry}.js`, sizes[entry])
hold('the core', [core], 6 * 1024)
// Each file by itself, as DevTools packs them: what two of them have in common counts twice.
hold('everything', [core, ...extras], 9 * 1024)

if (tooLarge && !process.argv.includes('--print')) {
  console.error(`${tooLarge} bytes too large: see what grew, or move it to an entry of its own`)
  process.exitCode = 1
}
