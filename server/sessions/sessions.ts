/**
 * Sessions of signed-in phones: a random token for the phone, WeChat's session_key stored sealed.
 */
import type { Seal, SealOwner } from '../crypto/seal.ts'
import { minimumWechatVersion } from '../rules/credits.ts'
import { keptSessionKeys, sessionRules } from '../rules/sessions.ts'
import { decodeSessionKey, makeToken, sha256 } from '../runtime/encoding.ts'
import { createCache, type World } from '../runtime/world.ts'
import type { SealedKey, Session, SessionStore, UserNumber } from '../store/store.ts'
import type { Wechat } from '../wechat/wechat.ts'
import { sealAgain } from './resealing.ts'

export interface Granted {
  ok: true
  openId: string
  token: string
  expiresAtMs: number
}

/** WeChat refused the code, or could not be asked. */
export type SignInRefusal =
  | { result: 'refused'; errcode: number; errmsg: string }
  | { result: 'not_sent' | 'unknown'; cause: unknown }

export type EndedSessions = { appId: string } & (
  { openId: string } | { token: string } | { tokenHash: Buffer }
)

export interface VerifiedSession extends Session {
  tokenHash: Buffer
}

export interface Sessions {
  /** Exchanges a login code, once. The code is used up even when WeChat's reply is lost. */
  signIn(input: {
    appId: string
    code: string
    wechatVersion?: string
  }): Promise<Granted | { ok: false; refusal: SignInRefusal }>
  /**
   * Opens a session for a user that the operator signed in. `bad_session_key`: not 16 bytes of
   * base64.
   */
  adopt(input: {
    appId: string
    openId: string
    sessionKey: string
  }): Promise<Granted | { ok: false; refusal: 'bad_session_key' }>
  /** `undefined`: unknown or ended. A deleted session may verify for another ten seconds. */
  verify(token: string): Promise<VerifiedSession | undefined>
  /**
   * Ends one session of the app, or all of a user. Returns how many. The user's session keys stay,
   * for `POST /v1/decrypt`.
   */
  end(which: EndedSessions): Promise<number>
  /** Verifies no session of the user from memory: they are not in the database any more. */
  forget(user: { appId: string; openId: string }): void
  /** The user's session keys, newest first, without those under a secret key not listed. */
  openKeys(of: { appId: string; openId: string; user: UserNumber }): Promise<Buffer[]>
}

export function createSessions(options: {
  store: SessionStore
  world: Pick<World, 'clock' | 'monotonic' | 'random' | 'log'>
  seal: Seal
  wechatOf(appId: string): Pick<Wechat, 'code2Session'>
}): Sessions {
  const { store, world, seal, wechatOf } = options
  const { clock, monotonic, random, log } = world
  const cache = createCache<VerifiedSession>(monotonic, sessionRules.recent)

  /**
   * Whether WeChat gave the user's current key again. It is stored once, so that it displaces no
   * earlier key.
   */
  async function isCurrent(key: Buffer, owner: SealOwner): Promise<boolean> {
    const user = await store.findUser(owner.appId, owner.openId)
    if (user === undefined) return false
    const [newest] = await openStored(user, owner, clock.now())
    return newest?.equals(key) === true
  }

  /** The user's keys, newest first. Those under an earlier secret key are sealed again. */
  async function openStored(
    user: UserNumber,
    owner: SealOwner,
    sinceMs: number,
  ): Promise<(Buffer | undefined)[]> {
    const stored = await store.findSessionKeys(user, sinceMs)
    const keys = stored
      .slice(0, keptSessionKeys.count)
      .map((sealed) => ({ ...owner, user, sealed }))
    await replaceStored(keys)
    return keys.map(({ sealed }) => seal.open(sealed, owner))
  }

  /** The caller's request goes on without it: the worker seals again what is left. */
  async function replaceStored(keys: readonly SealedKey[]): Promise<void> {
    const replacements = sealAgain(seal, keys)
    if (replacements.length === 0) return
    await store.replaceSealedKeys(replacements).catch((err: unknown) => {
      log.warn({ err }, 'session keys could not be sealed again: they are later')
    })
  }

  async function grant(
    owner: SealOwner,
    key: Buffer | undefined,
    belowMinimumVersion?: boolean,
  ): Promise<Granted> {
    const token = makeToken(random)
    const isNew = key !== undefined && !(await isCurrent(key, owner))
    const nowMs = clock.now()
    const expiresAtMs = nowMs + sessionRules.lastsMs
    await store.signIn({
      ...owner,
      sealedKey: isNew ? seal.seal(key, owner) : null,
      tokenHash: sha256(token),
      expiresAtMs,
      ...(belowMinimumVersion === undefined ? {} : { belowMinimumVersion }),
      nowMs,
    })
    return { ok: true, openId: owner.openId, token, expiresAtMs }
  }

  function forget({ appId, openId }: SealOwner): void {
    cache.drop((one) => one.appId === appId && one.openId === openId)
  }

  return {
    forget,
    async signIn({ appId, code, wechatVersion }) {
      const reply = await wechatOf(appId).code2Session(code)
      if (reply.result !== 'answered') return { ok: false, refusal: reply }
      if (!reply.body) {
        const { errcode, errmsg } = reply
        return { ok: false, refusal: { result: 'refused', errcode, errmsg } }
      }
      const { openId, sessionKey } = reply.body
      const key = decodeSessionKey(sessionKey)
      // The user is signed in all the same: only data encrypted under that key cannot be decrypted.
      if (!key) log.warn({ appId }, 'WeChat gave a session_key that is not 16 bytes of base64.')
      return grant({ appId, openId }, key, isBelowMinimum(wechatVersion))
    },

    async adopt({ appId, openId, sessionKey }) {
      const key = decodeSessionKey(sessionKey)
      return key ? grant({ appId, openId }, key) : { ok: false, refusal: 'bad_session_key' }
    },

    async verify(token) {
      const tokenHash = sha256(token)
      const name = tokenHash.toString('base64')
      const nowMs = clock.now()
      const known = cache.get(name)
      if (known) return known.expiresAtMs > nowMs ? known : undefined
      const askedMs = monotonic.now()
      const session = await store.findSession(tokenHash, nowMs)
      if (!session) return undefined
      const verified = { ...session, tokenHash }
      cache.set(name, verified, askedMs)
      return verified
    },

    async end({ appId, ...which }) {
      if ('openId' in which) {
        const count = await store.deleteSessions({ appId, openId: which.openId })
        forget({ appId, openId: which.openId })
        return count
      }
      const tokenHash = 'token' in which ? sha256(which.token) : which.tokenHash
      const count = await store.deleteSessions({ appId, tokenHash })
      cache.drop((one) => one.appId === appId && one.tokenHash.equals(tokenHash))
      return count
    },

    async openKeys({ appId, openId, user }) {
      const sinceMs = clock.now() - keptSessionKeys.forMs
      const keys = await openStored(user, { appId, openId }, sinceMs)
      return keys.filter((key) => key !== undefined)
    },
  }
}

/**
 * Whether a phone's WeChat is too old to show a template message (seeds/001 Bug & Tip).
 * `undefined`: no version is given, or the text is none.
 */
export function isBelowMinimum(wechatVersion: string | undefined): boolean | undefined {
  if (wechatVersion === undefined || !/^\d+(\.\d+)*$/.test(wechatVersion)) return undefined
  return compareVersions(wechatVersion, minimumWechatVersion) < 0
}

/** Compares segments as numbers: as text, 6.5.10 would precede 6.5.2. */
function compareVersions(a: string, b: string): number {
  const left = a.split('.').map(Number)
  const right = b.split('.').map(Number)
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0)
    if (difference !== 0) return difference
  }
  return 0
}
