/** Posts a push until its receiver is content, as often as the platform does. */
import type { MonotonicClock } from '../../runtime/world.ts'
import type { ReadReply } from './read-reply.ts'
import type { PushRequest } from './request.ts'

/** platform, 消息推送: who does not answer within 5 s gets it again, three times in all. */
const withinMs = 5_000
const attempts = 3

export interface Delivered {
  attempts: number
  /** Whether the receiver took it. */
  accepted: boolean
  /** Of the last attempt; `null`: no answer came. */
  status: number | null
  body: string | null
  /** The message within the body, decrypted; `null`: there is none. */
  reply: string | null
  /** Why the last attempt did not count. */
  problem?: string
}

export interface Line {
  fetch: typeof fetch
  monotonic: MonotonicClock
  /** Ends what is under way. */
  over: AbortSignal
}

interface Answer {
  status: number
  body: string
}

/** `next` makes each attempt's request: every one is signed anew. Never rejects. */
export async function deliver(
  next: () => PushRequest,
  judge: (status: number, body: string) => ReadReply,
  line: Line,
): Promise<Delivered> {
  let last: Delivered = {
    ...unanswered,
    attempts: 0,
    accepted: false,
    problem: 'the sandbox ended',
  }
  for (let attempt = 1; attempt <= attempts && !line.over.aborted; attempt++) {
    const { url, contentType, body } = next()
    const headers = { 'content-type': contentType, 'user-agent': 'Mozilla/4.0' }
    const answer = await exchange(url, { method: 'POST', headers, body }, line)
    if ('problem' in answer) {
      last = { ...unanswered, attempts: attempt, accepted: false, problem: answer.problem }
      continue
    }
    const read = judge(answer.status, answer.body)
    if ('reply' in read) return { ...answer, attempts: attempt, accepted: true, reply: read.reply }
    last = { ...answer, attempts: attempt, accepted: false, reply: null, problem: read.problem }
  }
  return last
}

const unanswered = { status: null, body: null, reply: null }

/** One request, with its answer read to the end within the time. */
export async function exchange(
  url: string,
  init: RequestInit,
  { fetch, monotonic, over }: Line,
): Promise<Answer | { problem: string }> {
  const ended = new AbortController()
  const signal = AbortSignal.any([over, ended.signal])
  const late = monotonic
    .wait(withinMs, signal)
    .then(() => ({ problem: `no answer within ${withinMs / 1_000} s` }))
  // A redirect is not followed: it is an answer that is not 200.
  const answered = fetch(url, { ...init, redirect: 'manual', signal })
    .then(async (reply): Promise<Answer> => ({ status: reply.status, body: await reply.text() }))
    .catch((error: unknown) => ({ problem: `the connection failed: ${causeOf(error)}` }))
  const first = await Promise.race([answered, late])
  ended.abort()
  return first
}

/** What fetch says itself is always `fetch failed`: its cause has the word. */
function causeOf(error: unknown): string {
  const { code, message, cause } = error as { code?: string; message?: string; cause?: unknown }
  return cause ? causeOf(cause) : (code ?? message ?? 'no reason was given')
}
