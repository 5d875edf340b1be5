import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { maxQueryParameters } from '../../server/rules/requests.ts'
import { expectProblem } from '../support/server/expect-problem.ts'
import { named, samples } from '../support/server/samples.ts'
import { startReach, type StartedReach } from '../support/server/start-reach.ts'

let server: StartedReach
beforeAll(async () => {
  server = await startReach()
})
afterAll(() => server.close())

const parameters = (count: number) => Array.from({ length: count }, () => 'a').join('&')

describe('a query of more than 64 parameters', () => {
  const tooMany = parameters(maxQueryParameters + 1)

  it.each(named(samples))('is a 400 at %s, before the credential is read', async (_, sample) => {
    const { at, body } = sample
    expectProblem(await server.ask(`${at}?${tooMany}`, { body, token: null }), 400, 'invalid_query')
  })

  it.each(['GET /', 'GET /v1/nothing', 'PUT /v1/messages'])('is a 400 at %s', async (at) => {
    expectProblem(await server.ask(`${at}?${tooMany}`), 400, 'invalid_query')
    expectProblem(
      await server.ask(`${at}?${parameters(maxQueryParameters)}`),
      at.startsWith('PUT') ? 405 : 404,
      at.startsWith('PUT') ? 'method_not_allowed' : 'not_found',
    )
  })
})

describe('a target that is a whole URL', () => {
  /** `fetch` sends paths only. */
  const statusOf = (path: string, method = 'GET') =>
    new Promise<number | undefined>((resolve, reject) => {
      const { port } = new URL(server.url)
      request({ host: '127.0.0.1', port, path, method }, (reply) => {
        reply.resume()
        resolve(reply.statusCode)
      })
        .on('error', reject)
        .end()
    })

  it.each([
    'http://a/healthz',
    'HTTPS://a:1/healthz?x=1',
    'http://[::1/healthz',
    'http://[x]/healthz',
    'http://xn--a.com/healthz',
    'http://a:b:c/healthz',
    `http://${'a@'.repeat(4_000)}/healthz`,
  ])('is served as its path: %.40s', async (target) => {
    expect(await statusOf(target)).toBe(200)
  })

  it.each(['http://a', 'http://a?/healthz', 'http://', 'ftp://[x/healthz', '*'])(
    'is not found where it has no path of ours: %s',
    async (target) => {
      expect(await statusOf(target, target === '*' ? 'OPTIONS' : 'GET')).toBe(404)
    },
  )
})
