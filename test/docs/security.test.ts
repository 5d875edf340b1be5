import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')
const textOf = (file: string) => readFileSync(resolve(root, file), 'utf8')

const sectionsOf = (file: string) =>
  new Map(
    textOf(file)
      .split(/^## /m)
      .map((section) => [section.slice(0, section.indexOf('\n')), section]),
  )
const sections = sectionsOf('docs/security.md')
/** A test as the page names it: its title, or a part of it, and its file. */
const testsIn = (section: string) =>
  [...section.matchAll(/(?<=[|·]) ([^|·]+) \(`(test\/[^`]+)`\)/g)].map(
    ([, title, file]): [string, string] => [title!, file!],
  )
const all = [...sections.values()].flatMap(testsIn)

/** The file's strings, without what escapes a quote. */
const stringsOf = (file: string) =>
  [...textOf(file).matchAll(/(['"`])((?:\\.|(?!\1)[^\\\n])*)\1/g)].map(([, , text]) =>
    text!.replaceAll('\\', ''),
  )

describe('docs/security.md', () => {
  it.each([
    'A hostile phone',
    'A stranger',
    'A forged push',
    'A leaked key',
    'A curious operator',
    'A stolen database',
    'A poisoned platform',
    'A neighbour app',
    'A spoofed proxy',
  ])('names a test for each answer to: %s', (attacker) => {
    const [, , ...rows] = sections.get(attacker)!.match(/^\|.*$/gm)!
    expect(rows.length).toBeGreaterThan(0)
    expect(rows.filter((row) => testsIn(row).length === 0)).toEqual([])
  })

  it.each([...new Map(all.map((one) => [one.join(), one])).values()])(
    'names a test that is there: %s',
    (title, file) => {
      expect(stringsOf(file).some((text) => text.includes(title))).toBe(true)
    },
  )

  it('says as much in Chinese', () => {
    const shapeOf = (section: string) => [
      section.match(/^\| [^-]/gm)?.length ?? 0,
      section.match(/^(-|\d\.) /gm)?.length ?? 0,
    ]
    const inChinese = [...sectionsOf('docs/security.zh-CN.md').values()].map(shapeOf)
    expect(inChinese).toEqual([...sections.values()].map(shapeOf))
  })
})
