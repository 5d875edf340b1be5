/** The path of A and C, and the version that a code opens. */
import type { Account } from '../state/account.ts'
import type { Fields } from './fields.ts'
import { refuse, type Refusal } from './reply.ts'

const versions = ['release', 'trial', 'develop'] as const
export type Version = (typeof versions)[number]

/** Without the slash that a caller may put before it: the page of the codes forbids it for B alone. */
export function pathOf(
  body: Fields,
  kind: 'path' | 'qrcode',
  account: Account,
): { path: string } | Refusal {
  const { path } = body
  // The limit is of bytes (seeds/004): 128 bytes are 42 characters of Chinese.
  if (typeof path !== 'string' || path === '') return refuse(40159)
  if (Buffer.byteLength(path) > account.limits().pathBytes[kind]) return refuse(40159)
  const target = path.replace(/^\//, '')
  if (/[?&]scancode_time=/.test(target)) return refuse(85096)
  return account.pages.exists(target) ? { path: target } : refuse(41030)
}

/** `undefined`: there is no such version. Before 2026 there was no choice. */
export function versionOf(body: Fields, account: Account): Version | undefined {
  if (account.edition === '2018') return 'release'
  const asked = body['env_version'] ?? 'release'
  return versions.find((each) => each === asked)
}
