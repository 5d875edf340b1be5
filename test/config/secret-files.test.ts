import { execFileSync } from 'node:child_process'
import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { ConfigError, readConfig, readDatabaseSettings } from '../../server/config/config.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const pushAesKey = 'A'.repeat(42) + 'B'
/** By name, as in the environment. */
const secrets = {
  DATABASE_URL: 'postgres://reach:pass@db/reach',
  WECHAT_SECRET: '0123456789abcdef0123456789abcdef',
  WECHAT_PUSH_TOKEN: 'AAAAA',
  WECHAT_PUSH_AES_KEY: pushAesKey,
  REACH_API_KEYS: strongApiKey,
  REACH_SECRET_KEY: strongSecretKey,
  REACH_HTTPS_PROXY: 'http://user:pass@proxy:3128',
}
const plain = { WECHAT_APPID: 'wx4f4bc4dec97d474b' }

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'wx-reach-secrets-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function write(name: string, text: string | Buffer, mode = 0o600): string {
  const path = join(folder, name)
  writeFileSync(path, text)
  chmodSync(path, mode)
  return path
}
function problemsOf(env: Record<string, string | undefined>, allowDemo = false): string[] {
  try {
    readConfig(env, { allowDemo })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message)
    throw error
  }
  return []
}
/** Everything from the environment, but `name` from a file. */
const withFile = (name: string, path: string) => ({
  ...plain,
  ...secrets,
  [name]: undefined,
  [`${name}_FILE`]: path,
})

describe('secrets in files', () => {
  it('are those that would stand in the environment, line break at the end or not', () => {
    const files = Object.entries(secrets).map(([name, text], index) => [
      `${name}_FILE`,
      write(name, index % 2 === 0 ? `${text}\n` : text),
    ])
    const env = Object.fromEntries(files) as Record<string, string>
    expect(readConfig({ ...plain, ...env })).toEqual(readConfig({ ...plain, ...secrets }))
    expect(readDatabaseSettings(env)).toMatchObject({ url: secrets.DATABASE_URL })
  })

  it('may hold one API key a line', () => {
    const path = write('keys', `${strongApiKey}\r\n${strongSecretKey}:read\n`)
    const { apiKeys } = readConfig(withFile('REACH_API_KEYS', path))
    expect(apiKeys).toMatchObject([
      { key: strongApiKey },
      { key: strongSecretKey, scopes: ['read'] },
    ])
  })

  it.each(Object.keys(secrets))('that are set twice are refused: %s', (name) => {
    const path = write(name, secrets[name as keyof typeof secrets])
    expect(problemsOf({ ...plain, ...secrets, [`${name}_FILE`]: path })).toEqual([
      `${name} is set together with ${name}_FILE: leave one of the two out`,
    ])
  })

  it.each([
    ['group', 0o640],
    ['others', 0o604],
    ['everyone', 0o666],
  ])('that %s may read are refused by all but the demo', (_, mode) => {
    const env = withFile('WECHAT_SECRET', write('secret', 'hush-hush-hush', mode))
    const problems = problemsOf(env)
    expect(problems).toEqual([
      expect.stringMatching(/^WECHAT_SECRET_FILE names a file that its group or others can read/),
    ])
    expect(problems.join()).not.toMatch(/hush|wx-reach-secrets/)
    expect(problemsOf(env, true)).toEqual([])
  })

  it('of several apps are refused as well when others may read them', () => {
    const { WECHAT_SECRET: _s, WECHAT_PUSH_TOKEN: _t, WECHAT_PUSH_AES_KEY: _k, ...rest } = secrets
    const apps = JSON.stringify([{ appId: 'wx1234567', secret: 'hush-hush-hush' }])
    const path = write('apps.json', apps, 0o644)
    expect(problemsOf({ ...rest, REACH_APPS: path })[0]).toMatch(
      /^REACH_APPS names a file that its/,
    )
    chmodSync(path, 0o400)
    expect(problemsOf({ ...rest, REACH_APPS: path })).toEqual([])
  })

  it.each([
    ['does not exist', () => join(folder, 'nothing'), 'cannot be read (ENOENT)'],
    ['is empty', () => write('empty', ' \n'), 'names an empty file'],
    ['is a folder', () => folder, 'is not a file'],
    ['is longer than any secret', () => write('long', 'x'.repeat(2 ** 20 + 1)), 'over 1024 KB'],
    ['is not text', () => write('bytes', Buffer.of(0xff, 0xfe, 0x41)), 'not text in UTF-8'],
    ['never ends', () => '/dev/zero', 'is not a file'],
    [
      'is a pipe that nobody writes to',
      () => {
        const path = join(folder, 'pipe')
        execFileSync('mkfifo', [path])
        return path
      },
      'is not a file',
    ],
  ])('are refused when the file %s', (_, path, words) => {
    const problems = problemsOf(withFile('REACH_SECRET_KEY', path()))
    expect(problems).toEqual([expect.stringMatching(/^REACH_SECRET_KEY_FILE names /)])
    expect(problems[0]).toContain(words)
  })

  it('are named by their file when they are wrong', () => {
    const path = write('key', 'hush-hush-hush')
    expect(problemsOf(withFile('REACH_SECRET_KEY', path))).toEqual([
      expect.stringMatching(/^REACH_SECRET_KEY_FILE must be 32 bytes in base64/),
    ])
  })
})
