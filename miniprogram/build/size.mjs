// oxlint-disable no-console -- a command speaks on the console
// What every user of a mini-program downloads: the core must stay below its limit.
import { readFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const limits = { index: 6 * 1024, sandbox: 2 * 1024 }

for (const [entry, limit] of Object.entries(limits)) {
  const code = readFileSync(new URL(`../dist/${entry}.js`, import.meta.url))
  const size = gzipSync(code, { level: 9 }).length
  console.log(`${entry}.js  ${size} bytes gzipped of ${limit}, ${code.length} minified`)
  if (size > limit && !process.argv.includes('--print')) {
    console.error(
      `${entry}.js is ${size - limit} bytes too large: see what grew, or move it to an entry of its own`,
    )
    process.exitCode = 1
  }
}
