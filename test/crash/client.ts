/** A client that repeats a request until a server with its database answers it. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Problem } from '../../shared/wire/index.ts'
import { createAsk, type Answer, type Asked } from '../support/server/http-client.ts'
import type { Random } from '../support/random.ts'
import type { ServerProcesses } from './server-processes.ts'

export type Retry = <Body>(at: string, asked: Asked) => Promise<Answer<Body>>

/** One request with its answer. */
export interface Answered {
  at: string
  asked: Asked
  status: number
  /** By `performance.now()`. */
  fromMs: number
  toMs: number
}

interface Client {
  /** Resolves with the first answer that is neither 503 nor 429. */
  retry: Retry
  /** Answers that no server may give, in whatever state it is. */
  wrong: string[]
  /** How often no server answered, and how often the database was away. */
  failures: { unanswered: number; away: number }
}

const pauseMs = 40

export interface ClientOptions {
  /** Called with every request that was answered. */
  observe?(answered: Answered): void
  /** Whether it waits as long as a 503 says. Default: it asks again after a moment. */
  isPatient?: boolean
}

export function createClient(
  servers: Pick<ServerProcesses, 'urls'>,
  random: Random,
  { observe, isPatient = false }: ClientOptions = {},
): Client {
  const wrong: string[] = []
  const failures = { unanswered: 0, away: 0 }

  function isAnswer(at: string, { status, headers, type, text }: Answer<unknown>): boolean {
    const summary = `${at}: ${status} ${type} ${text.slice(0, 300)}`
    if (status === 503 || status === 429) {
      const { code } = JSON.parse(text) as Problem
      const isClear = type.startsWith('application/problem+json') && headers.has('Retry-After')
      if (!isClear || !['store_unavailable', 'rate_limited'].includes(code)) wrong.push(summary)
      if (status === 503) failures.away += 1
      return false
    }
    // A message that is to be cancelled may be sent already.
    if (status >= 400 && !(status === 409 && at.startsWith('DELETE'))) wrong.push(summary)
    return true
  }

  return {
    wrong,
    failures,
    async retry<Body>(at: string, asked: Asked) {
      for (;;) {
        const urls = servers.urls()
        if (urls.length > 0) {
          const fromMs = performance.now()
          try {
            const answer = await createAsk(random.pick(urls), apiKeyOf(asked))<Body>(at, asked)
            observe?.({ at, asked, status: answer.status, fromMs, toMs: performance.now() })
            if (isAnswer(at, answer)) return answer
            if (answer.status === 429 || isPatient)
              await wait(1_000 * Number(answer.headers.get('Retry-After')))
          } catch {
            failures.unanswered += 1
          }
        }
        await wait(pauseMs)
      }
    },
  }
}

const apiKeyOf = ({ token }: Asked) => token ?? null
