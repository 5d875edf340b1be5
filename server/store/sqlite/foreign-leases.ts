import { codeState, stateCode } from '../row-codes.ts'
import type { SqliteSql } from './sql.ts'

/**
 * Ends the leases of earlier processes, which have all ended: this process owns the file. Their times also
 * come from another clock. Called once, before the first operation.
 */
export function endForeignLeases(sql: SqliteSql): void {
  sql.run(`UPDATE messages SET due = NULL, holder = '' WHERE state < ${stateCode.of('sent')}`)
  sql.run('UPDATE tokens SET holder = NULL, until = NULL WHERE holder IS NOT NULL')
  sql.run(
    `UPDATE wxa_codes SET holder = NULL, due = NULL, maybe_made = true,
       state = CASE WHEN request IS NULL THEN ${codeState.idle} ELSE ${codeState.waiting} END
     WHERE state < ${codeState.idle} AND state = ${codeState.making}`,
  )
}
