/** The session of the web console: what its pages ask before all else. */
import type { Scope } from '../codes.ts'

/** `POST /v1/console/session` */
export interface ConsoleSessionRequest {
  /** As `Authorization: Bearer` carries it. The session may do what the key may. */
  apiKey: string
}

/** `GET` and `POST /v1/console/session`: who is signed in, and what they may do. */
export interface ConsoleSessionReply {
  /** Those that the key may do anything for. */
  apps: ConsoleApp[]
  keyId: string
  /** The only app of the key. Absent: all. */
  appId?: string
  scopes: Scope[]
  /** Of the session: at the end of the key if that is earlier. */
  expiresAt: string
  /** In the demo alone. */
  demo?: ConsoleDemo
}

export interface ConsoleApp {
  appId: string
  /** The platform's rules of a time. */
  edition: '2018' | '2026'
  /** East of UTC, in minutes, of REACH_TIME_ZONE now: the zone of the times on the pages. */
  zoneMinutes: number
}

export interface ConsoleDemo {
  /** The path of the sandbox on the same origin, such as `/sandbox`. */
  sandbox: string
}

/** `POST /v1/console/revealed?appId=…`: somebody unmasked or copied the openId of a user. */
export interface ConsoleRevealedRequest {
  openId: string
}
