/** The command `wx-reach-simulator`: what it says where it cannot start. */
import { spawn } from 'node:child_process'
import { createServer } from 'node:net'
import type { AddressInfo } from 'node:net'
import { resolve } from 'node:path'
import { afterEach, beforeEach, expect, it } from '@jest/globals'
import { writeProject, type WrittenProject } from './written-project.ts'

const main = resolve(__dirname, '../../web/simulator/dist/server/main.js')

let project: WrittenProject
beforeEach(() => {
  project = writeProject()
})
afterEach(() => project.remove())

/** The exit code, and the first line of the errors. */
const run = (...args: string[]) =>
  new Promise<[number | null, string]>((ended) => {
    const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] })
    let errors = ''
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.on('close', (code) => ended([code, errors.split('\n')[0]!]))
  })

it.each([
  [['--bad'], "Unknown option '--bad'"],
  [['--port', 'x'], '--port x: name a number from 0 to 65535'],
  [['--port', '65536'], '--port 65536: name a number'],
  [['--server', 'localhost:3000'], '--server localhost:3000: name an address, as http://'],
  [['--sandbox', 'http://'], '--sandbox http://: name an address'],
  [['--domain', 'a.example'], '--domain a.example: name an address'],
])('%j is refused, with what to write instead', async (args, words) => {
  const [code, line] = await run(project.folder, ...args)
  expect(code).toBe(1)
  expect(line).toContain(words)
})

it('says what is wrong with a folder', async () => {
  const missing = `${project.folder}/nothing`
  expect(await run(missing)).toEqual([
    1,
    `${missing} has no app.json: name the folder of a mini-program`,
  ])
  project.write({ 'app.json': '{' })
  const [code, line] = await run(project.folder)
  expect(code).toBe(1)
  expect(line).toMatch(/^app\.json is no JSON: /)
})

it('says that a port is in use', async () => {
  const other = createServer()
  await new Promise<void>((listening) => other.listen(0, '127.0.0.1', listening))
  const { port } = other.address() as AddressInfo
  const result = await run(project.folder, '--port', String(port))
  await new Promise((closed) => other.close(closed))
  expect(result).toEqual([
    1,
    `port ${port} is in use: end what uses it, or name another by --port (0: a free one)`,
  ])
})
