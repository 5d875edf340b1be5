/** How the settings lead to WeChat: the address and the egress proxy. */
import { describe, expect, it } from '@jest/globals'
import { readConfig, type ConfigError } from '../../server/config/config.ts'
import { strongApiKey, strongSecretKey } from '../support/server/strong-keys.ts'

const proxy = 'http://user:pa%40ss@proxy.example.com:3128'
const complete = {
  DATABASE_URL: 'sqlite:reach.db',
  WECHAT_APPID: 'wx4f4bc4dec97d474b',
  WECHAT_SECRET: 'hush',
  REACH_API_KEYS: strongApiKey,
  REACH_SECRET_KEY: strongSecretKey,
}
const read = (env: Record<string, string>) => readConfig({ ...complete, ...env })

function problemsOf(env: Record<string, string>): readonly string[] {
  try {
    read(env)
    return []
  } catch (error) {
    return (error as ConfigError).problems.map(({ message }) => message)
  }
}

describe('the egress proxy', () => {
  it.each<[Record<string, string>, string | undefined]>([
    [{}, undefined],
    [{ REACH_HTTPS_PROXY: proxy }, proxy],
    [{ HTTPS_PROXY: proxy }, proxy],
    [{ https_proxy: proxy }, proxy],
    [{ HTTPS_PROXY: 'proxy:3128' }, 'http://proxy:3128'],
    [{ HTTPS_PROXY: 'http://other:1', REACH_HTTPS_PROXY: proxy }, proxy],
    [{ HTTP_PROXY: proxy, ALL_PROXY: proxy }, undefined],
    [{ HTTPS_PROXY: '' }, undefined],
    [{ REACH_HTTPS_PROXY: proxy, NO_PROXY: '*' }, proxy],
    [{ HTTPS_PROXY: proxy, WECHAT_API_BASE: 'http://127.0.0.1:3001' }, undefined],
    [{ REACH_HTTPS_PROXY: proxy, WECHAT_API_BASE: 'http://127.0.0.1:3001' }, proxy],
  ])('of %j is %j', (env, expected) => {
    expect(read(env).proxy).toBe(expected)
  })

  it.each([
    ['*', true],
    ['localhost, api.weixin.qq.com', true],
    ['10.0.0.0/8 .weixin.qq.com', true],
    ['*.qq.com', true],
    ['qq.com:443', true],
    ['API.WEIXIN.QQ.COM', true],
    ['qq.com:80', false],
    ['xin.qq.com', false],
    ['api.weixin.qq.com.example.org', false],
    [',', false],
  ])('is left out by NO_PROXY=%s: %s', (NO_PROXY, isLeftOut) => {
    expect(read({ HTTPS_PROXY: proxy, NO_PROXY }).proxy === undefined).toBe(isLeftOut)
    expect(read({ https_proxy: proxy, no_proxy: NO_PROXY }).proxy === undefined).toBe(isLeftOut)
  })

  it.each(['socks5://proxy:1080', 'http:///', 'http://[proxy'])(
    'is named without its value when it is wrong: %s',
    (wrong) => {
      for (const name of ['REACH_HTTPS_PROXY', 'HTTPS_PROXY', 'https_proxy']) {
        const [problem, ...others] = problemsOf({ [name]: wrong })
        expect(problem).toMatch(`${name} must be an address such as http://`)
        expect(problem).not.toContain(wrong)
        expect(others).toEqual([])
      }
    },
  )
})

describe('WECHAT_API_BASE by http', () => {
  const allowed = { WECHAT_API_ALLOW_HTTP: 'true' }

  it.each([
    'http://10.1.2.3:8080',
    'http://172.31.0.1/wechat',
    'http://192.168.1.1',
    'http://100.64.0.1',
    'http://[fd00::1]:8080',
    'http://wechat-gateway:8080',
    'http://gateway.corp.example.com',
  ])('is taken in a private network when that is said: %s', (base) => {
    expect(read({ ...allowed, WECHAT_API_BASE: base }).apiBase).toBe(base)
    expect(problemsOf({ WECHAT_API_BASE: base })).toEqual([
      expect.stringContaining('WECHAT_API_ALLOW_HTTP=true'),
    ])
    expect(problemsOf({ WECHAT_API_ALLOW_HTTP: 'false', WECHAT_API_BASE: base })).toHaveLength(1)
  })

  it.each([
    'http://api.weixin.qq.com',
    'http://API2.weixin.qq.com.',
    'http://8.8.8.8',
    'http://172.32.0.1',
    'http://[2001:db8::1]',
    'ftp://10.1.2.3',
  ])('is refused on a public address all the same: %s', (base) => {
    expect(problemsOf({ ...allowed, WECHAT_API_BASE: base })).toHaveLength(1)
  })
})
