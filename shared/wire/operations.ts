/** Health of the process. */

export interface HealthReply {
  status: 'ok'
}

export interface ReadyReply {
  status: 'ready' | 'not_ready'
  checks: Record<string, { ok: boolean; detail?: string }>
}
