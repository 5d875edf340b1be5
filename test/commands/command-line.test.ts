import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from '@jest/globals'
import { helpOf, readOptions } from '../../server/commands/command.ts'
import { sandbox, sandboxOptions } from '../../server/commands/sandbox.ts'
import { version } from '../../server/runtime/version.ts'
import { receiver } from '../sandbox/receiver.ts'

const main = fileURLToPath(new URL('../../dist/server/main.js', import.meta.url))

/** A process that ends by itself. */
async function run(args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, [main, ...args], {
    env: { PATH: process.env['PATH'], ...env },
  })
  const [out, err, [code]] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    once(child, 'exit') as Promise<[number]>,
  ])
  return { out, err, code }
}

describe('the command line', () => {
  it('lists the commands, and prints the version', async () => {
    for (const word of ['--help', 'help']) {
      const { out, code } = await run([word])
      expect(code).toBe(0)
      expect(out).toMatch(/sandbox +simulate/)
    }
    expect(await run(['--version'])).toEqual({ out: `${version}\n`, err: '', code: 0 })
  })

  it('explains each option of a command, without running it', async () => {
    const { out, code } = await run(['sandbox', '--port', '0', '--help'])
    expect(code).toBe(0)
    for (const option of Object.keys(sandboxOptions)) expect(out).toContain(`--${option} `)
  })

  it.each([
    [['sandbox', '--prot', '0'], '--prot'],
    [['sandbox', '--port'], '--port'],
    [['sandbox', '--port', '65536'], '--port is not a port'],
    [['sandbox', '--edition', '2019'], '2018, 2026'],
    [['sandbox', '--app', 'wx1'], '--app wx'],
    [['sandbox', '--push', 'http://127.0.0.1:1'], '--push-token'],
    [['sandbox', '--push', 'x', '--push-token', 'a-token'], '--push and --push-aes-key: url'],
    [['sandbox', '--tls-port', '0'], 'need --tls'],
    [['sandbox', 'now'], 'now'],
    [['serve', '--port', '1'], '--port'],
    [['toString'], 'toString'],
  ])('refuses %j with what it takes instead', async (args, hint) => {
    const { out, err, code } = await run(args)
    expect({ code, out }).toEqual({ code: 2, out: '' })
    expect(err.split('\n')[0]).toContain(hint)
    expect(err).toContain('wx-reach-server ')
  })

  it('says what sets the port when it is in use', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await once(taken, 'listening')
    const port = String((taken.address() as AddressInfo).port)
    const { err, code } = await run(['sandbox', '--port', port])
    expect(code).toBe(1)
    expect(err).toContain(
      `${port}: stop the process that uses it, or set --port, SANDBOX_PORT or --tls-port.`,
    )
    taken.close()
  })
})

/** What it prints, and its address while it runs. */
async function started(
  args: string[],
  env: Record<string, string>,
  work: (url: string, printed: string) => Promise<void>,
) {
  let stop = () => {}
  const stopped = new Promise<void>((resolve) => (stop = resolve))
  let print: (text: string) => void = () => {}
  const printing = new Promise<string>((resolve) => (print = resolve))
  const options = readOptions(args, sandboxOptions)
  const running = sandbox({ env, print, stopped, options })
  const printed = await Promise.race([printing, running.then(() => '')])
  try {
    await work(/http:\/\/[\d.:]+/.exec(printed)![0], printed)
  } finally {
    stop()
    await running
  }
}

describe('the sandbox command', () => {
  const token = async (url: string, appid: string, secret: string) => {
    const query = new URLSearchParams({ grant_type: 'client_credential', appid, secret })
    return (await (await fetch(`${url}/cgi-bin/token?${query}`)).json()) as object
  }

  it('serves the apps that it is given, by the rules of 2026 unless told otherwise', async () => {
    const args = ['--port', '0', '--app', 'wx1:one', '--app', 'wx2:two']
    await started(args, { SANDBOX_PORT: '1', WECHAT_APPID: 'wx3' }, async (url, printed) => {
      expect(printed).toContain('by the rules of 2026')
      expect(printed).not.toContain('one.')
      expect(await token(url, 'wx2', 'two')).toMatchObject({ expires_in: 7_200 })
      expect(await token(url, 'wx3', 'one')).toMatchObject({ errcode: 40013 })
    })
    await started(['--edition', '2018'], { SANDBOX_PORT: '0' }, async (url, printed) => {
      expect(printed).toContain('by the rules of 2018')
      expect(await token(url, 'wx0000000000sandbox', 'sandbox-secret')).toMatchObject({
        expires_in: 7_200,
      })
    })
  })

  it('takes PORT where SANDBOX_PORT is not set', async () => {
    await started([], { PORT: '0' }, async (url) => {
      expect(await token(url, '', '')).toMatchObject({ errcode: 41002 })
    })
  })

  it('pushes where it is told, encrypted with a key', async () => {
    const mine = await receiver()
    const key = 'abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG'
    const args = ['--push', mine.url, '--push-token', 'a-token', '--push-aes-key', key]
    await started(args, { PORT: '0' }, async (url) => {
      const post = (path: string, body: object) =>
        fetch(url + path, { method: 'POST', body: JSON.stringify(body) })
      await post('/sandbox/users', { openId: 'alice' })
      await post('/sandbox/pushes', { openId: 'alice', msgtype: 'text' })
      expect(mine.received).toMatchObject([{ body: expect.stringContaining('"Encrypt"') }])
    })
    await mine.close()
  })
})

describe('the sandbox command with --tls', () => {
  it('prints what each language needs, with the proxy and the CA of its folder', async () => {
    const parent = await mkdtemp(join(tmpdir(), 'a folder-'))
    const folder = join(parent, 'tls')
    const args = ['--port', '0', '--tls', '--tls-port', '0', '--tls-folder', folder]
    await started(args, {}, async (_url, printed) => {
      const [, proxy] = /^ {2}export HTTPS_PROXY=(http:\/\/127\.0\.0\.1:\d+)$/m.exec(printed)!
      expect(await (await fetch(proxy!)).text()).toContain('api.weixin.qq.com')
      const ca = `'${join(folder, 'ca.pem')}'`
      expect(printed).toContain(`  Node    export NODE_EXTRA_CA_CERTS=${ca} NODE_USE_ENV_PROXY=1`)
      expect(printed).toContain(`  Python  export SSL_CERT_FILE=${ca} REQUESTS_CA_BUNDLE=${ca}`)
      expect(printed).toContain(`  Go      export SSL_CERT_FILE=${ca}`)
      expect(printed).toContain(`  curl    export CURL_CA_BUNDLE=${ca}`)
      expect(printed).toContain(`  PHP     php -d curl.cainfo=${ca} -d openssl.cafile=${ca} …`)
      expect(printed).toContain(`keytool -importcert -noprompt -alias wx-reach-sandbox -file ${ca}`)
      expect(printed).toContain(`-Dhttps.proxyPort=${new URL(proxy!).port} `)
    })
    expect((await readdir(folder)).sort()).toEqual(['.gitignore', 'ca.key', 'ca.pem'])
    await rm(parent, { recursive: true })
  })
})

describe('the help of a command', () => {
  it('names what stands for a value', () => {
    const help = helpOf('x', 'do it', { port: { type: 'string', value: 'N', does: 'the port' } })
    expect(help).toBe(
      [
        'wx-reach-server x [options]',
        '',
        '  do it',
        '',
        '  --port N  the port',
        '  --help    print this',
      ].join('\n'),
    )
  })
})
