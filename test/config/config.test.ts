import { describe, expect, it } from '@jest/globals'
import { ConfigError, demoValues, readConfig } from '../../server/config/config.ts'
import { requestLimits } from '../../server/rules/limits.ts'
import { scopes } from '../../shared/codes.ts'
import { hashOf } from '../store/builders.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const complete = {
  DATABASE_URL: 'sqlite:./data/reach.db',
  WECHAT_APPID: 'wx4f4bc4dec97d474b',
  WECHAT_SECRET: 'hush',
  REACH_API_KEYS: strongApiKey,
  REACH_SECRET_KEY: strongSecretKey,
}

const otherKey = hashOf('other key').toString('hex')

function problemsOf(env: Record<string, string>, file?: string): string[] {
  try {
    readConfig(env, { readFile: () => ({ value: file ?? '' }) })
  } catch (error) {
    if (error instanceof ConfigError) return error.problems.map(({ message }) => message)
    throw error
  }
  return []
}

describe('the settings', () => {
  it('have defaults', () => {
    expect(readConfig(complete)).toEqual({
      port: 3000,
      host: '0.0.0.0',
      database: { engine: 'sqlite', path: './data/reach.db' },
      apps: [{ appId: 'wx4f4bc4dec97d474b', secret: 'hush', edition: '2026' }],
      apiBase: 'https://api.weixin.qq.com',
      apiKeys: [{ key: strongApiKey, scopes }],
      secretKeys: [Buffer.from(strongSecretKey, 'base64')],
      requestLimits,
      timeZone: 'Asia/Shanghai',
      pushContentDays: 7,
      trustedProxies: 0,
      webhooks: { allowHttp: false, allowPrivate: false },
      connectionLimits: {},
      warnings: [],
    })
  })

  it('are all read', () => {
    const pushAesKey = 'A'.repeat(42) + 'B'
    const config = readConfig({
      ...complete,
      PORT: '0',
      HOST: '::1',
      WECHAT_EDITION: '2018',
      WECHAT_PUSH_TOKEN: 'AAAAA',
      WECHAT_PUSH_AES_KEY: pushAesKey,
      WECHAT_API_BASE: 'http://127.0.0.1:3001',
      REACH_API_KEYS: `${strongApiKey}, ${otherKey}:send+read`,
      REACH_LIMIT_PER_USER_DAY: '5',
      REACH_PUSH_CONTENT_DAYS: '0',
      REACH_LIMIT_PER_USER_MINUTE: '6',
      REACH_LIMIT_PER_KEY_MINUTE: '7',
      REACH_LIMIT_SIGN_INS_PER_ADDRESS_MINUTE: '8',
      REACH_LIMIT_FAILURES_PER_ADDRESS_MINUTE: '9',
      REACH_LIMIT_CODES_PER_KEY_DAY: '10',
      REACH_QUIET_HOURS: '22:00-08:30',
      REACH_TIME_ZONE: 'Europe/Berlin',
      REACH_WECHAT_CALLS: 'send=512, signIn=8',
      TRUST_PROXY: '2',
      REACH_INTERNAL_PORT: '9000',
      REACH_CONSOLE: 'internal',
      REACH_MAX_CONNECTIONS: '500',
      REACH_KEEP_ALIVE_SECONDS: '120',
      REACH_REQUEST_TIMEOUT_SECONDS: '30',
    })
    expect(config).toMatchObject({
      port: 0,
      host: '::1',
      internalPort: 9000,
      console: 'internal',
      connectionLimits: { maxConnections: 500, keepAliveMs: 120_000, requestTimeoutMs: 30_000 },
      apps: [{ edition: '2018', pushToken: 'AAAAA', pushAesKey, pushMode: 'safe' }],
      apiBase: 'http://127.0.0.1:3001',
      apiKeys: [
        { key: strongApiKey, scopes },
        { key: otherKey, scopes: ['send', 'read'] },
      ],
      requestLimits: {
        perUserMinute: 6,
        perKeyMinute: 7,
        signInsPerAddressMinute: 8,
        failuresPerAddressMinute: 9,
        codesPerKeyDay: 10,
      },
      limitPerUserDay: 5,
      pushContentDays: 0,
      quietHours: { fromMinute: 1320, untilMinute: 510 },
      timeZone: 'Europe/Berlin',
      wechatCalls: { send: 512, signIn: 8 },
      trustedProxies: 2,
    })
  })

  it('that are missing are all named at once, each with its source', () => {
    const problems = problemsOf({ WECHAT_SECRET: ' ', PORT: 'x' })
    expect(problems.map((message) => message.split(' ')[0]).sort()).toEqual(
      [...Object.keys(complete), 'PORT'].sort(),
    )
    expect(problems).toContain('WECHAT_SECRET is missing: copy it from 开发管理 → 开发设置')
    expect(() => readConfig({})).toThrow(/DATABASE_URL is missing[^]*WECHAT_SECRET is missing/)
  })

  it.each([
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['DATABASE_URL', 'postgres://db'],
    ['DATABASE_URL', 'postgres://user:pass/word@db/reach'],
    ['DATABASE_URL', 'mysql://db/reach'],
    ['DATABASE_URL', 'sqlite:'],
    ['WECHAT_APPID', 'wx123'],
    ['WECHAT_APPID', 'gh_4f4bc4dec97d'],
    ['WECHAT_EDITION', '2020'],
    ['WECHAT_PUSH_AES_KEY', 'A'.repeat(44)],
    ['WECHAT_PUSH_MODE', 'loud'],
    ['WECHAT_API_BASE', 'http://api.weixin.qq.com'],
    ['WECHAT_API_BASE', 'http://127.0.0.1.evil.example'],
    ['WECHAT_API_BASE', 'gateway.example.org'],
    ['REACH_API_KEYS', `${strongApiKey}:everything`],
    ['REACH_API_KEYS', `${strongApiKey},,${otherKey}`],
    ['REACH_API_KEYS', `${strongApiKey},${strongApiKey}:send`],
    ['REACH_API_KEYS', `${strongApiKey}:`],
    ['REACH_SECRET_KEY', Buffer.alloc(31).toString('base64')],
    ['REACH_SECRET_KEY', 'x'.repeat(45)],
    ['REACH_LIMIT_PER_USER_DAY', '0'],
    ['REACH_PUSH_CONTENT_DAYS', '181'],
    ['REACH_LIMIT_PER_KEY_MINUTE', '0'],
    ['REACH_LIMIT_FAILURES_PER_ADDRESS_MINUTE', 'many'],
    ['REACH_QUIET_HOURS', '22:00-24:00'],
    ['REACH_QUIET_HOURS', '22:00-22:00'],
    ['REACH_QUIET_HOURS', '22-8'],
    ['REACH_TIME_ZONE', 'Mars/Olympus'],
    ['REACH_WECHAT_CALLS', 'sends=5'],
    ['REACH_WECHAT_CALLS', 'send=0'],
    ['REACH_WECHAT_CALLS', 'send'],
    ['TRUST_PROXY', 'perhaps'],
    ['REACH_INTERNAL_PORT', '3000'],
    ['REACH_INTERNAL_PORT', 'yes'],
    ['REACH_CONSOLE', 'internal'],
    ['REACH_CONSOLE', 'false'],
    ['REACH_MAX_CONNECTIONS', '0'],
    ['REACH_KEEP_ALIVE_SECONDS', '0'],
    ['REACH_REQUEST_TIMEOUT_SECONDS', '5'],
  ])('name %s when it is wrong, without its value', (name, value) => {
    const env = { ...complete, WECHAT_PUSH_TOKEN: 'AAAAA', [name]: value }
    const problems = problemsOf(env)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toMatch(new RegExp(`^${name} `))
    // A short value may occur in the advice.
    expect(problems.filter((text) => value.length > 8 && text.includes(value))).toEqual([])
  })

  it.each([
    'postgres://u:p@db/reach',
    'postgresql://u:p%40%2F@[::1]:5433/reach?sslmode=require',
    'postgres:///reach?host=/var/run/postgresql',
  ])('may name PostgreSQL: %s', (url) => {
    const { database } = readConfig({ ...complete, DATABASE_URL: url })
    expect(database).toEqual({ engine: 'postgres', url })
  })

  it('include those of PostgreSQL, which SQLite ignores', () => {
    const settings = {
      REACH_DATABASE_CONNECTIONS: '32',
      REACH_BATCH_WRITES: 'false',
      REACH_ENGINE: 'citus',
    }
    const url = 'postgres://reach@db/reach'
    expect(readConfig({ ...complete, ...settings, DATABASE_URL: url }).database).toEqual({
      engine: 'postgres',
      url,
      connections: 32,
      batchWrites: false,
      kind: 'citus',
    })
    expect(readConfig({ ...complete, ...settings }).database).not.toHaveProperty('connections')
    expect(() => readConfig({ ...complete, REACH_BATCH_WRITES: 'no' })).toThrow(
      /REACH_BATCH_WRITES must/,
    )
    expect(() => readConfig({ ...complete, REACH_ENGINE: 'mysql' })).toThrow(/REACH_ENGINE must/)
  })

  it('require a key and a token for encrypted pushes', () => {
    expect(problemsOf({ ...complete, WECHAT_PUSH_MODE: 'safe' })[0]).toMatch(
      /^WECHAT_PUSH_AES_KEY /,
    )
    const env = { ...complete, WECHAT_PUSH_AES_KEY: 'A'.repeat(43) }
    expect(problemsOf(env)[0]).toMatch(/^WECHAT_PUSH_TOKEN /)
  })

  it.each([
    'https://shop.example.com/wechat/push?shop=7',
    'http://127.0.0.1:8080/push',
    'http://10.1.2.3/push',
    'http://[fd00::7]:8080/push',
    // A name is looked at when it is called.
    'http://old-backend:8080/push',
  ])('take %s as the address that pushes are forwarded to', (forwardPushes) => {
    const env = { ...complete, WECHAT_PUSH_TOKEN: 'AAAAA', REACH_FORWARD_PUSHES: forwardPushes }
    expect(readConfig(env).apps).toMatchObject([{ forwardPushes }])
    const { WECHAT_APPID: appId, WECHAT_SECRET: secret, ...rest } = complete
    const rows = JSON.stringify([{ appId, secret, pushToken: 'AAAAA', forwardPushes }])
    const file = { readFile: () => ({ value: rows }) }
    expect(readConfig({ ...rest, REACH_APPS: 'apps.json' }, file).apps).toMatchObject([
      { forwardPushes },
    ])
  })

  it.each([
    ['http://203.0.113.7/push', /must begin with https/],
    ['http://[2001:db8::1]/push', /must begin with https/],
    ['ftp://127.0.0.1/push', /must be an address/],
    ['https://name:password@shop.example.com/', /must be an address/],
    ['shop.example.com/push', /must be an address/],
  ])('refuse to forward pushes to %s', (url, problem) => {
    const env = { ...complete, WECHAT_PUSH_TOKEN: 'AAAAA' }
    const problems = problemsOf({ ...env, REACH_FORWARD_PUSHES: url })
    expect(problems).toEqual([expect.stringMatching(/^REACH_FORWARD_PUSHES /)])
    expect(problems[0]).toMatch(problem)
    expect(problems[0]).not.toContain('password')
  })

  it('require a token for pushes that are forwarded', () => {
    const forwardPushes = 'https://shop.example.com/push'
    expect(problemsOf({ ...complete, REACH_FORWARD_PUSHES: forwardPushes })).toEqual([
      'WECHAT_PUSH_TOKEN is missing: without it no push is forwarded',
    ])
    const { WECHAT_APPID: appId, WECHAT_SECRET: secret, ...rest } = complete
    const file = JSON.stringify([{ appId, secret, forwardPushes }])
    expect(problemsOf({ ...rest, REACH_APPS: 'apps.json' }, file)[0]).toMatch(/without a pushToken/)
  })

  it('let 微信云托管 add the access_token, by http, for one app and without a proxy', () => {
    const cloud = { ...complete, WECHAT_TOKEN: 'cloud' }
    expect(readConfig(cloud)).toMatchObject({
      cloudToken: true,
      apiBase: 'http://api.weixin.qq.com',
    })
    expect(readConfig({ ...complete, WECHAT_TOKEN: 'fetch' })).not.toHaveProperty('cloudToken')
    expect(problemsOf({ ...complete, WECHAT_TOKEN: 'none' })).toEqual([
      'WECHAT_TOKEN must be one of fetch, cloud',
    ])
    expect(problemsOf({ ...cloud, REACH_HTTPS_PROXY: 'http://proxy:3128' })[0]).toMatch(
      /^REACH_HTTPS_PROXY is set together with WECHAT_TOKEN=cloud/,
    )
    const { WECHAT_APPID: _id, WECHAT_SECRET: secret, ...rest } = cloud
    const rows = ['wx4f4bc4dec97d474b', 'wx4f4bc4dec97d474c'].map((appId) => ({ appId, secret }))
    const env = { ...rest, REACH_APPS: 'apps.json' }
    expect(problemsOf(env, JSON.stringify(rows))[0]).toMatch(/^WECHAT_TOKEN is cloud/)
  })

  it('take several secret keys, the newest first', () => {
    const { REACH_SECRET_KEY, ...rest } = complete
    const newer = hashOf('newer').toString('base64')
    const keysOf = (list: string) => readConfig({ ...rest, REACH_SECRET_KEYS: list }).secretKeys
    const both = [hashOf('newer'), Buffer.from(strongSecretKey, 'base64')]
    expect(keysOf(`${newer},${REACH_SECRET_KEY}`)).toEqual(both)
    expect(keysOf(`${newer}\n${REACH_SECRET_KEY}\n`)).toEqual(both)
    const wrong = [
      `${newer},${newer}`,
      `${newer},${newer.slice(4)}`,
      `${newer},`,
      `${newer} ${REACH_SECRET_KEY}`,
    ]
    for (const list of wrong) {
      const problems = problemsOf({ ...rest, REACH_SECRET_KEYS: list })
      expect(problems).toEqual([expect.stringMatching(/^REACH_SECRET_KEYS /)])
      expect(problems[0]).not.toContain(newer.slice(0, 8))
    }
    expect(problemsOf({ ...complete, REACH_SECRET_KEYS: newer })).toEqual([
      expect.stringMatching(/^REACH_SECRET_KEY is set together with REACH_SECRET_KEYS/),
    ])
  })

  it.each(['changeme', 'correct-horse-battery-staple-tomato', 'a'.repeat(64)])(
    'refuse the API key %s, and do not quote it',
    (weak) => {
      const problems = problemsOf({ ...complete, REACH_API_KEYS: `${strongApiKey},${weak}:read` })
      expect(problems).toEqual([
        'REACH_API_KEYS has a key number 2 that has under 128 bits of variety: make one with ' +
          '`openssl rand -hex 24`',
      ])
      expect(() =>
        readConfig({ ...complete, REACH_API_KEYS: weak }, { allowDemo: true }),
      ).not.toThrow()
    },
  )

  it('refuse a secret key that is not random', () => {
    const weak = Buffer.alloc(32, 1).toString('base64')
    const { REACH_SECRET_KEY: _key, ...rest } = complete
    const advice = 'make one with `openssl rand -base64 32`'
    expect(problemsOf({ ...complete, REACH_SECRET_KEY: weak })).toEqual([
      `REACH_SECRET_KEY is not random: ${advice}`,
    ])
    expect(problemsOf({ ...rest, REACH_SECRET_KEYS: `${strongSecretKey},${weak}` })).toEqual([
      `REACH_SECRET_KEYS has a key number 2 that is not random: ${advice}`,
    ])
    const demo = { ...complete, REACH_SECRET_KEY: weak }
    expect(readConfig(demo, { allowDemo: true }).secretKeys).toEqual([Buffer.alloc(32, 1)])
  })

  it('warn of pushes in plain text, for each app', () => {
    const warningsOf = (env: Record<string, string>) => readConfig(env).warnings
    const token = { ...complete, WECHAT_PUSH_TOKEN: 'AAAAA' }
    expect(warningsOf(token)).toEqual([
      {
        setting: 'WECHAT_APPID',
        message: expect.stringMatching(/^wx4f4bc4dec97d474b takes pushes/),
      },
    ])
    expect(warningsOf({ ...token, WECHAT_PUSH_AES_KEY: 'A'.repeat(42) + 'B' })).toEqual([])
    expect(warningsOf(complete)).toEqual([])
  })

  it.each([
    ['REACH_QUIET_HOUR', 'did you mean REACH_QUIET_HOURS?'],
    ['REACH_LIMIT_USER_DAY', 'did you mean REACH_LIMIT_PER_USER_DAY?'],
    ['RAECH_TIME_ZONE', 'did you mean REACH_TIME_ZONE?'],
    ['reach_time_zone', 'did you mean REACH_TIME_ZONE?'],
    ['WECHAT_APP_ID', 'did you mean WECHAT_APPID?'],
    ['WECHAT_PUSH_AESKEY', 'did you mean WECHAT_PUSH_AES_KEY?'],
    ['WECHAT_APP_SECRET', 'did you mean WECHAT_SECRET?'],
    ['WECHAT_SECRETS_FILE', 'did you mean WECHAT_SECRET_FILE?'],
    ['REACH_SHADE', 'docs/operations.md lists all settings'],
  ])('name %s, which is not one', (name, advice) => {
    const message = `${name} is not a setting: ${advice}`
    const { warnings } = readConfig({ ...complete, [name]: 'a-value' })
    expect(warnings).toEqual([{ setting: name, message }])
    expect(problemsOf({ ...complete, PORT: 'x', [name]: 'a-value' })).toContain(message)
  })

  it('say nothing about the settings of others', () => {
    const others = {
      WECHAT_MCH_ID: '1900000109',
      WECHATY_PUPPET: 'service',
      REACHABLE: 'true',
      REACH_EMPTY: '',
      REACH_SERVICE_HOST: '10.0.0.11',
      REACH_SERVICE_PORT_HTTP: '3000',
      REACH_PORT: 'tcp://10.0.0.11:3000',
      REACH_PORT_3000_TCP_ADDR: '10.0.0.11',
    }
    expect(readConfig({ ...complete, ...others }).warnings).toEqual([])
  })

  it("refuse the demo's values outside the demo", () => {
    const demo = {
      ...complete,
      REACH_API_KEYS: demoValues.apiKey,
      WECHAT_APPID: demoValues.appId,
    }
    expect(problemsOf(demo).map((message) => message.split(' ')[0])).toEqual([
      'REACH_API_KEYS',
      'WECHAT_APPID',
    ])
    expect(readConfig(demo, { allowDemo: true }).apiKeys[0]?.key).toBe('demo-key')
  })
})

describe('the file of several apps', () => {
  const { WECHAT_APPID: _appId, WECHAT_SECRET: _secret, ...rest } = complete
  const env = { ...rest, REACH_APPS: 'apps.json', WECHAT_EDITION: '2018' }

  it('gives each its secret and its edition', () => {
    const rows = [
      { appId: 'wx1234567', secret: 's1' },
      { appId: 'wx7654321', secret: 's2', edition: '2026', pushToken: 't' },
    ]
    const config = readConfig(env, { readFile: () => ({ value: JSON.stringify(rows) }) })
    expect(config.apps).toEqual([
      { ...rows[0], edition: '2018' },
      { ...rows[1], pushMode: 'plain' },
    ])
  })

  it.each([
    ['{', 'is not JSON'],
    ['[]', 'without apps'],
    ['[7]', '[0] is not an object'],
    ['[{"appId":"wx1234567"}]', '[0] lacks appId or secret'],
    ['[{"appId":"x","secret":"s"}]', '[0] .appId must be'],
    ['[{"appId":"wx1234567","secret":5}]', '[0] .secret must be'],
    ['[{"appId":"wx1234567","secret":"s","color":"red"}]', '[0] .color is not known'],
    ['[{"appId":"wx1234567","secret":"s"},{"appId":"wx1234567","secret":"s"}]', 'twice'],
  ])('is refused when it holds %s', (file, words) => {
    const problems = problemsOf(env, file)
    expect(problems).toHaveLength(1)
    expect(problems[0]).toContain(words)
  })

  it('cannot be combined with a single app', () => {
    const problems = problemsOf(
      { ...env, WECHAT_APPID: 'wx1234567' },
      '[{"appId":"wx1234567","secret":"s"}]',
    )
    expect(problems).toEqual([expect.stringContaining('leave one of the two out')])
  })
})
