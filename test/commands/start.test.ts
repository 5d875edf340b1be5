import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { runProcess, type CommandProcess } from '../support/server/command-process.ts'

let folder: string
let running: CommandProcess[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-start-'))
  running = []
})
afterEach(async () => {
  for (const { signal } of running) signal('SIGKILL')
  await Promise.all(running.map(({ exitCode }) => exitCode))
  rmSync(folder, { recursive: true })
})

function start(env: Record<string, string> = {}): CommandProcess {
  const started = runProcess('start', {
    cwd: folder,
    env: { PORT: '0', SANDBOX_PORT: '0', ...env },
  })
  running.push(started)
  return started
}

describe('npm start', () => {
  it('refuses production, names serve, and prints no stack', async () => {
    const refused = start({ NODE_ENV: 'production' })
    expect(await refused.exitCode).toBe(1)
    expect(refused.output()).toMatch(/npm run serve/)
    expect(refused.output()).not.toMatch(/\n\s+at /)
  }, 30_000)

  it('listens on this machine only, and exits with 0 on SIGTERM', async () => {
    const demo = start()
    expect(await demo.line(/http:/)).toMatch(/http:\/\/127\.0\.0\.1:/)
    await demo.line(/Ctrl\+C/)
    demo.signal('SIGTERM')
    expect(await demo.exitCode).toBe(0)
  }, 30_000)

  it('exits when another process owns the database', async () => {
    await start().line(/Ctrl\+C/)
    const second = start()
    expect(await second.exitCode).toBe(1)
    expect(second.output()).not.toMatch(/\n\s+at /)
  }, 30_000)
})
