/** Compares the ledger with the model. */
import { expect } from '@jest/globals'
import { creditsReply } from '../../../server/ledger/record.ts'
import type { CanReceive } from '../../../shared/wire/index.ts'
import { expectSums } from '../../store/sums.ts'
import type { ModelCredit } from './credits.ts'
import { users, type Run } from './run.ts'
import { creditRules, spentIn } from './rules.ts'

/** Compares the free and reserved uses of each credit, and its end. */
export async function checkRows({ system: { store, appId }, model }: Run): Promise<void> {
  const found = await Promise.all(users.map((user) => store.findCredits(appId, user, 0)))
  for (const [n, user] of users.entries()) {
    const rows = found[n]!.map((row) => ({
      kind: row.kind,
      ref: row.ref,
      reserved: row.reserved,
      free: row.usesLeft ?? Infinity,
      endsMs: row.endsAtMs ?? Infinity,
      usableMs: row.usableUntilMs ?? Infinity,
      tooOld: row.belowMinimumVersion,
    }))
    const expected = model.credits
      .all()
      .filter((one) => one.user === user && (one.free > 0 || one.reserved > 0))
      .map(({ kind, ref, reserved, free, endsMs, usableMs, tooOld }) => ({
        kind,
        ref,
        reserved,
        free,
        endsMs,
        usableMs,
        tooOld,
      }))
    expect(byName(rows)).toEqual(byName(expected))
  }
}

const byName = <Row extends Pick<ModelCredit, 'kind' | 'ref'>>(rows: Row[]) =>
  Object.fromEntries(rows.map((row) => [`${row.kind} ${row.ref}`, row]))

export async function checkMessages(run: Run, from = run.model.messages): Promise<void> {
  for (const message of from) {
    const row = await run.rowOf(message)
    const { state, inferred, rejectedCredits, reason } = message
    expect({
      state: row.state,
      inferred: row.inferred,
      rejectedCredits: row.rejectedCredits,
    }).toEqual({
      state,
      inferred,
      rejectedCredits,
    })
    if (reason) expect(row.reason?.code).toBe(reason)
  }
}

/** Checks that the history explains the rows, and that `canReceive` agrees with the model. */
export async function checkLedger(run: Run): Promise<void> {
  const { store, appId } = run.system
  const { nowMs, edition } = run.model
  for (const user of users) {
    await expectSums(store, appId, user)
    const rows = await store.findCredits(appId, user, nowMs)
    const suspensions = await store.findSuspensions(appId)
    const { canReceive } = creditsReply(rows, { edition, suspensions, nowMs })
    expect(canReceive).toMatchObject(receivable(run, user))
  }
}

function receivable({ model }: Run, user: string): object {
  const { nowMs, edition, suspensions } = model
  const usable = model.credits
    .all()
    .filter((one) => one.user === user && one.free > 0 && one.usableMs > nowMs)
  const isShut = (channel: 'template' | 'subscribe' | 'customer') =>
    !spentIn(channel, edition) || suspensions.at(channel, nowMs) !== 'open'
  const receivableOn = (channel: 'template' | 'customer') => {
    if (isShut(channel)) return { uses: 0, refused: expect.any(String) }
    // A phone that is too old never displays a template message.
    const isDisplayed = ({ tooOld }: ModelCredit) => channel !== 'template' || !tooOld
    const those = usable.filter(
      (credit) => creditRules[credit.kind].channel === channel && isDisplayed(credit),
    )
    const until = Math.max(...those.map(({ endsMs }) => endsMs))
    return {
      uses: those.reduce((sum, { free }) => sum + free, 0),
      ...(those.length > 0 && { until: new Date(until).toISOString() }),
    }
  }
  const consents = usable.filter(({ kind }) => kind === 'subscription')
  const uses = ({ free }: ModelCredit): CanReceive['subscribe'][string] =>
    Number.isFinite(free) ? free : null
  return {
    template: receivableOn('template'),
    subscribe: isShut('subscribe')
      ? {}
      : Object.fromEntries(consents.map((credit) => [credit.ref, uses(credit)])),
    customer: receivableOn('customer'),
  }
}

/** Checks the invariants of every ledger, independently of the model. */
export function checkCalls({ callsByText, model }: Run): void {
  for (const calls of callsByText.values()) {
    calls.forEach(({ call, isForm }, n) => {
      const earlier = calls.slice(0, n)
      const unanswered = earlier.filter(({ answered }) => !answered || answered === 'lost')
      // A message that may have arrived is sent again only with the same formId, which WeChat
      // accepts once.
      for (const one of unanswered) {
        expect([one.call.text, isForm, one.call.ref]).toEqual([call.text, true, call.ref])
      }
      expect(earlier.filter(({ answered }) => answered === '0')).toEqual([])
    })
  }
  for (const user of users) {
    for (const channel of ['template', 'subscribe', 'customer'] as const) {
      const used = model.messages.filter(
        ({ user: of, scope, state }) =>
          of === user && scope.channel === channel && (state === 'sent' || state === 'unknown'),
      )
      expect(used.length).toBeLessThanOrEqual(model.credits.granted(user, channel))
    }
  }
}
