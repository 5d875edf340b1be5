/** What an inspection asks of every engine. */
import { sealedKeyRules } from '../../rules/sessions.ts'
import type { SealCount, UsedTemplate } from '../inspection.ts'
import { asBuffer, channelCode } from '../rows.ts'
import type { Operation, Sql } from '../sql.ts'

export function* countSeals(sql: Sql, sessionKeys: number): Operation<SealCount[]> {
  const rows = yield* sql.all<{ keyId: Uint8Array; count: number }>(
    `SELECT substr(sealed, 1, ${sealedKeyRules.keyIdBytes}) AS "keyId", count(*) AS "count" FROM (
       SELECT sealed FROM (SELECT sealed FROM session_keys LIMIT $1) AS kept
       UNION ALL SELECT sealed FROM tokens WHERE sealed IS NOT NULL
       UNION ALL SELECT sealed FROM webhooks) AS stored
     GROUP BY substr(sealed, 1, ${sealedKeyRules.keyIdBytes})`,
    sessionKeys,
  )
  return rows.map(({ keyId, count }) => ({ keyId: asBuffer(keyId), count }))
}

export function* findUsedTemplates(sql: Sql, messages: number): Operation<UsedTemplate[]> {
  const rows = yield* sql.all<Omit<UsedTemplate, 'channel'> & { channel: number }>(
    `SELECT DISTINCT app_id AS "appId", channel, template_id AS "templateId" FROM (
       SELECT usr, channel, template_id FROM messages
       ORDER BY created_ms DESC, usr DESC, id DESC LIMIT $1) AS newest
     JOIN users USING (usr) JOIN apps USING (app)
     WHERE template_id IS NOT NULL ORDER BY app_id, template_id`,
    messages,
  )
  return rows.map((row) => ({ ...row, channel: channelCode.word(row.channel) }))
}
