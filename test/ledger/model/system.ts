/** The system under test: ledgers on one database, and open calls that a step replies to. */
import { createLedger, type Ledger, type Send } from '../../../server/ledger/send.ts'
import { createApps, type Apps } from '../../../server/runtime/apps.ts'
import { silentLog, type World } from '../../../server/runtime/world.ts'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import type {
  ClaimedMessage,
  MessageId,
  MessageRow,
  MessageStore,
  OpenedMessage,
  ReservedCredit,
  Settled,
  Store,
} from '../../../server/store/store.ts'
import type { AuthorizedReply } from '../../../server/wechat/call.ts'
import type { Edition } from './rules.ts'
import { holders, canCrash, type SuspensionFailure } from './step.ts'

/** An open call of the send endpoint. */
export interface Call {
  holder: string
  openId: string
  /** The text of the message, unique among messages. */
  text: string
  ref: string
  answer(reply: AuthorizedReply<unknown>): void
}

type Leasing = 'openMessage' | 'settle' | 'claimMessages'

interface Holder {
  name: string
  ledger: Ledger
  /** Loses the database's next reply to this operation, which is executed. */
  loseReplyOf(operation: Leasing): void
  /** Fails the next write of a suspension. */
  failSuspensions(how: SuspensionFailure): void
  /** Cancels the faults that have not happened yet. */
  cancelFaults(): void
}

export interface System {
  appId: string
  store: Store
  apps: Apps
  /** The platform's clock, which the steps set. */
  nowMs: number
  holders: Holder[]
  /** Open calls, oldest first. */
  calls: Call[]
  /** The credit that was last reserved for a message, also if the reply was lost. */
  reserved: Map<MessageId, string>
  /** The message that was opened last. */
  opened: OpenedMessage | undefined
  /** Replaces a holder, as if its process was killed and another started. */
  crash(holder: number): void
  /** Resolves once everything waits for WeChat's replies. */
  idle(): Promise<void>
}

/** The text in the fields of a message, on any channel. */
function textOf(fields: unknown): string {
  const { data, text } = fields as {
    data?: { thing1: { value: string } }
    text?: { content: string }
  }
  return data?.thing1.value ?? text!.content
}

/** Waits end at once, as backoff has its own test; time-outs never come. */
const worldAt = (nowMs: () => number): World => ({
  clock: { now: nowMs, at: () => () => {} },
  monotonic: { now: () => 0, wait: async () => {}, after: () => () => {} },
  random: (bytes) => Buffer.alloc(bytes),
  log: silentLog,
})

/** @param stores of one database, as of several processes; the holders are spread over them */
export function createSystem(
  stores: readonly Store[],
  app: { appId: string; edition: Edition },
  startMs: number,
): System {
  const apps = createApps([{ ...app, secret: 's' }])
  const world = worldAt(() => system.nowMs)
  const underWay = new Set<Promise<unknown>>()
  let made = 0

  /** Counts the promise as under way until it settles. */
  function watched<Result>(promise: Promise<Result>): Promise<Result> {
    underWay.add(promise)
    const done = () => void underWay.delete(promise)
    promise.then(done, done)
    return promise
  }

  function note<Given extends { message: MessageRow; credit?: ReservedCredit }>(
    given: Given,
  ): Given {
    if (given.credit) system.reserved.set(given.message.id, given.credit.ref)
    return given
  }
  const noteSettled = (settled: Settled | undefined) => settled && note(settled)
  const noteClaimed = (claimed: ClaimedMessage[]) => claimed.map(note)
  function noteOpened(opened: OpenedMessage): OpenedMessage {
    if (opened.was === 'reserved') note(opened)
    return (system.opened = opened)
  }

  function createHolder(leaseMs: number): Holder {
    const name = `holder ${(made += 1)}`
    const store = stores[made % stores.length]!
    const lost = new Set<Leasing>()
    async function maybeLose<Result>(operation: Leasing, result: Promise<Result>) {
      const value = await result
      if (lost.delete(operation)) throw new StoreUnavailableError('The reply was lost.')
      return value
    }
    let suspensionFails: SuspensionFailure | undefined
    async function maybeFail(write: () => Promise<void>): Promise<void> {
      const fails = suspensionFails
      suspensionFails = undefined
      if (fails !== 'refused') await write()
      if (fails) throw new StoreUnavailableError(`A suspension was ${fails}.`)
    }
    const leased = <Input extends { leaseMs: number }>(input: Input) => ({ ...input, leaseMs })
    const messages: MessageStore = {
      ...store,
      openMessage: (input) =>
        watched(maybeLose('openMessage', store.openMessage(leased(input)).then(noteOpened))),
      claimMessages: (input) =>
        watched(maybeLose('claimMessages', store.claimMessages(leased(input)).then(noteClaimed))),
      settle({ message, ...input }) {
        const to = 'leaseMs' in message ? leased(message) : message
        const settled = store.settle({ ...input, message: to }).then(noteSettled)
        return watched(maybeLose('settle', settled))
      },
      findMessage: (...place) => watched(store.findMessage(...place)),
      suspendChannel: (suspension) => watched(maybeFail(() => store.suspendChannel(suspension))),
      resumeChannel: (...place) => watched(maybeFail(() => store.resumeChannel(...place))),
    }
    const send: Send = (_app, { openId, ref, fields }) =>
      new Promise((answer) => {
        system.calls.push({ holder: name, openId, text: textOf(fields), ref, answer })
      })
    const senders = { template: send, subscribe: send, customer: send }
    const ledger = createLedger({ store: messages, senders, world, apps, holder: name })
    return {
      name,
      ledger,
      loseReplyOf: (operation) => void lost.add(operation),
      failSuspensions: (how) => void (suspensionFails = how),
      cancelFaults() {
        lost.clear()
        suspensionFails = undefined
      },
    }
  }
  const leaseOf = (holder: number) => (canCrash(holder) ? 0 : 600_000)

  const system: System = {
    appId: app.appId,
    store: stores[0]!,
    apps,
    nowMs: startMs,
    holders: Array.from({ length: holders }, (_, holder) => createHolder(leaseOf(holder))),
    calls: [],
    reserved: new Map(),
    opened: undefined,
    crash(holder) {
      const { name } = system.holders[holder]!
      system.calls = system.calls.filter((call) => call.holder !== name)
      system.holders[holder] = createHolder(leaseOf(holder))
    },
    async idle() {
      do {
        await Promise.allSettled(underWay)
        await new Promise((turn) => setImmediate(turn))
      } while (underWay.size > 0)
    },
  }
  return system
}
