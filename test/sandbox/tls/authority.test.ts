import { X509Certificate } from 'node:crypto'
import { once } from 'node:events'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { connect, createServer } from 'node:tls'
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { AsnConvert } from '@peculiar/asn1-schema'
import { Certificate, id_ce_nameConstraints, NameConstraints } from '@peculiar/asn1-x509'
import { wechatHost } from '../../../server/sandbox/rules/tls.ts'
import { openAuthority } from '../../../server/sandbox/tls/authority.ts'
import { issueCertificate } from '../../../server/sandbox/tls/certificate.ts'

const day = 86_400_000
const now = Date.now()

let parent: string
let folder: string
beforeEach(async () => {
  parent = await mkdtemp(join(tmpdir(), 'authority-'))
  folder = join(parent, 'tls')
})
afterEach(() => rm(parent, { recursive: true }))

const inFolder = (name: string) => join(folder, name)
const textOf = (name: string) => readFile(inFolder(name), 'utf8')
const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8)

/** Whether a client that trusts the CA takes `host` for a server with a certificate of the CA. */
async function verified(host: string): Promise<string> {
  const authority = await openAuthority(folder, now)
  const { key, certificate } = issueCertificate(authority, host, now)
  const server = createServer({ key, cert: certificate }, (socket) => socket.end())
  // The client leaves in the handshake.
  server.on('tlsClientError', () => {})
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as AddressInfo
  const ca = await textOf('ca.pem')
  const socket = connect({ host: '127.0.0.1', port, servername: host, ca })
  const [error] = await new Promise<[Error?]>((resolve) => {
    socket.once('secureConnect', () => resolve([]))
    socket.once('error', (failure) => resolve([failure]))
  })
  socket.destroy()
  server.close()
  return error?.message ?? 'verified'
}

describe('the CA of a folder', () => {
  it('is made once, and found by the next process', async () => {
    const made = await openAuthority(folder, now)
    const found = await openAuthority(folder, now + 300 * day)
    expect(made.file).toBe(inFolder('ca.pem'))
    expect(found.certificate.fingerprint256).toBe(made.certificate.fingerprint256)
    expect(found.key.equals(made.key)).toBe(true)
    expect((await readdir(folder)).sort()).toEqual(['.gitignore', 'ca.key', 'ca.pem'])
    expect(await textOf('.gitignore')).toBe('*\n')
  })

  it('has a key that its owner alone can read', async () => {
    await openAuthority(folder, now)
    expect(await modeOf(folder)).toBe('700')
    expect(await modeOf(inFolder('ca.key'))).toBe('600')
    expect(await textOf('ca.pem')).not.toContain('PRIVATE')
  })

  it('is the same for processes that start at the same time', async () => {
    const opened = await Promise.all(Array.from({ length: 5 }, () => openAuthority(folder, now)))
    for (const { key } of opened) expect(key.equals(opened[0]!.key)).toBe(true)
    expect(await readdir(folder)).toHaveLength(3)
    const last = new X509Certificate(await textOf('ca.pem'))
    expect(opened.every(({ certificate }) => certificate.checkIssued(last))).toBe(true)
  })

  it('is renewed within 30 days of its end, with the same key', async () => {
    const { key, certificate } = await openAuthority(folder, now)
    const renewed = await openAuthority(folder, now + 336 * day)
    expect(renewed.certificate.fingerprint256).not.toBe(certificate.fingerprint256)
    expect(renewed.key.equals(key)).toBe(true)
    // Who trusts the former certificate takes servers of the new one.
    const issued = issueCertificate(renewed, wechatHost, now + 336 * day)
    expect(new X509Certificate(issued.certificate).checkIssued(certificate)).toBe(true)
  })

  it('vouches for api.weixin.qq.com, and for no other name', async () => {
    expect(await verified(wechatHost)).toBe('verified')
    expect(await verified('example.com')).toBe('permitted subtree violation')
    expect(await verified('api.weixin.qq.com.example.com')).toBe('permitted subtree violation')
    expect(await verified('weixin.qq.com')).toBe('permitted subtree violation')
  })

  it('says so in constraints that a client must heed, and excludes IP addresses', async () => {
    const { certificate } = await openAuthority(folder, now)
    const { extensions = [] } = AsnConvert.parse(certificate.raw, Certificate).tbsCertificate
    const found = extensions.find(({ extnID }) => extnID === id_ce_nameConstraints)!
    expect(found.critical).toBe(true)
    const { permittedSubtrees = [], excludedSubtrees = [] } = AsnConvert.parse(
      found.extnValue,
      NameConstraints,
    )
    expect(permittedSubtrees.map(({ base }) => base.dNSName)).toEqual([wechatHost])
    expect(excludedSubtrees.map(({ base }) => base.iPAddress)).toEqual(['0.0.0.0/0', '::/0'])
  })

  it('issues no certificate that outlasts it', async () => {
    const authority = await openAuthority(folder, now)
    const atMs = now + 330 * day
    const { certificate, endsAtMs } = issueCertificate(authority, wechatHost, atMs)
    expect(endsAtMs).toBe(Date.parse(authority.certificate.validTo))
    expect(new X509Certificate(certificate).validTo).toBe(authority.certificate.validTo)
  })

  it.each([
    ['ca.key', 0o640],
    ['', 0o755],
  ])('is refused when others can read it: %j', async (name, mode) => {
    await openAuthority(folder, now)
    await chmod(inFolder(name), mode)
    const refused = openAuthority(folder, now)
    const octal = mode.toString(8)
    await expect(refused).rejects.toThrow(
      `${inFolder(name)} is open to other users (mode ${octal})`,
    )
  })

  it.each([
    ['ca.key', 'is no private key'],
    ['ca.pem', 'is no certificate'],
  ])('is refused when %s is damaged, and left as it is', async (name, problem) => {
    await openAuthority(folder, now)
    await writeFile(inFolder(name), 'damaged')
    const refused = openAuthority(folder, now)
    await expect(refused).rejects.toThrow(`${inFolder(name)} ${problem}: delete ca.key and ca.pem`)
    expect(await textOf(name)).toBe('damaged')
  })

  it('is refused when key and certificate do not belong together', async () => {
    await openAuthority(folder, now)
    const other = join(parent, 'other')
    await openAuthority(other, now)
    await writeFile(inFolder('ca.pem'), await readFile(join(other, 'ca.pem')))
    await expect(openAuthority(folder, now)).rejects.toThrow('is the certificate of another key')
    await rm(inFolder('ca.key'))
    await expect(openAuthority(folder, now)).rejects.toThrow('ca.key is missing')
    expect(await readdir(folder)).not.toContain('ca.key')
  })
})
