import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { demoSettings } from '../../server/commands/demo-settings.ts'

let folder: string
beforeEach(() => {
  folder = join(mkdtempSync(join(tmpdir(), 'wx-reach-demo-')), 'data')
})
afterEach(() => rmSync(join(folder, '..'), { recursive: true }))

const settings = (env: Record<string, string> = {}) => demoSettings(env, folder)

describe('the demo on a fresh machine', () => {
  it('needs no setting', () => {
    expect(settings()).toMatchObject({
      sandboxPort: 3001,
      apiKey: 'demo-key',
      config: {
        port: 3000,
        host: '127.0.0.1',
        database: { engine: 'sqlite', path: join(folder, 'reach.db') },
        apps: [{ appId: 'wx0000000000sandbox', edition: '2018' }],
      },
    })
  })

  it('generates its secrets once, readable by its owner only', () => {
    const first = settings().config
    expect(settings().config).toEqual(first)
    expect(first.secretKeys[0]).toHaveLength(32)
    expect(first.apps[0]?.secret).toMatch(/^[0-9a-f]{32}$/)
    expect(statSync(join(folder, 'secrets.json')).mode & 0o777).toBe(0o600)
  })

  it('uses settings that are set, and ignores empty ones', () => {
    const { config, apiKey } = settings({
      PORT: '4000',
      HOST: '',
      WECHAT_APPID: 'wx0123456789abcdef',
      WECHAT_EDITION: '2026',
      REACH_API_KEYS: 'reader:read,writer:send+read',
    })
    expect(config).toMatchObject({ port: 4000, host: '127.0.0.1' })
    expect(config.apps).toMatchObject([{ appId: 'wx0123456789abcdef', edition: '2026' }])
    expect(apiKey).toBe('writer')
  })

  it('uses settings that come from files, weak ones too', () => {
    const file = join(folder, '../key')
    writeFileSync(file, 'a-key\n')
    const secretKeys = [Buffer.alloc(32, 2), Buffer.alloc(32, 1)]
    const list = secretKeys.map((key) => key.toString('base64')).join(',')
    const { config, apiKey } = settings({ REACH_API_KEYS_FILE: file, REACH_SECRET_KEYS: list })
    expect(apiKey).toBe('a-key')
    expect(config).toMatchObject({ secretKeys, warnings: [] })
    writeFileSync(file, list)
    expect(settings({ REACH_SECRET_KEYS_FILE: file }).config).toMatchObject({ secretKeys })
  })

  it('never calls the real platform, whatever WECHAT_API_BASE is', () => {
    const { config } = settings({ WECHAT_API_BASE: 'not an address' })
    expect(config).toMatchObject({ port: 3000 })
  })

  it('refuses production, names serve, and creates nothing', () => {
    expect(() => settings({ NODE_ENV: 'production' })).toThrow(/npm run serve/)
    expect(() => statSync(folder)).toThrow(/ENOENT/)
  })

  it.each(['-1', '65536', 'x', '1.5'])('has no sandbox at the port %s', (port) => {
    expect(() => settings({ SANDBOX_PORT: port })).toThrow(/SANDBOX_PORT/)
  })
})
