// Every entry that the installed package names is imported once, in types and at run time.
import { readFileSync, writeFileSync } from 'node:fs'

const { exports } = JSON.parse(readFileSync('node_modules/wx-reach/package.json', 'utf8'))
const names = Object.keys(exports)
  .filter((name) => name !== './package.json')
  .map((name) => name.replace(/^\./, 'wx-reach'))

const importing = (wanted) =>
  wanted
    .map((name, n) => `import * as entry${n} from '${name}'\nexport const name${n} = entry${n}\n`)
    .join('')

writeFileSync('entries.ts', importing(names))
// The fake phone is for tests in Node, and lies outside of what DevTools packs.
const onPhone = names.filter((name) => name !== 'wx-reach/testing')
writeFileSync('miniprogram/entries.ts', importing(onPhone))
writeFileSync('entries.json', JSON.stringify(names))
