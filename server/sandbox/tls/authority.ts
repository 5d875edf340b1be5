/**
 * The CA of a folder: `ca.key`, which only its owner reads, and `ca.pem`, which clients trust.
 *
 * Processes may open one folder at the same time. The key is written once, and the certificate
 * replaced as a whole; certificates of the same key serve each other's clients.
 */
import { createPrivateKey, X509Certificate, type KeyObject } from 'node:crypto'
import { link, mkdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import { dirname, join, resolve } from 'node:path'
import { systemRandom, type Random } from '../../runtime/world.ts'
import { tlsRules } from '../rules/tls.ts'
import { certifyAuthority, createKey, endOf, pemOf, type Authority } from './certificate.ts'

export interface StoredAuthority extends Authority {
  /** The absolute path of `ca.pem`. */
  file: string
}

/**
 * Opens the CA of a folder; makes folder, key and certificate where there are none, and renews a
 * certificate that ends within 30 days. The key stays the same, so that a client which imported
 * the certificate before still trusts the server until that certificate ends.
 *
 * @throws Error when other users can read the folder or the key, or a file is damaged
 */
export async function openAuthority(
  folder: string,
  nowMs: number,
  random: Random = systemRandom,
): Promise<StoredAuthority> {
  const path = resolve(folder)
  await mkdir(path, { recursive: true, mode: 0o700 })
  await refuseOpenToOthers(
    path,
    'name another folder; or run chmod 700 on it, if nobody else needs it.',
  )
  const file = join(path, 'ca.pem')
  const stored = await readStored(file)
  if (stored === undefined) await keepOutOfGit(path)
  const key = await readOrCreateKey(join(path, 'ca.key'), stored !== undefined, random)
  const certificate = stored === undefined ? undefined : certificateOf(file, stored, key)
  if (certificate && endOf(certificate) - nowMs > tlsRules.renewBeforeMs) {
    return { key, certificate, file }
  }
  const renewed = certifyAuthority(key, nowMs, random)
  const beside = besideOf(file, random)
  await writeFile(beside, renewed.toString())
  await rename(beside, file)
  return { key, certificate: renewed, file }
}

async function keepOutOfGit(folder: string): Promise<void> {
  try {
    await writeFile(join(folder, '.gitignore'), '*\n', { flag: 'wx' })
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
  }
}

async function readOrCreateKey(
  file: string,
  isCertified: boolean,
  random: Random,
): Promise<KeyObject> {
  const stored = await readStored(file)
  if (stored !== undefined) {
    await refuseOpenToOthers(file, `they may have copied it, so ${startAnew(file)}`)
    try {
      return createPrivateKey(stored)
    } catch (error) {
      throw new Error(`${file} is no private key: ${startAnew(file)}`, { cause: error })
    }
  }
  if (isCertified) {
    throw new Error(`${file} is missing, its certificate is there: ${startAnew(file)}`)
  }
  const key = createKey()
  const beside = besideOf(file, random)
  await writeFile(beside, pemOf(key), { mode: 0o600 })
  try {
    // Unlike rename, it fails when another process was first.
    await link(beside, file)
    return key
  } catch (error) {
    if (codeOf(error) !== 'EEXIST') throw error
    return await readOrCreateKey(file, false, random)
  } finally {
    await rm(beside)
  }
}

function certificateOf(file: string, pem: string, key: KeyObject): X509Certificate {
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(pem)
  } catch (error) {
    throw new Error(`${file} is no certificate: ${startAnew(file)}`, { cause: error })
  }
  if (certificate.checkPrivateKey(key)) return certificate
  throw new Error(`${file} is the certificate of another key: ${startAnew(file)}`)
}

/** Windows has no such modes: the folders of a user are closed to others there. */
async function refuseOpenToOthers(path: string, remedy: string): Promise<void> {
  if (process.platform === 'win32') return
  const { mode } = await stat(path)
  if ((mode & 0o077) === 0) return
  throw new Error(`${path} is open to other users (mode ${(mode & 0o777).toString(8)}): ${remedy}`)
}

async function readStored(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined
    throw error
  }
}

const startAnew = (file: string) =>
  `delete ca.key and ca.pem in ${dirname(file)}, and the sandbox makes a new CA.`

const besideOf = (file: string, random: Random) => `${file}.${random(6).toString('hex')}`

const codeOf = (error: unknown) => (error as NodeJS.ErrnoException).code
