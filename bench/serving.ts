/** An app under load. */
import type { Services } from '../server/http/services.ts'
import { listenWith } from './services.ts'
import { seconds } from './turns.ts'
import type { Side } from './turns.ts'
import { wrk } from './wrk.ts'

/** Enough that a commit's group is never the load's limit. */
export const connections = 128

export interface Serving extends Side {
  /** Resolves when nothing is under way. */
  close(): Promise<void>
}

/** Requests a second of a script in bench/lua; each run's words are its own. */
export async function serve(
  name: string,
  services: Services,
  script: string,
  users: number,
): Promise<Serving> {
  const listening = await listenWith(services)
  const { url } = listening
  let runs = 0
  return {
    name,
    measure: () =>
      wrk({ url, seconds, connections, script, args: [users, `${name.length}${++runs}-`] }),
    async close() {
      await listening.close(1_000)
      await services.ledger.settled()
    },
  }
}
