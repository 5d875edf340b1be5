// Every entry that the installed package names is imported once, in types and at run time.
import { readFileSync, writeFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync('node_modules/wx-reach/package.json', 'utf8'))
const names = Object.keys(exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.replace(/^\./, 'wx-reach'))

writeFileSync(
  'entries.ts',
  names
    .map((name, n) => `import * as entry${n} from '${name}'\nexport const name${n} = entry${n}\n`)
    .join(''),
)
writeFileSync('entries.json', JSON.stringify(names))
