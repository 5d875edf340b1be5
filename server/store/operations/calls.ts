/**
 * The calls that were made for a message. They stand in its row, which changes with each of them
 * anyway: a line of JSON each, appended when the call is settled.
 */
import type { WechatRefusal } from '../../../shared/wire/index.ts'
import { kindCode, readMessageId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { CreditId, MessageId, SentCall, Settle } from '../store.ts'

/** `said`: WeChat's refusal, or why there is no reply; absent: WeChat took the message. */
type Line = [
  attempt: number,
  atMs: number,
  tookMs: number | null,
  credit: CreditId,
  kind: number,
  said?: WechatRefusal | string,
]

/** What a settlement appends; empty where no call was made. */
export function writeCall({ attempts, call }: Pick<Settle, 'attempts' | 'call'>): string {
  if (!call) return ''
  const { atMs, tookMs = null, credit, kind, said } = call
  const line: Line = [attempts, atMs, tookMs, credit, kindCode.of(kind)]
  if (said !== undefined) line.push(said)
  return `${JSON.stringify(line)}\n`
}

export function* findCalls(
  sql: Sql,
  { appId, id }: { appId: string; id: MessageId },
): Operation<SentCall[]> {
  const key = readMessageId(id)
  if (!key) return []
  const row = yield* sql.get<{ calls: string }>(
    `SELECT calls FROM messages JOIN users USING (usr) JOIN apps USING (app)
     WHERE usr = $1 AND id = $2 AND app_id = $3`,
    key.user,
    key.number,
    appId,
  )
  return row ? readCalls(row.calls) : []
}

/** A late reply takes the place of the time-out before it. */
function readCalls(written: string): SentCall[] {
  const calls = new Map<number, SentCall>()
  for (const line of written.split('\n').slice(0, -1)) {
    const [attempt, atMs, tookMs, credit, kind, said] = JSON.parse(line) as Line
    calls.set(attempt, {
      atMs,
      ...(tookMs !== null && { tookMs }),
      credit,
      kind: kindCode.word(kind),
      ...(said !== undefined && { said }),
    })
  }
  return [...calls.entries()].sort(([a], [b]) => a - b).map(([, call]) => call)
}
