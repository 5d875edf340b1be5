import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { routes } from '../../../server/http/routes/routes.ts'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import { named, samples } from '../../support/server/samples.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
beforeAll(async () => {
  server = await startReach()
})
afterAll(async () => {
  await expectGoesOn(server)
  await server.close()
})

const odd = ['%00', '%E0%A4%A', '%', '%ff', 'a%20b', '%F0%9F%8E%81', "'%20OR%201=1", '%2F..%2F..']
const oddNames = [...odd, '__proto__', 'constructor', 'x'.repeat(5_000)]

describe('odd words in a path', () => {
  it.each([...odd, 'x'.repeat(65)])('refuses the openId %.20s', async (openId) => {
    const answer = await server.ask(`GET /v1/users/${openId}/credits`)
    expectProblem(answer, 400, 'invalid_query', 'path/openId')
  })

  it.each(['__proto__', 'constructor', '-', '0'])(
    'knows no user %s, who is like any other',
    async (openId) => {
      const answer = await server.ask<object>(`GET /v1/users/${openId}/credits`)
      expect(answer).toMatchObject({ status: 200, body: { credits: [] } })
    },
  )

  it.each(oddNames)('finds no group, share or message %.20s', async (word) => {
    for (const room of ['groups', 'shares', 'messages']) {
      expectProblem(await server.ask(`GET /v1/${room}/${word}`), 404, 'not_found')
    }
  })
})

/** Several methods may share a path. */
const isRoute = (method: string, path: string) =>
  routes.some(
    (route) =>
      route.method.toUpperCase() === method &&
      new RegExp(`^${route.path.replaceAll(/:\w+/g, '[^/]+')}$`).test(path),
  )

describe('what is not there', () => {
  it.each(['/', '/v1', '/v1/nothing', '/v1/users', '/v1/users//credits', '/%E0%A4%A', '/..%2F'])(
    'answers 404 at %s',
    async (path) => {
      expectProblem(await server.ask(`GET ${path}`), 404, 'not_found')
    },
  )

  it.each(named(samples))('answers 405 to another method than %s', async (_, { at }) => {
    const [method, path] = at.split(' ') as [string, string]
    const others = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter(
      (other) => !isRoute(other, path),
    )
    expect(others).not.toContain(method)
    for (const other of others) {
      const answer = await server.ask(`${other} ${path}`)
      expectProblem(answer, 405, 'method_not_allowed')
      expect(answer.headers.get('Allow')?.split(', ')).toContain(method)
    }
  })

  it('names each method of a path once', async () => {
    const answer = await server.ask('PUT /v1/messages')
    expect(answer.headers.get('Allow')).toBe('POST')
    expect(routes.filter(({ path }) => path === '/v1/messages')).toHaveLength(1)
  })

  it('answers HEAD as GET, without a body', async () => {
    expect(await server.ask('HEAD /healthz')).toMatchObject({ status: 200, text: '' })
  })
})
