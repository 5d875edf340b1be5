import { existsSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { routes } from '../../server/http/routes/routes.ts'

const root = resolve(__dirname, '../..')
const page = readFileSync(resolve(root, 'docs/platform.md'), 'utf8')
const rows = page.split('\n').filter((line) => line.startsWith('| ') && !/^\| (-|row )/.test(line))
const namesOf = (text: string) => [...text.matchAll(/`([^`]+)`/g)].map(([, name]) => name!)

describe('the table of the platform', () => {
  it('has rows', () => {
    expect(rows.length).toBeGreaterThan(50)
  })

  it.each(rows.map((row): [string, string] => [row.split('|')[1]!.trim(), row]))(
    'names a test that is there: %s',
    (_, row) => {
      const tests = namesOf(row).filter((name) => name.startsWith('test/'))
      expect(tests.length).toBeGreaterThan(0)
      expect(tests.filter((file) => !existsSync(resolve(root, file)))).toEqual([])
    },
  )

  it('names only routes that are there', () => {
    const there = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`)
    const named = namesOf(page).filter((name) => /^(GET|POST|DELETE) \//.test(name))
    expect(named.length).toBeGreaterThan(25)
    expect(named.filter((name) => !there.includes(name))).toEqual([])
  })
})
