import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { doctor } from '../../server/commands/doctor.ts'
import type { Finding } from '../../server/doctor/check.ts'
import { deploy, app, type Deployment, type Env } from '../doctor/deployment.ts'
import { engines, type Engine } from '../support/engines.ts'

const main = join(__dirname, '../../dist/server/main.js')
let deployment: Deployment
beforeAll(async () => {
  deployment = await deploy(engines[0] as Engine)
})
afterAll(() => deployment.close())

/** The command as a process. */
async function run(args: string[], changes: Env = {}) {
  const env = { PATH: process.env['PATH'], ...deployment.env, ...changes }
  const child = spawn(process.execPath, [main, 'doctor', ...args], { env })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { out, err, code }
}

const wrongSecret = { WECHAT_SECRET: 'fedcba9876543210fedcba9876543210' }

describe('doctor', () => {
  it('prints a line a check, aligned, and exits with 0', async () => {
    const { out, err, code } = await run(['--push-url', `${deployment.server.url}/`])
    expect({ err, code }).toEqual({ err: '', code: 0 })
    const lines = out.trimEnd().split('\n')
    expect(lines).toHaveLength(17)
    for (const line of lines) expect(line).toMatch(/^ok {7}[a-z-]+( wx\w+)? +\S/)
    const columns = lines.map((line) => /^ok +[a-z-]+( wx\w+)? +/.exec(line)![0].length)
    expect(new Set(columns).size).toBe(1)
  })

  it('takes the address as it is entered at WeChat', async () => {
    const pushUrl = `${deployment.server.url}/v1/push/${app.appId}`
    expect((await run(['--push-url', pushUrl])).out).toMatch(/^ok +push-address /m)
  })

  it('exits with 0 after a warning, and with 1 after a problem that says what to do', async () => {
    const warned = await run([], { WECHAT_PUSH_TOKEN: '', WECHAT_PUSH_AES_KEY: '' })
    expect(warned.out).toMatch(/^warning +push-address .*Copy it from/m)
    expect(warned.code).toBe(0)
    const wrong = await run([], wrongSecret)
    expect(wrong.out).toMatch(/^problem +app-secret wx\w+ +WeChat gives no.*\. Copy AppID/m)
    expect(wrong.code).toBe(1)
    expect(wrong.out).not.toContain(wrongSecret.WECHAT_SECRET)
  })

  it('prints a list with --json', async () => {
    const { out, code } = await run(['--json'], wrongSecret)
    const findings = JSON.parse(out) as Finding[]
    expect(code).toBe(1)
    for (const finding of findings) {
      expect(finding).toMatchObject({
        name: expect.stringMatching(/^[a-z-]+$/),
        status: expect.stringMatching(/^(ok|warning|problem|skipped)$/),
        detail: expect.stringMatching(/\S/),
      })
    }
    expect(findings.find(({ status }) => status === 'problem')).toEqual({
      name: 'app-secret',
      appId: app.appId,
      status: 'problem',
      detail: expect.stringContaining('40125'),
      advice: expect.stringContaining('WECHAT_SECRET'),
    })
  })

  it('names the checks of each of several apps', async () => {
    const file = join(dirname(deployment.env.DATABASE_URL!.slice('sqlite:'.length)), 'apps.json')
    const other = { appId: 'wxfedcba9876543210', secret: 'a-secret-of-the-other-app' }
    writeFileSync(file, JSON.stringify([{ appId: app.appId, secret: app.secret }, other]), {
      mode: 0o600,
    })
    const { out, code } = await run([], {
      REACH_APPS: file,
      WECHAT_APPID: '',
      WECHAT_SECRET: '',
      WECHAT_PUSH_TOKEN: '',
      WECHAT_PUSH_AES_KEY: '',
    })
    expect(out).toMatch(new RegExp(`^ok +app-secret ${app.appId} `, 'm'))
    expect(out).toMatch(new RegExp(`^problem +app-secret ${other.appId} +.*40013`, 'm'))
    expect(out).not.toContain(other.secret)
    expect(code).toBe(1)
  })

  it('tells each setting that is wrong, and skips what needs them', async () => {
    const { out, code } = await run([], { WECHAT_SECRET: '', REACH_SECRET_KEY: 'short' })
    expect(out).toMatch(/^problem +settings +WECHAT_SECRET is missing/m)
    expect(out).toMatch(/^problem +settings +REACH_SECRET_KEY must be 32 bytes/m)
    expect(out).toMatch(/^skipped +app-secret +not looked at: see settings$/m)
    expect(code).toBe(1)
  })

  it('tells what is risky in the settings', async () => {
    const { out, code } = await run([], { REACH_QUIET_HOUR: '22:00-08:00' })
    expect(out).toMatch(/^warning +settings +REACH_QUIET_HOUR is not a setting.*REACH_QUIET_HOURS/m)
    expect(code).toBe(0)
  })

  it.each([['--push-url', 'reach.example.com'], ['--push-url', 'ftp://a'], ['--jso']])(
    'exits with 2 after %j %j',
    async (...args) => {
      const { out, err, code } = await run(args.filter(Boolean))
      expect({ out, code }).toEqual({ out: '', code: 2 })
      expect(err).toContain('wx-reach-server doctor [options]')
    },
  )

  it('is a function of its terminal as well', async () => {
    const printed: string[] = []
    const print = (line: string) => void printed.push(line)
    const stopped = new Promise<void>(() => {})
    expect(await doctor({ env: deployment.env, print, stopped, options: {} })).toBe(0)
    expect(printed.join('\n')).toMatch(/^skipped +push-address .*--push-url/m)
  })
})
