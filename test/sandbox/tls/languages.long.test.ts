/** curl and Python as their users run them: proxy and CA are set in the environment alone. */
import { execFile } from 'node:child_process'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { listenSandbox, type ListeningSandbox } from '../../../server/sandbox/listen.ts'

const run = promisify(execFile)
const url =
  'https://api.weixin.qq.com/cgi-bin/token?grant_type=client_credential&appid=wx1&secret=one'

let folder: string
let running: ListeningSandbox
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'languages-'))
  running = await listenSandbox({ apps: [{ appId: 'wx1', secret: 'one' }], tls: { folder } })
})
afterAll(async () => {
  await running.close()
  await rm(folder, { recursive: true })
})

const environment = (trust: Record<string, string>) => ({
  PATH: process.env['PATH'],
  HOME: folder,
  HTTPS_PROXY: running.tls!.proxyUrl,
  // As some machines have it: curl then reads no SSL_CERT_FILE.
  SSL_CERT_DIR: '/etc/ssl/certs',
  ...trust,
})

const curl = async (address: string, trust: Record<string, string>) => {
  const options = ['--silent', '--show-error', '--fail', '--max-time', '20']
  return (await run('curl', [...options, address], { env: environment(trust) })).stdout
}

const program =
  'import sys, urllib.request\n' +
  'print(urllib.request.urlopen(sys.argv[1], timeout=20).read().decode())'
const python = async (address: string, trust: Record<string, string>) =>
  (await run('python3', ['-c', program, address], { env: environment(trust) })).stdout

describe.each([
  ['curl', 'CURL_CA_BUNDLE', curl],
  ["Python's standard library", 'SSL_CERT_FILE', python],
])('%s with %s', (_name, variable, get) => {
  const trusted = () => ({ [variable]: running.tls!.caFile })

  it('reaches the sandbox as api.weixin.qq.com', async () => {
    expect(JSON.parse(await get(url, trusted()))).toMatchObject({ expires_in: 7_200 })
  })

  it('does not trust it without the CA', async () => {
    await expect(get(url, {})).rejects.toThrow(/certificate/i)
  })

  it('is refused another host', async () => {
    await expect(get('https://example.com/', trusted())).rejects.toThrow('403')
  })
})
