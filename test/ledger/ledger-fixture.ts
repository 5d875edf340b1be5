/** A ledger on a real SQLite store, and prepared replies of WeChat. */
import { newCredit } from '../../server/ledger/record.ts'
import { createLedger, type Ledger, type Send, type Senders } from '../../server/ledger/send.ts'
import type { Edition } from '../../server/rules/credits.ts'
import { createApps } from '../../server/runtime/apps.ts'
import { createSqliteStore } from '../../server/store/sqlite/store.ts'
import type { MessageRow, MessageStore, Store } from '../../server/store/store.ts'
import type { AuthorizedReply } from '../../server/wechat/call.ts'
import type { CreditKind, TemplateMessageRequest } from '../../shared/wire/index.ts'
import { expectSums } from '../store/sums.ts'
import { createFakeWorld, type FakeWorld } from '../support/fake-world.ts'

export const appId = 'wx0000000000000001'
export type Answer = AuthorizedReply<unknown> | Promise<AuthorizedReply<unknown>>

export const answered = (errcode: number, errmsg = ''): AuthorizedReply<unknown> => ({
  result: 'answered',
  errcode,
  errmsg,
  body: undefined,
})
export const lost: AuthorizedReply<unknown> = { result: 'unknown', cause: new Error('time-out') }
export const notSent: AuthorizedReply<unknown> = { result: 'not_sent', cause: new Error('refused') }
export const noToken: AuthorizedReply<unknown> = {
  result: 'no_token',
  call: 'token',
  errcode: 40001,
  errmsg: 'invalid credential',
}

export interface LedgerFixture {
  store: Store
  world: FakeWorld
  ledger: Ledger
  senders: Senders
  /** The credits that were presented to WeChat, in order. */
  presented: string[]
  /** The next replies of WeChat; errcode 0 once they are used up. */
  answers: (Answer | (() => Answer))[]
  credit(ref: string, kind?: CreditKind): Promise<unknown>
  /** Sends with a key and resolves with the message after the attempt. */
  send(key: string): Promise<MessageRow>
  /** Free and reserved uses. Checks the history against the rows as well. */
  uses(): Promise<{ free: number; reserved: number }>
  /** Another process on the same database. */
  another(holder: string, messages?: MessageStore): Ledger
  setEdition(edition: Edition): void
}

export const request: TemplateMessageRequest = {
  channel: 'template',
  openId: 'ada',
  templateId: 'T',
  data: { keyword1: { value: 'hello' } },
}

export function createLedgerFixture(
  storeOf = (world: FakeWorld) => createSqliteStore({ path: ':memory:', world }),
): LedgerFixture {
  const world = createFakeWorld()
  const store = storeOf(world)
  const apps = createApps([{ appId, secret: 's', edition: '2018' }])
  const presented: string[] = []
  const answers: LedgerFixture['answers'] = []
  const send: Send = async (_app, { ref }) => {
    presented.push(ref)
    const next = answers.shift() ?? answered(0)
    return typeof next === 'function' ? next() : next
  }
  const senders: Senders = { template: send, subscribe: send, customer: send }
  const another = (holder: string, messages: MessageStore = store) =>
    createLedger({ store: messages, senders, world, apps, holder })
  const ledger = another('this process')
  const nowMs = () => world.clock.now()
  return {
    store,
    world,
    ledger,
    senders,
    presented,
    answers,
    another,
    setEdition: (edition) => apps.setEdition(appId, edition),
    credit: (ref, kind = 'form') =>
      store.recordCredit({
        appId,
        openId: 'ada',
        nowMs: nowMs(),
        // Each ends a little later than the one before.
        credit: newCredit(kind, ref, world.clock.advance(1), '2018'),
      }),
    async send(key) {
      const sent = await ledger.send(apps.find(appId)!, request, key)
      if (sent.was === 'conflict') throw new Error('The key was used for another body.')
      return sent.attempted
    },
    async uses() {
      await expectSums(store, appId, 'ada')
      const rows = await store.findCredits(appId, 'ada', nowMs())
      return {
        free: rows.reduce((sum, { usesLeft }) => sum + (usesLeft ?? 0), 0),
        reserved: rows.reduce((sum, { reserved }) => sum + reserved, 0),
      }
    },
  }
}
