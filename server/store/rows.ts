/**
 * What rows hold: ids made of numbers and hashes, words as small numbers, and values as the store's
 * interface has them.
 */
import { hash } from 'node:crypto'
import type {
  BroadcastResult,
  BroadcastState,
  RecipientState,
  TagResult,
} from '../../shared/codes.ts'
import type { AuditActor, Channel, CreditKind, MessageReason } from '../../shared/wire/index.ts'
import type { CreditId, MessageId, UserNumber } from './ids.ts'
import type { ChangeType, CreditChange, MessageRow, Sender, SentCall, Settle } from './store.ts'

/** Words as small numbers. Never renumber: files outlive versions. */
function code<Word extends string>(numbers: Record<Word, number>) {
  const words = new Map(Object.entries(numbers).map(([word, number]) => [number, word as Word]))
  return {
    of: (word: Word): number => numbers[word],
    word(number: number): Word {
      const word = words.get(number)
      if (word === undefined) throw new Error(`The database holds the unknown code ${number}.`)
      return word
    },
  }
}

export const kindCode = code<CreditKind>({
  form: 1,
  payment: 2,
  subscription: 3,
  entered: 4,
  wrote: 5,
})

export const channelCode = code<Channel>({ template: 1, subscribe: 2, customer: 3 })

export const stateCode = code<MessageRow['state']>({
  queued: 0,
  sending: 1,
  sent: 2,
  refused: 3,
  unknown: 4,
  scheduled: 5,
  cancelled: 6,
})

/** SQL: the message is queued or being sent (the condition of the index messages_under_way). */
export const isUnsettled = `state < ${stateCode.of('sent')}`

/** SQL: the message waits for its time (the condition of the index messages_scheduled). */
export const isScheduled = `state = ${stateCode.of('scheduled')}`

export const broadcastCode = code<BroadcastState>({
  draft: 0,
  scheduled: 1,
  running: 2,
  paused: 3,
  done: 4,
  cancelled: 5,
})

/** SQL: the broadcast runs, or will by itself (the condition of the index broadcasts_live). */
export const isLive = `state IN (${broadcastCode.of('scheduled')}, ${broadcastCode.of('running')})`

export const recipientCode = code<RecipientState>({
  waiting: 0,
  sending: 1,
  sent: 2,
  refused: 3,
  unknown: 4,
  heldOut: 5,
})

const resultCodes = {
  sent: 1,
  refused: 2,
  unknown: 3,
  delivered: 4,
  undelivered: 5,
  opened: 6,
  renewed: 7,
} as const

export const broadcastResultCode = code<BroadcastResult>(resultCodes)
export const tagResultCode = code<TagResult>({ ...resultCodes, granted: 8, ended: 9 })

/** JSON, with the code first: see `reasonStart`. */
export const writeReason = ({ code: first, ...rest }: MessageReason): string =>
  JSON.stringify({ code: first, ...rest })

/** How a written reason of this code begins, and no other. */
export const reasonStart = (of: MessageReason['code']): string => `{"code":"${of}"`

/** `said`: as in `SentCall`. */
type CallLine = [
  attempt: number,
  atMs: number,
  tookMs: number | null,
  credit: CreditId,
  kind: number,
  said?: SentCall['said'],
]

/** A line of JSON, to be appended to those of the message; empty where no call was made. */
export function writeCall({ attempts, call }: Pick<Settle, 'attempts' | 'call'>): string {
  if (!call) return ''
  const { atMs, tookMs = null, credit, kind, said } = call
  const line: CallLine = [attempts, atMs, tookMs, credit, kindCode.of(kind)]
  if (said !== undefined) line.push(said)
  return `${JSON.stringify(line)}\n`
}

/** A late reply takes the place of the time-out before it. */
export function readCalls(written: string): SentCall[] {
  const calls = new Map<number, SentCall>()
  for (const line of written.split('\n').slice(0, -1)) {
    const [attempt, atMs, tookMs, credit, kind, said] = JSON.parse(line) as CallLine
    calls.set(attempt, {
      atMs,
      ...(tookMs !== null && { tookMs }),
      credit,
      kind: kindCode.word(kind),
      ...(said !== undefined && { said }),
    })
  }
  return [...calls].sort(([a], [b]) => a - b).map(([, call]) => call)
}

export const changeCode = code<CreditChange>({
  recorded: 1,
  reserved: 2,
  spent: 3,
  givenBack: 4,
  dead: 5,
  superseded: 6,
  expired: 7,
  late: 8,
  renewed: 9,
})

export const changeTypeCode = code<ChangeType>({
  'message.created': 1,
  'message.settled': 2,
  'credit.recorded': 3,
  'credit.ending': 4,
  'subscription.revoked': 5,
  'group.joined': 6,
  'arrival.recorded': 7,
  'push.received': 8,
  'channel.suspended': 9,
  'broadcast.changed': 10,
})

/** Types of changes as one number, as `apps.watched` has them. */
export const changeMask = (types: readonly ChangeType[]): number =>
  types.reduce((mask, type) => mask | (1 << changeTypeCode.of(type)), 0)

export const actorCode = code<AuditActor>({ key: 1, command: 2, unknown: 3, wechat: 4 })

/** Several kinds as one number, for statements to test: `mask & (1 << kind)`. */
export const kindMask = (kinds: readonly CreditKind[]): number =>
  kinds.reduce((mask, kind) => mask | (1 << kindCode.of(kind)), 0)

/** States of codes. Below `idle`: under way (the condition of the index wxa_codes_under_way). */
export const codeState = { waiting: 0, making: 1, idle: 2, made: 3 } as const

/**
 * 48 bits fit a number exactly, and are enough within one user: of two million users with 16,000
 * credits each, one has a collision.
 */
const idBytes = 6
export const idRange = 2 ** (8 * idBytes)

export function creditId(kind: CreditKind, ref: string): CreditId {
  const digest = hash('sha256', `${kindCode.of(kind)}\0${ref}`, 'hex')
  return Number.parseInt(digest.slice(0, 2 * idBytes), 16) as CreditId
}

/** Where the search for a key begins, and where it goes on when that number is taken. */
export const firstNumber = (keyHash: Uint8Array): number =>
  Buffer.from(keyHash.buffer, keyHash.byteOffset, idBytes).readUIntBE(0, idBytes)
export const nextNumber = (number: number): number => (number + 1) % idRange

/** The numbers of the user and of the message in 16 characters: no index is needed to find it. */
export function messageId(user: number, number: number): MessageId {
  const bytes = Buffer.alloc(2 * idBytes)
  bytes.writeUIntBE(user, 0, idBytes)
  bytes.writeUIntBE(number, idBytes, idBytes)
  return bytes.toString('base64url') as MessageId
}

/** `undefined`: no id of ours. */
export function readMessageId(id: string): { user: UserNumber; number: number } | undefined {
  if (!/^[\w-]{16}$/.test(id)) return undefined
  const bytes = Buffer.from(id, 'base64url')
  return {
    user: bytes.readUIntBE(0, idBytes) as UserNumber,
    number: bytes.readUIntBE(idBytes, idBytes),
  }
}

/** The key comes first, so that a shell can search for it. */
export const writeSender = (sender: Sender | undefined): string | null =>
  sender ? `${sender.keyId} ${sender.requestId} ${sender.network ?? ''}` : null

export function readSender(written: string | null): { [Name in keyof Sender]?: string } {
  const [keyId, requestId, network] = written?.split(' ') ?? []
  return { ...(keyId && { keyId }), ...(requestId && { requestId }), ...(network && { network }) }
}

const pushKeyBytes = 16

export const pushKey = (appId: string, dedupeKey: string): Buffer =>
  hash('sha256', `${appId}\0${dedupeKey}`, 'buffer').subarray(0, pushKeyBytes)

const openKeyBytes = 16

/** By which SQLite finds an openId: no schema names it, so that a shell reads every table. */
export const openKey = (openId: unknown): Buffer | null =>
  typeof openId === 'string' ? hash('sha256', openId, 'buffer').subarray(0, openKeyBytes) : null

/**
 * The range of hashes that begin with this byte, without its end. No hash is as long as 64 bytes of
 * ones.
 */
export const hashesFrom = (firstByte: number): [Buffer, Buffer] => [
  Buffer.of(firstByte),
  firstByte === 255 ? Buffer.alloc(64, 255) : Buffer.of(firstByte + 1),
]

/** SQLite returns plain bytes, PostgreSQL a Buffer. Does not copy. */
export const asBuffer = (bytes: Uint8Array): Buffer =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)

type WithoutNulls<Given> = { [Name in keyof Given]?: NonNullable<Given[Name]> }

export function withoutNulls<Given extends object>(row: Given): WithoutNulls<Given> {
  const given = Object.entries(row).filter(([, value]) => value !== null)
  return Object.fromEntries(given) as WithoutNulls<Given>
}
