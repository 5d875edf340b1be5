/** Does the book say what the model says? */
import { expect } from '@jest/globals'
import { creditsReply } from '../../../server/ledger/record.ts'
import type { CanReceive } from '../../../shared/wire/index.ts'
import { expectSums } from '../../store/sums.ts'
import type { ModelCredit } from './credits.ts'
import { users } from './life.ts'
import type { Life } from './life.ts'
import { rights, spentIn } from './rules.ts'

/** Free and reserved uses of each right, with its end. */
export async function checkRows({ system: { store, appId }, model }: Life): Promise<void> {
  const found = await Promise.all(users.map((user) => store.findCredits(appId, user, 0)))
  for (const [n, user] of users.entries()) {
    const told = found[n]!.map((row) => ({
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
    expect(byName(told)).toEqual(byName(expected))
  }
}

const byName = <Row extends Pick<ModelCredit, 'kind' | 'ref'>>(rows: Row[]) =>
  Object.fromEntries(rows.map((row) => [`${row.kind} ${row.ref}`, row]))

export async function checkMessages(life: Life, from = life.model.messages): Promise<void> {
  for (const message of from) {
    const row = await life.rowOf(message)
    const { state, inferred, burnt, reason } = message
    expect({ state: row.state, inferred: row.inferred, burnt: row.rejectedCredits }).toEqual({
      state,
      inferred,
      burnt,
    })
    if (reason) expect(row.reason?.code).toBe(reason)
  }
}

/** The history explains the rows, and who asks what can be sent is told the truth. */
export async function checkBook(life: Life): Promise<void> {
  const { store, appId } = life.system
  const { nowMs, edition } = life.model
  for (const user of users) {
    await expectSums(store, appId, user)
    const rows = await store.findCredits(appId, user, nowMs)
    const stops = await store.findSuspensions(appId)
    const { canReceive } = creditsReply(rows, { edition, suspensions: stops, nowMs })
    expect(canReceive).toMatchObject(receivable(life, user))
  }
}

function receivable({ model }: Life, user: string): object {
  const { nowMs, edition, stops } = model
  const usable = model.credits
    .all()
    .filter((one) => one.user === user && one.free > 0 && one.usableMs > nowMs)
  const isShut = (channel: 'template' | 'subscribe' | 'customer') =>
    !spentIn(channel, edition) || stops.at(channel, nowMs) !== 'open'
  const told = (channel: 'template' | 'customer') => {
    if (isShut(channel)) return { uses: 0, refused: expect.any(String) }
    const those = usable.filter(({ kind }) => rights[kind].channel === channel)
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
    template: told('template'),
    subscribe: isShut('subscribe')
      ? {}
      : Object.fromEntries(consents.map((credit) => [credit.ref, uses(credit)])),
    customer: told('customer'),
  }
}

/** What holds of any book, whatever the model says. */
export function checkCalls({ seen, model }: Life): void {
  for (const calls of seen.values()) {
    calls.forEach(({ call, isForm }, n) => {
      const earlier = calls.slice(0, n)
      const doubtful = earlier.filter(({ answered }) => !answered || answered === 'lost')
      // Whatever may have arrived is shown again by the same formId alone: WeChat takes it once.
      for (const one of doubtful) {
        expect([one.call.text, isForm, one.call.ref]).toEqual([call.text, true, call.ref])
      }
      expect(earlier.filter(({ answered }) => answered === '0')).toEqual([])
    })
  }
  for (const user of users) {
    for (const channel of ['template', 'subscribe', 'customer'] as const) {
      const used = model.messages.filter(
        ({ user: of, lane, state }) =>
          of === user && lane.channel === channel && (state === 'sent' || state === 'unknown'),
      )
      expect(used.length).toBeLessThanOrEqual(model.credits.granted(user, channel))
    }
  }
}
