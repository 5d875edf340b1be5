/** Who the phone is to the server. One sign-in at a time, however many wait for it. */
import { changed } from './changed'
import type { SessionReply } from '../../shared/wire'
import type { LogIn } from './log-in'
import type { Tell } from './notice'
import type { Storage } from './storage'
import type { Transport } from './transport'

export interface Session {
  /** A token, signing in where there is none. Rejects while it cannot be had. */
  token(): Promise<string>
  /** The server does not know this token any more. Drops by value: a late caller cannot discard a newer one. */
  refuse(token: string): void
  /** Forgets the token on this phone. */
  forget(): void
}

/** An app with its own sign-in. It is asked before every attempt: it alone knows when its token changes. */
export const createOwnSession = (ask: () => Promise<string>): Session => ({
  token: () => Promise.resolve().then(ask),
  refuse() {},
  forget() {},
})

export function createSession(
  baseUrl: string,
  storage: Storage,
  transport: Transport,
  logIn: LogIn,
  tell: Tell,
): Session {
  /** Where storage would not keep it. */
  let unkept: string | undefined
  let flight: Promise<string> | undefined

  function keep(token: string | undefined): void {
    const book = storage.read()
    const written = book && storage.write(changed(book, { token: token && [baseUrl, token] }))
    unkept = written ? undefined : token
  }

  /** Read anew each time: another copy of the library may have signed in meanwhile. */
  function kept(): string | undefined {
    const book = storage.read()
    const [url, token] = (book && book.token) || []
    return unkept || (url === baseUrl ? token : undefined)
  }

  async function signIn(): Promise<string> {
    const reply = await transport('/v1/session', await logIn())
    const { token } = (reply.data || {}) as Partial<SessionReply>
    if (reply.status !== 201 || typeof token !== 'string') {
      if (reply.status) tell('sign_in_failed', `HTTP ${reply.status}`)
      throw reply
    }
    keep(token)
    return token
  }

  return {
    async token() {
      const land = () => (flight = undefined)
      const token = kept()
      if (!token && !flight) {
        flight = signIn()
        flight.then(land, land)
      }
      return token || flight!
    },
    refuse(token) {
      if (kept() === token) keep(undefined)
    },
    forget() {
      if (kept()) keep(undefined)
    },
  }
}
