/** The commands of the documents: all are checked, and what can run here runs. */
import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { promisify } from 'node:util'
import { afterAll, afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals'
import { createSandbox, type Sandbox } from '../../server/sandbox/index.ts'
import { app, apiKey } from '../support/server/start-reach.ts'
import { useReach } from '../support/server/use-reach.ts'
import { serverPaths, settingNames } from './known-names.ts'
import { spansOf } from './markdown.ts'
import { blocks, isChinese, isThere, pages, root, textOf, type PageBlock } from './pages.ts'
import { commandsOf, problemsOf } from './shell.ts'

const scripts = blocks.filter(
  ({ page, language, file }) => language === 'sh' && file === '' && !/sandbox-controls/.test(page),
)
/** One of each: the Chinese page has the same commands. */
const ofEnglish = scripts.filter(({ page }) => !isChinese(page))
const englishOf = (page: string) => page.replace('.zh-CN.md', '.md')
const isCurlOf = (host: RegExp) => (block: PageBlock) =>
  commandsOf(block.code).every((command) => command.startsWith('curl ')) && host.test(block.code)

const ofServer = ofEnglish.filter(isCurlOf(/reach\.example\.com|localhost:3000/))
const ofSandbox = ofEnglish.filter(isCurlOf(/127\.0\.0\.1:3001/))
const ofKeys = ofEnglish.filter(({ code }) => code.includes('wx-reach-server keys create'))
const ofBackend = ofEnglish.filter(({ code }) => /sandbox &\n[^]*serve\n$/.test(code))
const ofSettings = ofEnglish.filter(({ code }) => /^(?:[A-Z_]+=\S+ .*\n)+$/.test(code))

/** Not run here, each with what does instead. */
const elsewhere: readonly [page: string, begins: string, why: string][] = [
  ['README.md', 'npm ci && npm start', '.ci/newcomer runs both'],
  ['README.md', 'npm ci && npm pack', 'test/docs/packages.test.ts packs both'],
  ['CONTRIBUTING.md', 'npm ci ', '.ci/run runs all of them'],
  ['miniprogram/README.md', 'npm install wx-reach', '.ci/package installs the package'],
  ['docs/guide.md', 'npm install wx-reach', '.ci/package installs the package'],
  ['docs/operations.md', 'npx wx-reach-server serve', 'test/commands/serve.test.ts runs it'],
  ['docs/operations.md', 'npx wx-reach-server doctor', 'test/commands/doctor.test.ts runs it'],
  ['docs/scaling.md', 'TEST_ENGINE=Citus', 'it needs a Citus, which CI has not'],
  ['docs/scaling.md', 'BENCH_CITUS_URL=', 'it needs a Citus, which CI has not'],
  ['docs/deployment.md', 'mkdir -m 700', 'no Docker engine runs here: test/deploy/files.test.ts'],
  ['docs/deployment.md', 'export DATABASE_URL', 'test/deploy/database.long.test.ts runs it'],
  ['docs/sandbox.md', 'npx wx-reach-server sandbox --tls', 'test/sandbox/tls runs it'],
  ['docs/sandbox.md', 'export HTTPS_PROXY', 'test/sandbox/tls runs it for Node, curl and Python'],
  ['docs/simulator.md', 'npm run build -w web/simulator', 'test/simulator/serve.test.ts serves it'],
  ['docs/sandbox-sdks.md', 'npx wx-reach-server sandbox', 'test/docs/sandbox-sdks.long.test.ts'],
  ['docs/sandbox-sdks.md', "echo '127.0.0.1", 'it changes the hosts file of the machine'],
]
const isElsewhere = ({ page, code }: PageBlock) =>
  elsewhere.some(([name, begins]) => name === page && code.startsWith(begins))

describe('a block of commands', () => {
  it.each(scripts.map((block) => [block.at, block] as const))(
    'has no command, option, script, setting, file or route that there is not: %s',
    (_, { code }) => {
      expect(problemsOf(code)).toEqual([])
    },
  )

  it('runs below, or in the test that is named', () => {
    const run = [ofServer, ofSandbox, ofKeys, ofBackend, ofSettings].flat()
    const left = ofEnglish.filter((block) => !run.includes(block) && !isElsewhere(block))
    expect(left.map(({ at }) => at)).toEqual([])
    const unused = elsewhere.filter(([name, begins]) =>
      ofEnglish.every(({ page, code }) => name !== page || !code.startsWith(begins)),
    )
    expect(unused).toEqual([])
    const tests = elsewhere.flatMap(([, , why]) => why.match(/(test|\.ci)\/[\w./-]*\w/g) ?? [])
    expect(tests.filter((file) => !isThere(file))).toEqual([])
  })

  it.each(scripts.filter(({ page }) => isChinese(page)).map((block) => [block.at, block] as const))(
    'has the commands of the English page: %s',
    (_, { page, code }) => {
      const english = scripts.filter((block) => block.page === englishOf(page))
      // Texts within quotes are translated.
      const bare = (script: string) =>
        commandsOf(script)
          .join('\n')
          .replaceAll(/'[^']*'/g, "''")
      expect(english.map((block) => bare(block.code))).toContain(bare(code))
    },
  )
})

describe('the commands in the text', () => {
  /** The history of changes names what was renamed. */
  const current = pages.filter((page) => page !== 'CHANGELOG.md')
  const programs = /^(?:npx|node dist\/\S+|wx-reach-server|npm (?:run|ci|test|start|pack)) /
  const isCommand = (span: string) => programs.test(`${span} `) || /^deploy\/\S+ /.test(span)
  it.each(current.map((page) => [page]))('are there, in %s', (page) => {
    const spans = spansOf(textOf(page)).filter((span) => isCommand(span) && !span.includes('jest'))
    expect(spans.flatMap((span) => problemsOf(span).map((one) => `${span}: ${one}`))).toEqual([])
  })

  it.each(current.map((page) => [page]))('have settings that there are, in %s', (page) => {
    const named = spansOf(textOf(page)).flatMap(
      (span) => span.match(/\b(REACH|WECHAT)_[A-Z_]+/g) ?? [],
    )
    const unknown = named.filter((name) => !settingNames.has(name.replace(/_FILE$/, '')))
    expect([...new Set(unknown)]).toEqual([])
  })

  it.each(current.map((page) => [page]))('have routes that there are, in %s', (page) => {
    const named = spansOf(textOf(page)).filter((span) =>
      /^(?:GET|POST|PUT|DELETE) \/(?:v1\/|healthz|readyz|metrics|openapi)/.test(span),
    )
    expect([...new Set(named)].filter((name) => !serverPaths.has(name))).toEqual([])
  })
})

const run = async (script: string, env: Record<string, string>, cwd: string) => {
  const asked = ['-euo', 'pipefail', '-c', script]
  const all = { PATH: process.env.PATH!, ...env }
  return (await promisify(execFile)('bash', asked, { env: all, cwd })).stdout
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  return port
}

async function waitUntil(isSo: () => Promise<boolean>): Promise<void> {
  while (!(await isSo())) await setTimeout(50)
}

describe('run', () => {
  /** Each starts processes of Node, which a machine that does other things starts slowly. */
  jest.setTimeout(120_000)
  const folder = mkdtempSync(join(tmpdir(), 'wx-reach-shell-'))
  afterAll(() => rmSync(folder, { recursive: true }))

  describe('against a server', () => {
    const server = useReach({ edition: '2026' })
    /** What readers fill in. */
    const filled = (code: string) =>
      code
        .replaceAll(/https:\/\/reach\.example\.com|http:\/\/localhost:3000/g, server.url)
        .replaceAll('<API key>', apiKey)
        .replaceAll('"wx…"', `"${app.appId}"`)
        .replaceAll(/"(openId|templateId)": "…"/g, '"$1": "oExampleUser"')
        .replaceAll('2027-01-01', '2099-01-01')
        .replaceAll('curl ', 'curl --silent --show-error --fail-with-body ')

    it.each(ofServer.map((block) => [block.at, block] as const))(
      'replies: %s',
      async (_, { code }) => {
        const reply = await run(filled(code), { KEY: apiKey, OPENID: 'oExampleUser' }, folder)
        expect(JSON.parse(reply)).not.toHaveProperty('errors')
      },
    )
  })

  describe('against a sandbox', () => {
    let wechat: Sandbox
    beforeEach(async () => {
      wechat = await createSandbox()
    })
    afterEach(() => wechat.close())

    it.each(ofSandbox.map((block) => [block.at, block] as const))(
      'replies: %s',
      async (_, { code }) => {
        const script = code
          .replaceAll('127.0.0.1:3001', wechat.url)
          .replaceAll('curl ', 'curl --show-error --fail-with-body ')
        await run(script, {}, folder)
        expect(wechat.url).toMatch(/^http:/)
      },
    )
  })

  /** `npx wx-reach-server` is what `tsc -b` built. */
  const npx = () => {
    const file = join(folder, 'npx')
    const main = join(root, 'dist/server/main.js')
    writeFileSync(file, `#!/bin/sh\nshift\nexec node ${main} "$@"\n`)
    chmodSync(file, 0o755)
    return `${folder}:${process.env.PATH}`
  }

  it.each(ofBackend.map((block) => [block.at, block] as const))(
    'side by side: %s',
    async (_, block) => {
      const [port, sandboxPort] = [await freePort(), await freePort()]
      const child = spawn('bash', ['-c', block.code.replaceAll('3001', String(sandboxPort))], {
        cwd: folder,
        env: { PATH: npx(), PORT: String(port), SANDBOX_PORT: String(sandboxPort) },
        detached: true,
        stdio: 'ignore',
      })
      const ended = once(child, 'close')
      try {
        const ready = async () => (await fetch(`http://127.0.0.1:${port}/readyz`)).status
        await waitUntil(async () => (await ready().catch(() => 0)) === 200)
      } finally {
        process.kill(-child.pid!)
        await ended
      }
      expect(child.pid).toBeGreaterThan(0)
    },
  )

  it.each(ofKeys.map((block) => [block.at, block] as const))(
    'in order: %s',
    async (_, { code }) => {
      const env = {
        PATH: npx(),
        DATABASE_URL: `sqlite:${join(folder, 'keys.db')}`,
        WECHAT_APPID: app.appId,
      }
      await run('npx wx-reach-server migrate', env, folder)
      const printed: string[] = []
      for (const command of commandsOf(code.replaceAll('wx…', app.appId))) {
        const id = /key_[\w-]+/.exec(printed.join('\n'))?.[0] ?? ''
        printed.push(await run(command.replace('key_…', id), env, folder))
      }
      expect(printed[0]).toMatch(/wxr_/)
    },
  )

  it.each(ofSettings.map((block) => [block.at, block] as const))(
    'as settings: %s',
    async (_, { code }) => {
      const names = code.match(/^[A-Z_]+/gm)!
      expect(names.filter((name) => !settingNames.has(name))).toEqual([])
      expect(await run(`${code}\necho "$${names[0]}"`, {}, folder)).toMatch(/\S/)
    },
  )
})
