import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import { named, operatorSamples } from '../../support/server/samples.ts'
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

describe.each(named(operatorSamples))('%s refuses', (_, { at, body, headers }) => {
  const ask = (query: string) => server.ask(`${at}?${query}`, { body, headers })

  it.each([
    ['nonsense=1', 'query/nonsense'],
    ['nonsense=1&nonsense=2', 'query/nonsense'],
    ['__proto__=1', 'query/__proto__'],
    ['constructor', 'query/constructor'],
    ['appid=wx0123456789abcdef', 'query/appid'],
  ])('the unknown field in ?%s', async (query, path) => {
    expectProblem(await ask(query), 400, 'invalid_query', path)
  })

  it.each([
    'appId=wxfedcba9876543210',
    'appId=',
    'appId=__proto__',
    'appId=wx0123456789abcdef&appId=wx0123456789abcdef',
  ])('an app that it does not serve: ?%s', async (query) => {
    expectProblem(await ask(query), 400, 'unknown_app', 'query/appId')
  })
})

describe.each([
  ['GET /v1/groups/tGgroup-0001', { limit: 200 }, ['limit', 'cursor']],
  ['GET /v1/shares/share-0001', { limit: 500, depth: 64 }, ['limit', 'depth', 'cursor']],
  ['GET /v1/templates', { count: 20, offset: 1_000_000 }, ['count', 'offset']],
] as const)('%s', (at, most, fields) => {
  const ask = (name: string, value: string | number) => server.ask(`${at}?${name}=${value}`)

  it.each(Object.entries(most))('takes %s up to %d and not a step further', async (name, value) => {
    expect([200, 404]).toContain((await ask(name, value)).status)
    expectProblem(await ask(name, value + 1), 400, 'invalid_query', `query/${name}`)
  })

  const numbers = fields.filter((name) => name !== 'cursor')
  const wrong = ['abc', '', '-1', '1.5', '1e2', '0x10', ' 1', '9'.repeat(30), '1&', '%E0%A4%A']
  it.each(numbers.flatMap((name) => wrong.map((value): [string, string] => [name, value])))(
    'refuses %s=%s',
    async (name, value) => {
      const query = value === '1&' ? `1&${name}=2` : value
      expectProblem(await ask(name, query), 400, 'invalid_query', `query/${name}`)
    },
  )

  it.each(numbers.filter((name) => name === 'limit' || name === 'count'))(
    'refuses %s=0',
    async (name) => {
      expectProblem(await ask(name, 0), 400, 'invalid_query', `query/${name}`)
    },
  )
})

it.each(['x', 'AAAA', '%00%00', 'null', 'MTsyOzM', '-1.5', '%F0%9F%8E%81'])(
  'reads the cursor %s, which is none of ours, as the beginning, or refuses it',
  async (cursor) => {
    for (const at of ['GET /v1/groups/tGgroup-0001', 'GET /v1/shares/share-0001']) {
      expect([400, 404]).toContain((await server.ask(`${at}?cursor=${cursor}`)).status)
    }
  },
)
