/** Where the server listens, and what its connections may hold. */
import type { ConnectionSettings } from '../runtime/listen.ts'
import { second } from '../rules/time.ts'
import type { SettingsReader } from './settings-reader.ts'
import * as values from './values.ts'

export interface PortSettings {
  /** Default 3000; 0 takes any free port. */
  port: number
  /** Default 0.0.0.0. */
  host: string
  /** A port for metrics and readiness alone. Default: they are at `port`. */
  internalPort?: number
  /** The port of the web console, if any. Default `public`. */
  console?: (typeof consolePlaces)[number]
  /** Beside `connectionRules`. */
  connectionLimits: Partial<ConnectionSettings>
}

const consolePlaces = ['public', 'internal', 'off'] as const

export function readPorts(settings: SettingsReader): PortSettings {
  const port = settings.optional('PORT', values.integer(0, 65_535)) ?? 3000
  const internalPort = settings.optional('REACH_INTERNAL_PORT', values.integer(0, 65_535))
  if (internalPort === port && port !== 0) {
    settings.addProblem('REACH_INTERNAL_PORT', 'is the same as PORT: set another one')
  }
  const console = settings.optional('REACH_CONSOLE', values.oneOf(consolePlaces))
  if (console === 'internal' && internalPort === undefined) {
    settings.addProblem('REACH_CONSOLE', 'is internal: set REACH_INTERNAL_PORT, too')
  }
  const maxConnections = settings.optional('REACH_MAX_CONNECTIONS', values.integer(16, 100_000))
  const keepAlive = settings.optional('REACH_KEEP_ALIVE_SECONDS', values.integer(1, 3_600))
  // Less would end before the time-out of a head.
  const request = settings.optional('REACH_REQUEST_TIMEOUT_SECONDS', values.integer(15, 3_600))
  return {
    port,
    host: settings.optional('HOST', values.text) ?? '0.0.0.0',
    ...(internalPort !== undefined && { internalPort }),
    ...(console && { console }),
    connectionLimits: {
      ...(maxConnections !== undefined && { maxConnections }),
      ...(keepAlive !== undefined && { keepAliveMs: keepAlive * second }),
      ...(request !== undefined && { requestTimeoutMs: request * second }),
    },
  }
}
