/** One Idempotency-Key is one message, whoever asks, how often, and before and after a restart. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { expectProblem } from '../support/server/expect-problem.ts'
import { engines } from './engines.ts'
import { rights } from './rights.ts'
import { startServing } from './serving.ts'
import type { Serving } from './serving.ts'

const user = 'user-of-payment'
const granted = 3
let serving: Serving

const send = (key = 'order-1') => serving.send('payment', user, key)
const wasReplayed = (answer: { headers: Headers }) => answer.headers.get('Idempotency-Replayed')
const book = async () => [await serving.arrived(user), await serving.left('payment', user)]

describe.each(engines)('the same request under one Idempotency-Key, by $name,', (engine) => {
  beforeEach(async () => {
    serving = await startServing('2018', engine)
    await serving.grant('payment', user)
  })
  afterEach(() => serving.close([user]))

  it('any number of times at once is one message, and all but one say that they are replays', async () => {
    const answers = await Promise.all(Array.from({ length: 40 }, () => send()))
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
    expect(answers[0]!.body.state).toBe('sent')
    expect(answers.filter((answer) => wasReplayed(answer) === null)).toHaveLength(1)
    expect(await book()).toEqual([1, granted - 1])
  })

  it('across restarts is the same message, while another key is another', async () => {
    const first = await send()
    for (const _ of [1, 2]) {
      await serving.killAndRestart()
      const again = await Promise.all([send(), send(), send()])
      for (const answer of again) {
        expect(answer).toMatchObject({ status: 201, body: first.body })
        expect(wasReplayed(answer)).toBe('true')
      }
    }
    expect(await book()).toEqual([1, granted - 1])
    const other = await send('order-2')
    expect(wasReplayed(other)).toBeNull()
    expect(await book()).toEqual([2, granted - 2])
  })

  it('is one message also when all who ask are cut off and ask again after the restart', async () => {
    await serving.control('faults', { path: rights.payment.path, delayMs: 600_000, when: 'after' })
    const cut = Promise.allSettled([send(), send(), send()])
    await serving.monotonic.waitedFor(600_000)
    await serving.killAndRestart()
    expect((await cut).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
    const [answer, ...others] = await Promise.all([send(), send(), send()])
    expect(await serving.settled(answer!.body.id)).toMatchObject({ state: 'unknown' })
    for (const other of others) expect(other.body.id).toBe(answer!.body.id)
    expect(await book()).toEqual([1, granted - 1])
  })

  it('with another body is 422, before and after a restart, and sends nothing', async () => {
    await send()
    const other = () =>
      serving.ask('POST /v1/messages', {
        body: { openId: user, ...rights.payment.message, page: 'pages/b' },
        headers: { 'Idempotency-Key': 'order-1' },
      })
    expectProblem(await other(), 422, 'idempotency_conflict')
    await serving.killAndRestart()
    expectProblem(await other(), 422, 'idempotency_conflict')
    expect(await book()).toEqual([1, granted - 1])
  })
})
