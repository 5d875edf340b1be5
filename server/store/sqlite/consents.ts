/** Two tell of one consent, the phone that asked and a push: whoever comes second finds what the first left here. */
import { consentRule } from '../../rules/credits.ts'
import { consentSource, otherSource } from '../consent.ts'
import type { Consent } from '../consent.ts'
import { creditId } from '../row-ids.ts'
import { endAll } from './credits.ts'
import type { Statements } from './statements.ts'

/** Whether the consent is a credit of its own: neither the other has told of it, nor has it been revoked since. */
export function isOwnConsent(sql: Statements, consent: Consent): boolean {
  const { user, templateId, atMs } = consent
  if (wasRevokedAfter(sql, consent)) return false
  const other = otherSource(consent)
  const match = sql<{ atMs: number }>(
    `SELECT at_ms AS atMs FROM consents
     WHERE user = ?1 AND template_id = ?2 AND source = ?3 AND at_ms BETWEEN ?4 - ?5 AND ?4 + ?5
     ORDER BY abs(at_ms - ?4) LIMIT 1`,
  ).get(user, templateId, other, atMs, consentRule.matchWithinMs)
  if (!match) {
    leave(sql, consent, consentSource[consent.from])
    return true
  }
  const place = [user, templateId, other, match.atMs] as const
  const at = 'user = ? AND template_id = ? AND source = ? AND at_ms = ?'
  sql(`UPDATE consents SET count = count - 1 WHERE ${at}`).run(...place)
  sql(`DELETE FROM consents WHERE ${at} AND count = 0`).run(...place)
  return false
}

/** Takes all uses away, and lets no answer from before count that arrives later. */
export function revokeConsents(
  sql: Statements,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  nowMs: number,
): void {
  sql('DELETE FROM consents WHERE user = ? AND template_id = ? AND at_ms < ?').run(
    user,
    templateId,
    atMs,
  )
  leave(sql, { user, templateId, atMs }, consentSource.revoked)
  endAll(sql, user, creditId('subscription', templateId), { reason: 'revoked', nowMs })
}

function wasRevokedAfter(sql: Statements, { user, templateId, atMs }: Consent): boolean {
  const found = sql(
    `SELECT 1 FROM consents WHERE user = ? AND template_id = ? AND source = ${consentSource.revoked} AND at_ms > ? LIMIT 1`,
  ).get(user, templateId, atMs)
  return found !== undefined
}

function leave(
  sql: Statements,
  { user, templateId, atMs }: Omit<Consent, 'from'>,
  source: number,
): void {
  sql(
    `INSERT INTO consents (user, template_id, source, at_ms) VALUES (?, ?, ?, ?)
     ON CONFLICT DO UPDATE SET count = count + 1`,
  ).run(user, templateId, source, atMs)
}
