/**
 * deploy/Dockerfile without Docker: each stage is a folder, and its steps run there with our
 * Node.js. It installs from the npm registry.
 */
import { execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { DockerfileParser, type Copy, type Instruction, type JSONInstruction } from 'dockerfile-ast'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const root = resolve(__dirname, '../..')
const dockerfile = readFileSync(join(root, 'deploy/Dockerfile'), 'utf8')

interface Stage {
  /** Its root file system. */
  folder: string
  workdir: string
  env: Record<string, string>
  /** The last instruction of each keyword. */
  last: Map<string, Instruction>
}

const inside = ({ folder, workdir }: Stage, path: string) =>
  join(folder, path.startsWith('/') ? path : join(workdir, path))

/** @returns the last stage */
function build(place: string): Stage {
  const stages = new Map<string, Stage>()
  let stage!: Stage
  for (const instruction of DockerfileParser.parse(dockerfile).getInstructions()) {
    const keyword = instruction.getKeyword()
    const words = instruction.getArguments().map((argument) => argument.getValue())
    if (keyword === 'FROM') {
      stage = { folder: mkdtempSync(join(place, 's')), workdir: '/', env: {}, last: new Map() }
      stages.set(words[2] ?? '', stage)
    }
    if (keyword === 'WORKDIR') {
      stage.workdir = words[0]!
      mkdirSync(inside(stage, '.'), { recursive: true })
    }
    if (keyword === 'ENV') {
      for (const word of words) Object.assign(stage.env, Object.fromEntries([word.split('=')]))
    }
    if (keyword === 'COPY') {
      const flag = (instruction as Copy).getFlags().find((one) => one.getName() === 'from')
      const from = flag ? stages.get(flag.getValue()!)!.folder : root
      copy(from, words.slice(0, -1), inside(stage, words.at(-1)!))
    }
    if (keyword === 'RUN') {
      execFileSync('sh', ['-ec', instruction.getRawArgumentsContent()!], {
        cwd: inside(stage, '.'),
        env: { PATH: process.env.PATH, HOME: process.env.HOME, ...stage.env },
      })
    }
    stage.last.set(keyword, instruction)
  }
  return stage
}

/** As COPY does: the content of a folder, a file under its name where `to` ends with a slash. */
function copy(from: string, sources: string[], to: string): void {
  for (const source of sources) {
    const target = to.endsWith('/') ? join(to, source.split('/').at(-1)!) : to
    cpSync(join(from, source), target, { recursive: true, verbatimSymlinks: true })
  }
}

const filesOf = (folder: string) =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' }).sort()

describe('deploy/Dockerfile, run step by step', () => {
  let place: string
  let image: Stage
  beforeAll(() => {
    place = mkdtempSync(join(tmpdir(), 'wx-reach-image-'))
    image = build(place)
  }, 300_000)
  afterAll(() => rmSync(place, { recursive: true }))

  const wordsOf = (keyword: string) =>
    (image.last.get(keyword) as JSONInstruction).getJSONStrings().map((word) => word.getJSONValue())

  it('serves, is healthy by its own check, and writes its data and nothing else', async () => {
    const before = filesOf(image.folder)
    const [command, ...words] = [...wordsOf('ENTRYPOINT'), ...wordsOf('CMD')]
    const env = {
      ...image.env,
      PATH: process.env.PATH,
      DATABASE_URL: `sqlite:${join(image.folder, 'data/reach.db')}`,
      WECHAT_APPID: 'wx0123456789abcdef',
      WECHAT_SECRET: '89abcdef0123456789abcdef01234567',
      REACH_API_KEYS: strongApiKey,
      REACH_SECRET_KEY: strongSecretKey,
      WECHAT_API_BASE: 'http://127.0.0.1:9',
      PORT: '0',
    }
    const cwd = inside(image, '.')
    const server = spawn(command!, words, { cwd, env, stdio: ['ignore', 'pipe', 'inherit'] })
    try {
      const { port } = new URL(await servedUrl(server.stdout))
      const check = JSON.parse(
        image.last
          .get('HEALTHCHECK')!
          .getRawArgumentsContent()!
          .replace(/^.*?CMD /s, ''),
      ) as [string, ...string[]]
      const isHealthy = async (PORT: string) =>
        (await once(spawn(check[0], check.slice(1), { env: { ...env, PORT } }), 'exit'))[0] === 0
      expect(await isHealthy(port)).toBe(true)
      expect(await isHealthy('9')).toBe(false)
    } finally {
      server.kill('SIGTERM')
    }
    expect(await once(server, 'exit')).toEqual([0, null])
    const written = filesOf(image.folder).filter((file) => !before.includes(file))
    expect(written).toContain('data/reach.db')
    expect(written.filter((file) => !file.startsWith('data/'))).toEqual([])
  })

  it('holds what the server needs, and no source, test or build tool', () => {
    expect(readdirSync(inside(image, '.')).sort()).toEqual(['dist', 'node_modules', 'package.json'])
    const packages = readdirSync(inside(image, 'node_modules'))
    expect(packages).toContain('koa')
    for (const name of ['typescript', 'jest', 'wx-reach']) expect(packages).not.toContain(name)
  })
})

async function servedUrl(stdout: NodeJS.ReadableStream): Promise<string> {
  for await (const line of createInterface({ input: stdout })) {
    if (line.includes('"serving"')) return (JSON.parse(line) as { url: string }).url
  }
  throw new Error('It ended before it served.')
}
