/** What a reply to `POST /v1/events` says about each event. Only our own words take one out of the queue. */
import type { EventsReply, Problem, ReachEvent } from '../../shared/wire/index'
import type { Reply } from './transport'

/** As the wire has it; `reason` is any word, for the phone may be older than the server. */
export interface Result {
  id: string | null
  status: string
  reason?: string
  openGId?: string
}

/** `undefined`: not our server's answer. A captive portal says 200 too, and a gateway has a 413 of its own. */
export function resultsOf({ status, data }: Reply, batch: ReachEvent[]): Result[] | undefined {
  const { code, results } = (data || {}) as Partial<Problem & EventsReply>
  if (status === 413 && code === 'body_too_large') {
    return batch.map(({ id }) => ({ id, status: 'rejected', reason: code }))
  }
  return status === 200 && Array.isArray(results) ? results : undefined
}
