/** The typed client of backends, for the app that the console shows. */
import { computed } from 'vue'
import { createReachClient, ReachError, type ReachApi } from 'wx-reach-server/client'
import { apiBase, fetchWithCookie } from './request.ts'
import { app, sessionEnded } from './session.ts'

const client = computed<ReachApi>(() =>
  createReachClient({
    baseUrl: apiBase().href,
    // The cookie is what counts: see fetchWithCookie.
    apiKey: 'cookie',
    appId: app.value?.appId,
    fetch: fetchWithCookie,
    // People see the error and try again by themselves; a queue of tries would hide it.
    retries: 1,
    longestWaitMs: 2_000,
  }),
)

/** The operations, for the app of the address: `api().messages.list()`. */
export const api = (): ReachApi => client.value

/** Ends the session in the pages, too, where the server says that it has ended. */
export function noteError(error: unknown): void {
  if (error instanceof ReachError && error.code === 'unauthorized') sessionEnded()
}
