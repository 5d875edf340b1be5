// oxlint-disable no-console -- a command speaks on the console
// Puts the tested code of docs/code into the Markdown that shows it: a fence that names a file,
// ```ts code/guide/app.ts, gets that file's content.
//
//   node docs/fill.mjs
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const fence = /^```(\w+) code\/(\S+)\n[\s\S]*?^```$/gm

for (const name of readdirSync(here, { recursive: true })) {
  if (!name.endsWith('.md')) continue
  const before = readFileSync(here + name, 'utf8')
  const after = before.replace(
    fence,
    (_, language, file) =>
      `\`\`\`${language} code/${file}\n${readFileSync(`${here}code/${file}`, 'utf8')}\`\`\``,
  )
  if (after === before) continue
  writeFileSync(here + name, after)
  console.log(`docs/${name}`)
}
