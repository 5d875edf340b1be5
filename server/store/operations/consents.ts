/**
 * Consents to subscription messages. Both the phone and a push report one: the second report finds
 * the first one's row here, and is no second credit.
 */
import { consentRule } from '../../rules/credits.ts'
import { creditId } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'
import type { UserNumber } from '../store.ts'
import { noteChange } from './changes.ts'
import { endCredit } from './credits.ts'
import type { WatchedApp } from './users.ts'

interface Consent {
  user: UserNumber
  templateId: string
  from: 'phone' | 'push'
  atMs: number
}

/** Who reported, as in rows. Never renumber: files outlive versions. */
export const source = { phone: 1, push: 2, revoked: 3 } as const

/**
 * Whether the consent is a new credit: it was not reported by the other side, and not revoked
 * since. The caller has locked the user.
 */
export function* findConsent(
  sql: Sql,
  consent: Consent,
): Operation<'new' | 'reported' | 'revoked'> {
  const { user, templateId, from, atMs } = consent
  if (yield* wasRevokedAfter(sql, consent)) return 'revoked'
  const other = source[from === 'phone' ? 'push' : 'phone']
  const match = yield* sql.get<{ atMs: number }>(
    `SELECT at_ms AS "atMs" FROM consents
     WHERE usr = $1 AND template_id = $2 AND source = $3 AND at_ms BETWEEN $4 AND $5
     ORDER BY abs(at_ms - $6), at_ms LIMIT 1`,
    user,
    templateId,
    other,
    atMs - consentRule.matchWithinMs,
    atMs + consentRule.matchWithinMs,
    atMs,
  )
  if (!match) {
    yield* insertConsent(sql, consent, source[from])
    return 'new'
  }
  const key = [user, templateId, other, match.atMs] as const
  const isMatch = 'usr = $1 AND template_id = $2 AND source = $3 AND at_ms = $4'
  yield* sql.run(`UPDATE consents SET count = count - 1 WHERE ${isMatch}`, ...key)
  yield* sql.run(`DELETE FROM consents WHERE ${isMatch} AND count = 0`, ...key)
  return 'reported'
}

/** Ends all uses, and keeps older consents that are reported later from counting. */
export function* revokeConsents(
  sql: Sql,
  { user, templateId, atMs, app, watched }: Omit<Consent, 'from'> & WatchedApp,
  nowMs: number,
): Operation<void> {
  yield* sql.run(
    'DELETE FROM consents WHERE usr = $1 AND template_id = $2 AND at_ms < $3',
    user,
    templateId,
    atMs,
  )
  yield* insertConsent(sql, { user, templateId, atMs }, source.revoked)
  const credit = creditId('subscription', templateId)
  yield* endCredit(sql, user, credit, { reason: 'revoked', nowMs })
  const about = { app, watched, user, subject: credit, atMs: nowMs }
  yield* noteChange(sql, { ...about, type: 'subscription.revoked', detail: { templateId } })
}

function* wasRevokedAfter(sql: Sql, { user, templateId, atMs }: Consent): Operation<boolean> {
  const found = yield* sql.get(
    `SELECT 1 FROM consents
     WHERE usr = $1 AND template_id = $2 AND source = ${source.revoked} AND at_ms > $3 LIMIT 1`,
    user,
    templateId,
    atMs,
  )
  return found !== undefined
}

function* insertConsent(
  sql: Sql,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  from: number,
): Operation<void> {
  yield* sql.run(
    `INSERT INTO consents (usr, template_id, source, at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (usr, template_id, source, at_ms) DO UPDATE SET count = consents.count + 1`,
    user,
    templateId,
    from,
    atMs,
  )
}
