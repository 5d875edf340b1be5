import { afterEach, describe, expect, it } from '@jest/globals'
import Koa from 'koa'
import { unrouted } from '../../server/http/mount.ts'
import { ProblemError } from '../../server/http/problems.ts'
import { listen, type Listening } from '../../server/runtime/listen.ts'
import { systemRandom } from '../../server/runtime/world.ts'
import { StoreUnavailableError } from '../../server/store/store.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { createAsk } from '../support/server/http-client.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'

let listening: Listening | undefined
afterEach(() => listening?.close(0))

/** The reply where a route throws `error`, and what was logged. */
async function reply(error: unknown) {
  const log = createRecordedLog()
  const app = new Koa()
  app.use(unrouted({ random: systemRandom, log }))
  app.use((ctx) => {
    ctx.set('X-Half', 'done')
    ctx.body = { half: 'a reply' }
    throw error
  })
  listening = await listen(app.callback(), { port: 0, host: '127.0.0.1' })
  const answer = await createAsk(listening.url, null)('GET /')
  const lines = log.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
  // The last line is that of the request itself.
  return { answer, lines: lines.slice(0, -1) }
}

describe('an error', () => {
  it.each([
    ['an Error', new Error('SELECT secret FROM /srv/of.ts:12')],
    ['a TypeError', new TypeError("Cannot read properties of undefined (reading 'secret')")],
    ['a text', 'secret'],
    ['nothing', undefined],
    ['an error of koa', Object.assign(new Error('secret'), { status: 404, expose: true })],
    ['an error that hides as ours', { name: 'ProblemError', status: 200, code: 'secret' }],
  ])('that is %s is a 500 without details, and one line in the log', async (_, error) => {
    const { answer, lines } = await reply(error)
    expectProblem(answer, 500, 'internal')
    expect(answer.text).not.toMatch(/secret/)
    const { requestId } = answer.body
    expect(lines).toEqual([expect.objectContaining({ level: 'error', requestId })])
  })

  it('that is a ProblemError is sent unchanged and not logged', async () => {
    const errors = [{ path: '/a', message: 'is missing' }]
    const wechat = { errcode: 40_037, errmsg: 'invalid template_id', meaning: 'template_unknown' }
    const options = { errors, wechat, cause: new Error('secret') }
    const { answer, lines } = await reply(
      new ProblemError(422, 'wechat_refused', 'Do this instead.', options),
    )
    expect(answer.body).toEqual({
      status: 422,
      title: 'Unprocessable content',
      detail: 'Do this instead.',
      code: 'wechat_refused',
      requestId: answer.headers.get('X-Request-Id'),
      errors,
      wechat,
    })
    expect(lines).toEqual([])
  })

  it('of an unavailable database is a 503 with Retry-After, and its reason is logged', async () => {
    const { answer, lines } = await reply(new StoreUnavailableError('disk I/O error of secret'))
    expectProblem(answer, 503, 'store_unavailable')
    expect(answer.headers.get('Retry-After')).toBe('5')
    expect(answer.text).not.toMatch(/secret/)
    expect(JSON.stringify(lines)).toMatch(/disk I\/O/)
  })
})
