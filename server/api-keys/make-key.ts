/** API keys that are made while the server runs: by `POST /v1/api-keys` or by the command. */
import { apiKeyRules } from '../rules/api-keys.ts'
import { sha256 } from '../runtime/encoding.ts'
import type { World } from '../runtime/world.ts'
import type { ApiKeyStore, NewApiKey } from '../store/store.ts'

export interface MadeKey extends NewApiKey {
  /** What the holder sends. It is stored nowhere: only its hash is. */
  secret: string
}

/** Random: 256 bits, which no number of guesses finds. */
function makeSecret(random: World['random']): string {
  return apiKeyRules.prefix + random(apiKeyRules.secretBytes).toString('base64url')
}

/** `undefined`: its app has as many keys as it may have (`apiKeyRules.most`). */
export async function makeKey(
  deps: { store: Pick<ApiKeyStore, 'addApiKey'>; world: Pick<World, 'clock' | 'random'> },
  wanted: Omit<NewApiKey, 'id' | 'createdAtMs'>,
): Promise<MadeKey | undefined> {
  const { store, world } = deps
  const secret = makeSecret(world.random)
  const key: NewApiKey = {
    ...wanted,
    id: apiKeyRules.idPrefix + world.random(apiKeyRules.idBytes).toString('base64url'),
    createdAtMs: world.clock.now(),
  }
  const isAdded = await store.addApiKey({ ...key, hash: sha256(secret), most: apiKeyRules.most })
  return isAdded ? { ...key, secret } : undefined
}
