/** Two tell of one consent, the phone that asked and a push: whoever comes second finds what the first left here. */
import { consentRule } from '../../rules/credits.ts'
import { consentSource, otherSource } from '../consent.ts'
import type { Consent } from '../consent.ts'
import { creditId } from '../row-ids.ts'
import { endAll } from './credits.ts'
import type { Sql } from './sql.ts'

/**
 * Whether the consent is a credit of its own: neither the other has told of it, nor has it been revoked since. The
 * caller has locked the user.
 */
export async function isOwnConsent(sql: Sql, consent: Consent): Promise<boolean> {
  const { user, templateId, atMs } = consent
  if (await wasRevokedAfter(sql, consent)) return false
  const other = otherSource(consent)
  const match = await sql.get<{ atMs: number }>(
    `SELECT at_ms AS "atMs" FROM consents
     WHERE usr = $1 AND template_id = $2 AND source = $3
       AND at_ms BETWEEN $4::bigint - $5::bigint AND $4::bigint + $5::bigint
     ORDER BY abs(at_ms - $4::bigint), at_ms LIMIT 1`,
    user,
    templateId,
    other,
    atMs,
    consentRule.matchWithinMs,
  )
  if (!match) {
    await leave(sql, consent, consentSource[consent.from])
    return true
  }
  const place = [user, templateId, other, match.atMs] as const
  const at = 'usr = $1 AND template_id = $2 AND source = $3 AND at_ms = $4'
  await sql.run(`UPDATE consents SET count = count - 1 WHERE ${at}`, ...place)
  await sql.run(`DELETE FROM consents WHERE ${at} AND count = 0`, ...place)
  return false
}

/** Takes all uses away, and lets no answer from before count that arrives later. */
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
  await leave(sql, { user, templateId, atMs }, consentSource.revoked)
  await endAll(sql, user, creditId('subscription', templateId), { reason: 'revoked', nowMs })
}

async function wasRevokedAfter(sql: Sql, { user, templateId, atMs }: Consent): Promise<boolean> {
  const found = await sql.get(
    `SELECT 1 FROM consents
     WHERE usr = $1 AND template_id = $2 AND source = ${consentSource.revoked} AND at_ms > $3 LIMIT 1`,
    user,
    templateId,
    atMs,
  )
  return found !== undefined
}

async function leave(
  sql: Sql,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  source: number,
): Promise<void> {
  await sql.run(
    `INSERT INTO consents (usr, template_id, source, at_ms) VALUES ($1, $2, $3, $4)
     ON CONFLICT (usr, template_id, source, at_ms) DO UPDATE SET count = consents.count + 1`,
    user,
    templateId,
    source,
    atMs,
  )
}
