/** The state of one history: the ledger, its model and the open calls. */
import { sha256 } from '../../../server/runtime/encoding.ts'
import type { MessageRow, Store, UserNumber } from '../../../server/store/store.ts'
import type { WechatReply } from '../../../server/wechat/http.ts'
import type { Reservation } from './credits.ts'
import type { ModelMessage, ModelState } from './state.ts'
import { createModel } from './model.ts'
import type { Edition } from './rules.ts'
import { createSystem, type Call, type System } from './system.ts'

export const users = ['ada', 'bob'] as const
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5)

/** An open call, as the model expects it. */
interface Pending {
  message: ModelMessage
  reservation: Reservation
  attempt: number
  presentations: number
  /** When the channel was shut, if this call is the probe. */
  probe: number | undefined
  /** Earlier calls of the same holder that timed out. */
  timedOut: LateReply[]
}

/** A call that timed out. Its reply may still arrive. */
export interface LateReply {
  holder: string
  arrive(reply: WechatReply<unknown>): void
}

/** A late reply that the ledger still handles: its message is unknown. */
interface Awaited extends LateReply {
  message: ModelMessage
  attempt: number
  presentations: number
  /** When the channel was shut, if this call is the probe. */
  probe: number | undefined
}

export interface Run {
  system: System
  model: ModelState
  numbers: Record<string, UserNumber>
  pending: Map<Call, Pending>
  awaited: Awaited[]
  /** Every call of WeChat so far, by the text of its message. */
  callsByText: Map<string, { call: Call; isForm: boolean; answered: string | undefined }[]>
  /** A moment that no other step used: no two credits end at the same time. */
  momentAt(ms: number): number
  setClock(nowMs: number): void
  rowOf(message: ModelMessage): Promise<MessageRow>
  /** A number that no other has. */
  next(): number
}

export async function createRun(
  stores: readonly Store[],
  app: { appId: string; edition: Edition },
): Promise<Run> {
  const system = createSystem(stores, app, startMs)
  const model = createModel(app.edition, startMs)
  const moments = new Set<number>()
  let made = 0
  const numbers: Run['numbers'] = {}
  const run: Run = {
    system,
    model,
    numbers,
    pending: new Map(),
    awaited: [],
    callsByText: new Map(),
    momentAt(ms) {
      while (moments.has(ms)) ms -= 1
      moments.add(ms)
      return ms
    },
    setClock(nowMs) {
      system.nowMs = nowMs
      model.nowMs = nowMs
    },
    async rowOf({ id }) {
      const row = await system.store.findMessage(app.appId, id as MessageRow['id'])
      if (!row) throw new Error(`The message ${id} is gone.`)
      return row
    },
    next: () => (made += 1),
  }
  for (const openId of users) numbers[openId] = await signIn(run, openId)
  return run
}

/** @param tooOld absent: the phone does not report its version */
export function signIn(
  { system: { store, appId, nowMs }, next }: Run,
  openId: string,
  tooOld?: boolean,
): Promise<UserNumber> {
  return store.signIn({
    appId,
    openId,
    sealedKey: null,
    tokenHash: sha256(`${appId} ${next()}`),
    expiresAtMs: nowMs,
    nowMs,
    ...(tooOld !== undefined && { belowMinimumVersion: tooOld }),
  })
}
