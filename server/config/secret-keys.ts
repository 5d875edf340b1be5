/** The keys that seal what is secret in the database: REACH_SECRET_KEY, or several of them. */
import { isRandom } from './key-strength.ts'
import type { Parsed, SettingsReader } from './settings-reader.ts'

/** The newest first. `undefined`: `settings` has a problem. */
export function readSecretKeys(settings: SettingsReader): readonly Buffer[] | undefined {
  if (!settings.isSet('REACH_SECRET_KEYS')) {
    const advice = 'make one with `openssl rand -base64 32`, and keep it: it encrypts session keys'
    const only = settings.required('REACH_SECRET_KEY', advice, secretKey)
    return only && [only]
  }
  if (settings.isSet('REACH_SECRET_KEY')) {
    const text = 'is set together with REACH_SECRET_KEYS: list it there, and leave it out here'
    settings.addProblem('REACH_SECRET_KEY', text)
  }
  return settings.optional('REACH_SECRET_KEYS', secretKeyList)
}

export function refuseWeakSecretKeys(settings: SettingsReader, keys: readonly Buffer[]): void {
  const isList = settings.isSet('REACH_SECRET_KEYS')
  for (const [index, key] of keys.entries()) {
    if (isRandom(key)) continue
    const text = isList ? `has a key number ${index + 1} that is not random` : 'is not random'
    const name = isList ? 'REACH_SECRET_KEYS' : 'REACH_SECRET_KEY'
    settings.addProblem(name, `${text}: make one with \`openssl rand -base64 32\``)
  }
}

/** Commas or line breaks stand between the keys. */
function secretKeyList(value: string): Parsed<readonly Buffer[]> {
  const keys: Buffer[] = []
  for (const [index, entry] of value.split(/[,\n]/).entries()) {
    const key = secretKey(entry.trim())
    if ('problem' in key) return { problem: `has a key number ${index + 1} that ${key.problem}` }
    if (keys.some((other) => other.equals(key.value))) {
      return { problem: `names key number ${index + 1} twice` }
    }
    keys.push(key.value)
  }
  return { value: keys }
}

function secretKey(value: string): Parsed<Buffer> {
  const bytes = Buffer.from(value, 'base64')
  if (/^[A-Za-z0-9+/]{43}=?$/.test(value) && bytes.length === 32) return { value: bytes }
  return { problem: 'must be 32 bytes in base64: make one with `openssl rand -base64 32`' }
}
