import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import type { Command } from '../../server/commands/command.ts'
import { serve } from '../../server/commands/serve.ts'
import { start } from '../../server/commands/start.ts'
import { defaultApp } from '../../server/sandbox/sandbox.ts'
import type { Environment } from '../../server/config/settings-reader.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-serve-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const complete = (): Environment => ({
  DATABASE_URL: `sqlite:${join(folder, 'reach.db')}`,
  WECHAT_APPID: 'wx0123456789abcdef',
  WECHAT_SECRET: 'a-secret-of-theirs',
  REACH_API_KEYS: strongApiKey,
  REACH_SECRET_KEY: strongSecretKey,
  WECHAT_API_BASE: 'http://127.0.0.1:9',
  HOST: '127.0.0.1',
  PORT: '0',
})
/** The message of a command that does not start. */
const refusal = (command: Command, env: Environment) =>
  command({ env, print() {}, stopped: Promise.resolve() }).then(
    () => 'it started',
    (error: Error) => error.message,
  )

describe('serve', () => {
  it('names all that is missing at once, each with what to do', async () => {
    const lines = (await refusal(serve, {})).split('\n').slice(1)
    const names = lines.map((line) => line.trim().split(' ')[0])
    expect([...names].sort()).toEqual([
      'DATABASE_URL',
      'REACH_API_KEYS',
      'REACH_SECRET_KEY',
      'WECHAT_APPID',
      'WECHAT_SECRET',
    ])
    for (const line of lines) expect(line).toMatch(/ is missing: .{10}/)
  })

  it.each([
    ['REACH_API_KEYS', 'demo-key'],
    ['REACH_API_KEYS', `${strongApiKey},demo-key:read`],
    ['WECHAT_APPID', 'wx0000000000sandbox'],
  ])('refuses the demo value of %s: %s', async (name, value) => {
    const env = { ...complete(), WECHAT_API_BASE: undefined, [name]: value }
    const text = await refusal(serve, env)
    expect(text).toContain(name)
    expect(text).not.toContain('it started')
  })

  it('takes the app of a sandbox on this machine', async () => {
    const text = await refusal(serve, { ...complete(), WECHAT_APPID: defaultApp.appId })
    expect(text).toBe('it started')
  })

  it('reveals no secret when a setting is wrong', async () => {
    const env = { ...complete(), PORT: 'a-secret-of-theirs', REACH_SECRET_KEY: 'a-key-of-theirs' }
    const text = await refusal(serve, env)
    expect(text).toMatch(/PORT/)
    expect(text).not.toMatch(/of-theirs/)
  })

  it('names the reason when the database is unavailable, and reveals no password', async () => {
    const url = 'postgres://reach:a-secret-of-theirs@127.0.0.1:9/reach'
    const text = await refusal(serve, { ...complete(), DATABASE_URL: url })
    expect(text).toMatch(/database cannot be used.*DATABASE_URL/)
    expect(text).not.toContain('of-theirs')
  })

  it('stops when the port is taken, and releases the database', async () => {
    const taken = { ...complete(), HOST: '203.0.113.1' }
    expect(await refusal(serve, taken)).toMatch(/EADDRNOTAVAIL/)
    expect(await refusal(serve, taken)).toMatch(/EADDRNOTAVAIL/)
  })
})

describe('start', () => {
  it('is the demo, refuses production, and names serve', async () => {
    const text = await refusal(start, { NODE_ENV: 'production' })
    expect(text).toMatch(/production/)
    expect(text).toMatch(/npm run serve/)
  })
})
