/** What a reply to `POST /v1/events` says about each event. Only our own words take one out of the queue. */
import type { EventResult, EventsReply, Problem } from '../../shared/wire'
import type { Reply } from './transport'

/** `undefined`: not our server's answer. A captive portal says 200 too. */
export function resultsOf({ status, data }: Reply): EventResult[] | undefined {
  const results = status >= 200 && status < 300 && data && (data as EventsReply).results
  return Array.isArray(results) ? results : undefined
}

/** A gateway in front of the server may have a smaller limit: its 413 says nothing about a single event. */
export const isOurTooLarge = ({ data }: Reply): boolean =>
  !!data && (data as Problem).code === 'body_too_large'
