/**
 * The rotation of the secret key: session keys that an earlier one sealed are sealed again under
 * the newest, so that the earlier one can be retired.
 */
import type { Seal } from '../crypto/seal.ts'
import { sealedKeyRules } from '../rules/sessions.ts'
import type { World } from '../runtime/world.ts'
import type { FindSealedKeys, SealedKey, SealedKeyReplacement, Store } from '../store/store.ts'

export interface Resealing {
  /** Walks all session keys. Can be called at any time, by several processes. */
  run(signal: AbortSignal): Promise<void>
  /**
   * Whether a stored session key opens, or none is stored. `false` means that the server was
   * started with a wrong secret key; it is logged, and stays `false` until the process ends, since
   * sign-ins store keys that open. Where none is stored, the living access_tokens count, as they
   * are now. Rejects while the database is away.
   */
  opensAny(): Promise<boolean>
}

/** Session keys that are not sealed under the newest secret key. */
export interface OtherSeals {
  /** Sealed under an earlier one of the list. */
  earlier: number
  /** No listed secret key opens them. */
  unlisted: number
}

export function createResealing(options: {
  store: Pick<Store, 'findSealedKeys' | 'replaceSealedKeys' | 'findToken'>
  /** Whose access_tokens count. */
  appIds: readonly string[]
  seal: Seal
  world: Pick<World, 'clock' | 'log'>
  /** Called after a walk with what it left. Default: none. */
  onWalk?(left: OtherSeals): void
  /** Rows of one look. */
  readPerStep?: number
}): Resealing {
  const { store, appIds, seal, onWalk, readPerStep: limit = sealedKeyRules.readPerStep } = options
  const { clock, log } = options.world

  async function* read(which: Pick<FindSealedKeys, 'exceptKeyId'>): AsyncGenerator<SealedKey[]> {
    let step = await store.findSealedKeys({ ...which, limit })
    for (;;) {
      yield step.keys
      if (!step.next) return
      step = await store.findSealedKeys({ ...which, limit, after: step.next })
    }
  }

  /** `undefined`: aborted. */
  async function walk(signal: AbortSignal): Promise<OtherSeals | undefined> {
    const found: OtherSeals = { earlier: 0, unlisted: 0 }
    for await (const keys of read({ exceptKeyId: seal.keyId })) {
      const replacements = sealAgain(seal, keys)
      found.earlier += replacements.length
      found.unlisted += keys.length - replacements.length
      for (let at = 0; at < replacements.length; at += sealedKeyRules.writtenPerStep) {
        if (signal.aborted) return undefined
        await store.replaceSealedKeys(replacements.slice(at, at + sealedKeyRules.writtenPerStep))
      }
      if (signal.aborted) return undefined
    }
    return found
  }

  async function look(): Promise<'opens' | 'none' | 'wrong'> {
    let isEmpty = true
    for await (const keys of read({})) {
      if (keys.some(({ sealed, appId, openId }) => seal.open(sealed, { appId, openId })))
        return 'opens'
      if (keys.length > 0) isEmpty = false
    }
    if (isEmpty) return 'none'
    log.error({}, wrongKey)
    return 'wrong'
  }

  let looked: ReturnType<typeof look> | undefined

  /** Whether a living token is sealed under a listed secret key, or none lives. */
  async function opensToken(): Promise<boolean> {
    const tokens = await Promise.all(appIds.map((appId) => store.findToken(appId)))
    const living = tokens.filter((token) => token && clock.now() < token.expiresAtMs)
    return living.length === 0 || living.some((token) => seal.isListed(token!.sealed))
  }

  return {
    async run(signal) {
      const found = await walk(signal)
      if (!found) return
      // Another process that still seals under an earlier key is seen by a second walk only.
      const left = found.earlier > 0 ? await walk(signal) : found
      if (!left) return
      onWalk?.(left)
      if (found.earlier > 0) {
        const text = 'sealed session keys again under the newest secret key'
        log.info({ resealed: found.earlier, left: left.earlier }, text)
      }
      if (left.unlisted > 0) log.warn({ count: left.unlisted }, unlistedKeys)
    },
    async opensAny() {
      looked ??= look().catch((error: unknown) => {
        looked = undefined
        throw error
      })
      const found = await looked
      return found === 'none' ? opensToken() : found === 'opens'
    },
  }
}

const wrongKey =
  'no stored session key opens: REACH_SECRET_KEY is not the key that sealed them. Start with ' +
  'that key, or list it behind the new one in REACH_SECRET_KEYS; /readyz is 503 until then'

const unlistedKeys =
  'session keys do not open: list the secret key that sealed them in REACH_SECRET_KEYS. Without ' +
  'it the data of these users stays encrypted until they sign in again'

/** The keys that open and are not sealed under the newest secret key, with what replaces them. */
export const sealAgain = (seal: Seal, keys: readonly SealedKey[]): SealedKeyReplacement[] =>
  keys.flatMap(({ appId, openId, user, sealed }) => {
    if (seal.isCurrent(sealed)) return []
    const plain = seal.open(sealed, { appId, openId })
    return plain ? [{ user, sealed, replacement: seal.seal(plain, { appId, openId }) }] : []
  })
