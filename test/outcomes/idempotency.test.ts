/** One Idempotency-Key is one message: in any process, repeated, and after a restart. */
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { expectProblem } from '../support/server/expect-problem.ts'
import { engines, processesOn } from '../support/engines.ts'
import { creditKinds } from './credit-kinds.ts'
import { startServers, type RestartableServers } from './restartable-servers.ts'

const user = 'user-of-payment'
const granted = 3
let servers: RestartableServers

const send = (key = 'order-1') => servers.send('payment', user, key)
const wasReplayed = (answer: { headers: Headers }) => answer.headers.get('Idempotency-Replayed')
const counts = async () => [await servers.arrived(user), await servers.left('payment', user)]

describe.each(engines.map((engine) => [processesOn(engine), engine] as const))(
  'the same request under one Idempotency-Key, by %s,',
  (_name, engine) => {
    beforeEach(async () => {
      servers = await startServers('2018', engine)
      await servers.grant('payment', user)
    })
    afterEach(() => servers.close([user]))

    it('many times at once is one message, and all replies but one are replays', async () => {
      const answers = await Promise.all(Array.from({ length: 40 }, () => send()))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([201]))
      expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1)
      expect(answers[0]!.body.state).toBe('sent')
      expect(answers.filter((answer) => wasReplayed(answer) === null)).toHaveLength(1)
      expect(await counts()).toEqual([1, granted - 1])
    })

    it('across restarts is the same message, while another key is another', async () => {
      const first = await send()
      for (const _ of [1, 2]) {
        await servers.killAndRestart()
        const again = await Promise.all([send(), send(), send()])
        for (const answer of again) {
          expect(answer).toMatchObject({ status: 201, body: first.body })
          expect(wasReplayed(answer)).toBe('true')
        }
      }
      expect(await counts()).toEqual([1, granted - 1])
      const other = await send('order-2')
      expect(wasReplayed(other)).toBeNull()
      expect(await counts()).toEqual([2, granted - 2])
    })

    it('is one message also when all callers are cut off and retry after the restart', async () => {
      await servers.control('faults', {
        path: creditKinds.payment.path,
        delayMs: 600_000,
        when: 'after',
      })
      const cut = Promise.allSettled([send(), send(), send()])
      await servers.monotonic.waitedFor(600_000)
      await servers.killAndRestart()
      expect((await cut).map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected'])
      const [answer, ...others] = await Promise.all([send(), send(), send()])
      expect(await servers.waitForEnd(answer!.body.id)).toMatchObject({ state: 'unknown' })
      for (const other of others) expect(other.body.id).toBe(answer!.body.id)
      expect(await counts()).toEqual([1, granted - 1])
    })

    it('with another body is 422, before and after a restart, and sends nothing', async () => {
      await send()
      const other = () =>
        servers.ask('POST /v1/messages', {
          body: { openId: user, ...creditKinds.payment.message, page: 'pages/b' },
          headers: { 'Idempotency-Key': 'order-1' },
        })
      expectProblem(await other(), 422, 'idempotency_conflict')
      await servers.killAndRestart()
      expectProblem(await other(), 422, 'idempotency_conflict')
      expect(await counts()).toEqual([1, granted - 1])
    })
  },
)
