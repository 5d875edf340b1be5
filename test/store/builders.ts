/** Inputs of the store with defaults. */
import type {
  ClaimMessages,
  CreateBroadcast,
  CustomerWindow,
  DecodedEvent,
  EventRecord,
  NewCredit,
  OpenMessage,
  RecordPush,
  SignIn,
} from '../../server/store/store.ts'
import { hash } from 'node:crypto'

export const appId = 'wx0000000000000001'
export const nowMs = Date.UTC(2026, 0, 2, 3, 4, 5)
export const day = 24 * 60 * 60 * 1_000

export const hashOf = (text: string): Buffer => hash('sha256', text, 'buffer')

export const form = (ref: string, rest: Partial<NewCredit> = {}): NewCredit => ({
  kind: 'form',
  ref,
  uses: 1,
  endsAtMs: nowMs + 7 * day,
  usableUntilMs: nowMs + 7 * day - 60_000,
  ...rest,
})

export const subscription = (templateId: string): NewCredit => ({
  kind: 'subscription',
  ref: templateId,
  uses: 1,
  endsAtMs: null,
  usableUntilMs: null,
  addsUp: true,
})

export const signIn = (openId: string, rest: Partial<SignIn> = {}): SignIn => ({
  appId,
  openId,
  sealedKey: Buffer.from(`key of ${openId}`),
  tokenHash: hashOf(`token of ${openId}`),
  expiresAtMs: nowMs + 30 * day,
  nowMs,
  ...rest,
})

export const message = (key: string, rest: Partial<OpenMessage> = {}): OpenMessage => ({
  appId,
  openId: 'ada',
  channel: 'template',
  templateId: 'T',
  keyHash: hashOf(key),
  bodyHash: hashOf('body'),
  keyKeptMs: 7 * day,
  payload: '{"templateId":"T"}',
  deadlineMs: nowMs + 15 * 60_000,
  nowMs,
  kinds: ['form', 'payment'],
  holder: 'first',
  leaseMs: 60_000,
  probeEveryMs: 3_600_000,
  ifNone: { code: 'no_credit', detail: 'none' },
  ...rest,
})

export const claim = (holder: string, rest: Partial<ClaimMessages> = {}): ClaimMessages => ({
  holder,
  holding: [],
  nowMs,
  leaseMs: 60_000,
  limit: 100,
  probeEveryMs: 3_600_000,
  ifNone: { code: 'no_credit', detail: 'none' },
  ifLate: { code: 'deadline', detail: 'late' },
  ...rest,
})

/** Tried again later. */
export const queued = (dueInMs = 0) =>
  ({ state: 'queued', dueInMs, ifUnknown: { code: 'deadline', detail: 'late' } }) as const

export const event = (
  id: string,
  record: EventRecord,
  rest: Partial<DecodedEvent> = {},
): DecodedEvent => ({
  id,
  type: record.type,
  atMs: nowMs,
  raw: '{}',
  record,
  ...rest,
})

export const submitted = (id: string, ...credits: NewCredit[]): DecodedEvent =>
  event(id, { type: 'credits', credits })

export const push = (dedupeKey: string, rest: Partial<RecordPush> = {}): RecordPush => ({
  appId,
  openId: 'ada',
  type: 'text',
  dedupeKey,
  atMs: nowMs,
  nowMs,
  record: { type: 'none' },
  ...rest,
})

/** As the edition of 2026 has them. */
export const window = (kind: CustomerWindow['kind'], atMs: number): CustomerWindow =>
  kind === 'entered'
    ? { kind, uses: 2, endsAtMs: atMs + 60_000, usableUntilMs: atMs + 57_000 }
    : { kind, uses: 5, endsAtMs: atMs + 2 * day, usableUntilMs: atMs + 2 * day - 60_000 }

export const broadcast = (key: string, rest: Partial<CreateBroadcast> = {}): CreateBroadcast => ({
  appId,
  id: `bc_${key}`,
  keyHash: hashOf(key),
  bodyHash: hashOf('body'),
  plan: '{}',
  nowMs,
  from: 'list',
  ...rest,
})
