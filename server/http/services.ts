/** What the routes call. `createReachServer` makes them. */
import type { Audit } from '../audit/audit.ts'
import type { Forecasts } from '../broadcasts/forecast.ts'
import type { Streams } from '../changes/streams.ts'
import type { Codes } from '../codes/codes.ts'
import type { ConsoleFiles } from '../console/files.ts'
import type { ConsoleSessions } from '../console/sessions.ts'
import type { Scope } from '../../shared/codes.ts'
import type { ConsoleDemo } from '../../shared/wire/index.ts'
import type { Doctor } from '../doctor/doctor.ts'
import type { Ledger } from '../ledger/send.ts'
import type { SentToday } from '../ledger/message-sums.ts'
import type { CreditSummaries } from '../ledger/summary.ts'
import type { RequestLimiters } from '../limits/limits.ts'
import type { Media } from '../media/media.ts'
import type { Metrics } from '../metrics/metrics.ts'
import type { Erasure } from '../privacy/erasure.ts'
import type { Export } from '../privacy/export.ts'
import type { Pushes } from '../pushes/pushes.ts'
import type { Apps } from '../runtime/apps.ts'
import type { World } from '../runtime/world.ts'
import type { Resealing } from '../sessions/resealing.ts'
import type { Sessions } from '../sessions/sessions.ts'
import type { Store } from '../store/store.ts'
import type { LongTermTemplates } from '../subscribe/long-term-templates.ts'
import type { ExistingTitles } from '../templates/existing-titles.ts'
import type { WebhookSettings } from '../webhooks/post.ts'
import type { Webhooks } from '../webhooks/webhooks.ts'
import type { Wechat } from '../wechat/wechat.ts'

export interface Services {
  apps: Apps
  apiKeys: ApiKeys
  store: Store
  sessions: Sessions
  resealing: Pick<Resealing, 'opensAny'>
  ledger: Ledger
  creditSummaries: CreditSummaries
  sentToday: SentToday
  forecasts: Forecasts
  erasure: Erasure
  userExport: Export
  pushes: Pushes
  longTermTemplates: LongTermTemplates
  existingTitles: ExistingTitles
  doctor: Doctor
  webhooks: Pick<Webhooks, 'make'> & { settings: WebhookSettings }
  audit: Audit
  streams: Streams
  codes: Codes
  media: Media
  /** The platform's API for one app. */
  wechat(appId: string): Wechat
  limits: RequestLimiters
  world: World
  /** Absent: nothing is counted, and `GET /metrics` replies 404. */
  metrics?: Metrics
  /** The OpenAPI document as JSON. */
  openapi(): Buffer
  /**
   * True once the process drains. `/readyz` reports it, so that load balancers stop sending
   * requests.
   */
  stopping(): boolean
  /** Absent: the server has no web console, and takes no cookie. */
  console?: ConsoleServices
}

export interface ConsoleServices {
  sessions: ConsoleSessions
  files: ConsoleFiles
  /** Where the routes are mounted, for example `/reach`. */
  prefix: string
  /** East of UTC, of the times on the pages. */
  zoneMinutes(): number
  /** Whoever is at this machine is signed in with the key. */
  demo?: ConsoleDemo & { apiKey: string }
}

export interface ApiKeys {
  /** `undefined`: not a key of this server, or it has expired. */
  find(secret: string): KnownKey | undefined | Promise<KnownKey | undefined>
  /** By the SHA-256 of its secret. */
  findHashed(hash: Buffer): KnownKey | undefined | Promise<KnownKey | undefined>
  /** Whether a key that was found may still be used. */
  isGood(key: KnownKey): boolean | Promise<boolean>
  /** Those of REACH_API_KEYS. */
  readonly configured: readonly KnownKey[]
  /** Refuses a revoked key at once; other processes follow within ten seconds. */
  forget(id: string): void
}

/** The API key of a request, without its secret. */
export interface KnownKey {
  /** For logs and the audit: it names the key and reveals nothing of it. */
  readonly id: string
  /** The only app that it may do anything for. Absent: all. */
  readonly appId?: string
  readonly scopes: ReadonlySet<Scope>
  /** Absent: it does not expire. */
  readonly expiresAtMs?: number
}
