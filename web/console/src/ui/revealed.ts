/** Tells the audit that a person took the whole openId of a user out of the console. */
import { request } from '../api/request.ts'
import { app } from '../api/session.ts'

export function noteRevealed(openId: string): void {
  const appId = app.value?.appId
  const query = appId === undefined ? '' : `?appId=${encodeURIComponent(appId)}`
  // What was copied cannot be taken back: a server that is away is no reason for an error here.
  void request('POST', `console/revealed${query}`, { openId }).catch(() => undefined)
}
