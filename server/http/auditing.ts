/** What the audit says of calls by HTTP. */
import type { Problem } from '../../shared/wire/index.ts'
import type { Audit, AuditedCall } from '../audit/audit.ts'
import { nameOf, type HttpReply, type Route } from './route.ts'
import type { Trace } from './trace.ts'

/** Resolves once the entry of a call that was done is written. */
export async function auditDone(
  audit: Audit,
  route: Route,
  { status, concerns }: HttpReply,
  trace: Trace,
): Promise<void> {
  if (concerns === 'nothing') return
  const call: AuditedCall = { ...callOf(route, trace), outcome: 'done', status, ...concerns }
  await (route.audit === 'each' ? audit.record(call) : audit.count(call))
}

/** A credential was refused: it is unknown, lacks a scope or an app, or comes too often. */
const refusals: readonly number[] = [401, 403, 429]

/**
 * Counts a call that failed: at any route for operators if its key was refused, else where calls
 * are audited. Nobody waits for the entry.
 */
export function auditFailed(audit: Audit, route: Route, problem: Problem, trace: Trace): void {
  const { caller } = route
  if (caller === 'anyone' || caller === 'phone' || (caller === 'browser' && !route.audit)) return
  const { status, code } = problem
  if (!route.audit && !refusals.includes(status)) return
  void audit.count({ ...callOf(route, trace), outcome: code, status })
}

function callOf(route: Route, { requestId, network, keyId, appId }: Trace) {
  return {
    by: keyId === undefined ? ('unknown' as const) : ('key' as const),
    ...(keyId !== undefined && { keyId }),
    operation: nameOf(route),
    ...(appId !== undefined && { appId }),
    ...(network !== undefined && { network }),
    requestId,
  }
}
