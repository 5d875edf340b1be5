/**
 * Consents to subscription messages. Both the phone and a push report one: the second report finds
 * the first one's row here, and is no second credit.
 */
import { consentRule } from '../../rules/credits.ts'
import { creditId } from '../rows.ts'
import type { Sql } from '../sql.ts'
import type { UserNumber } from '../store.ts'
import { endCredit } from './credits.ts'

export interface Consent {
  user: UserNumber
  templateId: string
  from: 'phone' | 'push'
  atMs: number
}

/** Who reported, as in rows. Never renumber: files outlive versions. */
const source = { phone: 1, push: 2, revoked: 3 } as const

/**
 * Whether the consent is a new credit: it was not reported by the other side, and not revoked
 * since. The caller has locked the user.
 */
export async function isNewConsent(sql: Sql, consent: Consent): Promise<boolean> {
  const { user, templateId, from, atMs } = consent
  if (await wasRevokedAfter(sql, consent)) return false
  const other = source[from === 'phone' ? 'push' : 'phone']
  const match = await sql.get<{ atMs: number }>(
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
    await insertConsent(sql, consent, source[from])
    return true
  }
  const key = [user, templateId, other, match.atMs] as const
  const isMatch = 'usr = $1 AND template_id = $2 AND source = $3 AND at_ms = $4'
  await sql.run(`UPDATE consents SET count = count - 1 WHERE ${isMatch}`, ...key)
  await sql.run(`DELETE FROM consents WHERE ${isMatch} AND count = 0`, ...key)
  return false
}

/** Ends all uses, and keeps older consents that are reported later from counting. */
export async function revokeConsents(
  sql: Sql,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  nowMs: number,
): Promise<void> {
  await sql.run(
    'DELETE FROM consents WHERE usr = $1 AND template_id = $2 AND at_ms < $3',
    user,
    templateId,
    atMs,
  )
  await insertConsent(sql, { user, templateId, atMs }, source.revoked)
  const credit = creditId('subscription', templateId)
  await endCredit(sql, user, credit, { reason: 'revoked', nowMs })
}

async function wasRevokedAfter(sql: Sql, { user, templateId, atMs }: Consent): Promise<boolean> {
  const found = await sql.get(
    `SELECT 1 FROM consents
     WHERE usr = $1 AND template_id = $2 AND source = ${source.revoked} AND at_ms > $3 LIMIT 1`,
    user,
    templateId,
    atMs,
  )
  return found !== undefined
}

async function insertConsent(
  sql: Sql,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  from: number,
): Promise<void> {
  await sql.run(
    `INSERT INTO consents (usr, template_id, source, at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (usr, template_id, source, at_ms) DO UPDATE SET count = consents.count + 1`,
    user,
    templateId,
    from,
    atMs,
  )
}
