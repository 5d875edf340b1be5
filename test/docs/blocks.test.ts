/**
 * Every block of code in the documents is compiled, run or checked. A block that nothing here
 * covers fails.
 */
import { execFileSync } from 'node:child_process'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { parse } from 'yaml'
import { filesIn } from '../structure/source-files.ts'
import { createTestDatabase, type TestDatabase } from '../support/postgres/database.ts'
import { readCaddyfile, readNginx } from './proxy-files.ts'
import { blocks, isThere, root, textOf, type PageBlock } from './pages.ts'

const isGenerated = ({ page }: PageBlock) => /sandbox-controls(\.zh-CN)?\.md$/.test(page)
const isOf =
  (...languages: string[]) =>
  ({ language, file, ...block }: PageBlock) =>
    languages.includes(language) && file === '' && !isGenerated({ language, file, ...block })

const compiled = blocks.filter(isOf('ts', 'js'))
const shell = blocks.filter(isOf('sh'))
const yaml = blocks.filter(isOf('yaml'))
const sql = blocks.filter(isOf('sql'))
const nginx = blocks.filter(isOf('nginx'))
const caddy = blocks.filter(isOf('caddyfile'))
const markup = blocks.filter(isOf('html'))
const named = blocks.filter(({ file }) => file !== '')
const generated = blocks.filter(isGenerated)

/** Languages whose compilers are not there, and the test that sends what the programs send. */
const foreign: readonly [page: RegExp, languages: RegExp, test: string][] = [
  [/sandbox-sdks/, /^(go|java|php|python)$/, 'test/sandbox/recorded/recorded.test.ts'],
  [/beside-another-sdk/, /^(java|php)$/, 'test/docs/moving.test.ts'],
]
const foreignOf = ({ page, language }: PageBlock) =>
  foreign.find(([pattern, languages]) => pattern.test(page) && languages.test(language))
const inForeign = blocks.filter((block) => block.file === '' && foreignOf(block) !== undefined)

it('each block of code is covered, by one of these checks', () => {
  const covered = [
    compiled,
    shell,
    yaml,
    sql,
    nginx,
    caddy,
    markup,
    named,
    generated,
    inForeign,
  ].flat()
  expect(blocks.length).toBeGreaterThan(200)
  const left = blocks.filter((block) => !covered.includes(block))
  expect(left.map(({ at, language }) => `${at} (${language || 'no language'})`)).toEqual([])
  expect(new Set(covered).size).toBe(covered.length)
})

describe('a block that names a file of docs/code', () => {
  it.each(named.map((block) => [block.at, block] as const))(
    'shows it as it is: %s (`node docs/fill.mjs` brings it there)',
    (_, { file, code }) => {
      expect(code).toBe(textOf(join('docs', file)))
    },
  )

  it('is compiled, or named by a test', () => {
    const tests = filesIn('test', ['.ts', '.mjs']).map(textOf).join('\n')
    const files = filesIn('docs/code', ['.ts', '.mjs', '.sh', '.wxml', '.vue', '.mpx', '.js'])
    // TypeScript is compiled by docs/tsconfig.json; markup is held against its page by
    // test/miniprogram/docs/markdown.test.ts.
    const others = files.filter((file) => !/\.(ts|wxml)$/.test(file))
    expect(others.length).toBeGreaterThan(10)
    const isNamed = (file: string) =>
      tests.includes(basename(file)) || tests.includes(dirname(file))
    expect(others.filter((file) => !isNamed(file))).toEqual([])
  })
})

describe('a block of TypeScript or JavaScript', () => {
  const folder = join(root, 'dist/docs-blocks')
  /** Of the reader's own files, and of the runner of their tests. */
  const given: readonly [when: RegExp, declaration: string][] = [
    [/\bgetApp\(\)\.reach\b/, 'declare function getApp(): { reach: { inspect(): object } }'],
    [/\b(?:it|expect)\(/, "import { expect, it } from '@jest/globals'"],
    [/\bbeforeEach\(/, "import { beforeEach } from '@jest/globals'"],
    [/\breadFileSync\(/, "import { readFileSync } from 'node:fs'"],
    [/\$\{base\}\/sandbox\/state/, 'declare const base: string'],
    [/from '\.\/reach'/, ''],
  ]
  const nameOf = ({ page, line }: PageBlock) => `${page.replaceAll(/[^\w]+/g, '-')}-${line}.ts`

  beforeAll(() => {
    rmSync(folder, { recursive: true, force: true })
    mkdirSync(folder, { recursive: true })
    for (const block of compiled) {
      const lines = given.filter(([when]) => when.test(block.code)).map(([, line]) => line)
      const text = `${lines.join('\n')}\n${block.code}\nexport {}\n`
      writeFileSync(join(folder, nameOf(block)), text)
    }
    // What every recipe imports.
    writeFileSync(join(folder, 'reach.ts'), textOf('docs/code/reach.ts'))
    const { compilerOptions } = JSON.parse(textOf('docs/tsconfig.json')) as {
      compilerOptions: object
    }
    const options = {
      ...compilerOptions,
      noEmit: true,
      composite: false,
      incremental: false,
      emitDeclarationOnly: false,
      declaration: false,
      tsBuildInfoFile: undefined,
      rootDir: '../..',
      // An example need not use all that it shows.
      noUnusedLocals: false,
      noUnusedParameters: false,
      noImplicitReturns: false,
      lib: ['ES2023', 'ESNext.Disposable'],
      paths: {
        'wx-reach': ['../../miniprogram/client/index'],
        'wx-reach/*': ['../../miniprogram/client/*'],
        'wx-reach-server': ['../../server/index'],
        'wx-reach-server/*': ['../../server/*/index'],
        '@tarojs/taro': ['./taro'],
      },
    }
    // @tarojs/taro itself is 60 MB of packages: .ci/package compiles beside it.
    writeFileSync(
      join(folder, 'taro.d.ts'),
      [
        "import type { TaroModule } from 'wx-reach/taro'",
        'declare const taro: TaroModule',
        'export = taro',
      ].join('\n'),
    )
    writeFileSync(
      join(folder, 'tsconfig.json'),
      JSON.stringify({
        extends: '../../tsconfig.base.json',
        compilerOptions: options,
        include: ['*.ts'],
      }),
    )
  })
  afterAll(() => rmSync(folder, { recursive: true, force: true }))

  it('compiles, strictly', () => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc')
    const run = () =>
      execFileSync(process.execPath, [tsc, '-p', folder], { encoding: 'utf8', stdio: 'pipe' })
    let printed: string
    try {
      printed = run()
    } catch (error) {
      printed = (error as { stdout: string }).stdout
    }
    expect(printed).toBe('')
    expect(compiled.length).toBeGreaterThan(15)
  })
})

describe('a block of YAML', () => {
  it.each(yaml.map((block) => [block.at, block] as const))(
    'is read, and has the job of the alerts: %s',
    (_, { code }) => {
      const { scrape_configs: jobs } = parse(code) as { scrape_configs: { job_name: string }[] }
      expect(jobs.map(({ job_name: name }) => name)).toEqual(['wx-reach'])
      expect(textOf('deploy/alerts.yaml')).toContain('job="wx-reach"')
    },
  )
})

describe('a block of SQL', () => {
  let database: TestDatabase
  beforeAll(async () => {
    database = await createTestDatabase()
  })
  afterAll(() => database.drop())

  it.each(sql.map((block) => [block.at, block] as const))('runs: %s', async (_, { code }) => {
    // A role is one for all databases of the server; test/store/postgres/rights.test.ts uses it.
    const table = /DELETE FROM (\w+)/.exec(code)?.[1]
    const before = table === undefined ? '' : `CREATE TABLE ${table} (id int);`
    const renamed = code.replaceAll(/\breach\b/g, 'reach_of_docs')
    const script = `BEGIN; ${before} ${renamed} ROLLBACK`
    await expect(database.run(script)).resolves.not.toThrow()
  })
})

describe('a block of a proxy', () => {
  it.each(nginx.map((block) => [block.at, block] as const))('is nginx’s: %s', (_, { code }) => {
    expect(readNginx(code)).toEqual([])
  })
  it.each(caddy.map((block) => [block.at, block] as const))('is Caddy’s: %s', (_, { code }) => {
    expect(readCaddyfile(code)).toEqual([])
  })
})

describe('a block of markup', () => {
  it.each(markup.map((block) => [block.at, block] as const))(
    'closes its tags and binds a handler of the block before: %s',
    (_, block) => {
      const open = [...block.code.matchAll(/<([a-z-]+)\b/g)].map(([, tag]) => tag)
      const closed = [...block.code.matchAll(/<\/([a-z-]+)>/g)].map(([, tag]) => tag)
      expect(closed.sort()).toEqual(open.sort())
      const before = blocks.filter(({ page, line }) => page === block.page && line < block.line)
      const bound = [...block.code.matchAll(/\bbind\w+="(\w+)"/g)].map(([, name]) => name!)
      expect(bound.length).toBeGreaterThan(0)
      expect(bound.filter((name) => !before.at(-1)!.code.includes(`${name}:`))).toEqual([])
    },
  )
})

describe('a block in a language without a compiler here', () => {
  it.each(inForeign.map((block) => [block.at, block] as const))(
    'has a test of its requests: %s',
    (_, block) => {
      const [, , test] = foreignOf(block)!
      expect(isThere(test)).toBe(true)
    },
  )
})

it('the pages of the controls are generated, and their examples run', () => {
  expect(textOf('test/docs/sandbox-controls.test.ts')).toContain('sandbox-controls.mjs')
  expect(textOf('test/sandbox/document.test.ts')).toContain('example')
  expect(generated.every(({ language }) => language === 'sh' || language === 'js')).toBe(true)
})
