/** One history: the ledger and its model, side by side, and the calls that are open. */
import { sha256 } from '../../../server/runtime/encoding.ts'
import type { MessageRow, Store, UserNumber } from '../../../server/store/store.ts'
import type { WechatReply } from '../../../server/wechat/http.ts'
import type { Hold } from './credits.ts'
import type { ModelMessage } from './state.ts'
import { createModel } from './model.ts'
import type { ModelState } from './state.ts'
import type { Edition } from './rules.ts'
import { createSystem } from './system.ts'
import type { Call, System } from './system.ts'

export const users = ['ada', 'bob'] as const
const startMs = Date.UTC(2026, 0, 2, 3, 4, 5)

/** A call that WeChat has not answered, as the model has it. */
interface Pending {
  message: ModelMessage
  hold: Hold
  attempt: number
  presentations: number
  /** When the shut began that the call went through. */
  probe: number | undefined
  lost: LateReply[]
}

/** A call whose reply was given up, and may come yet. */
export interface LateReply {
  holder: string
  come(reply: WechatReply<unknown>): void
}

/** Who called, and found the message unknown, still listens. */
interface Awaited extends LateReply {
  message: ModelMessage
  attempt: number
  presentations: number
  /** When the shut began that the call went through. */
  probe: number | undefined
}

export interface Run {
  system: System
  model: ModelState
  numbers: Record<string, UserNumber>
  pending: Map<Call, Pending>
  awaited: Awaited[]
  /** Every call that WeChat saw, by what it said. */
  seen: Map<string, { call: Call; isForm: boolean; answered: string | undefined }[]>
  /** A moment that nothing else happened at: of two credits none ends with the other. */
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
    seen: new Map(),
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

/** @param tooOld absent: it says nothing of its version */
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
