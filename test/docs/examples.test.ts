/** The examples of openapi.json: calls that were made, as docs/examples.mjs makes them. */
import { execFileSync } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import examples from '../../server/http/examples.json' with { type: 'json' }
import { nameOf } from '../../server/http/route.ts'
import { routes } from '../../server/http/routes/routes.ts'
import { problem } from '../../server/http/schemas/problems.ts'
import { expectShape } from '../support/server/shape.ts'

interface Example {
  body?: unknown
  query?: Record<string, unknown>
  status: number
  contentType?: string
  reply?: unknown
}

const root = join(__dirname, '../..')
const callsOf = (name: string) => (examples as Record<string, Example[]>)[name] ?? []

describe('the examples of openapi.json', () => {
  it('are what a server replies (`npm run docs` records them)', () => {
    const printed = execFileSync(process.execPath, ['docs/examples.mjs'], { cwd: root })
    const committed = readFileSync(join(root, 'server/http/examples.json'), 'utf8')
    expect(committed).toBe(printed.toString())
  })

  // The document itself, and checks of the machine, which differ.
  const without = ['GET /openapi.json', 'GET /v1/doctor']
  const described = routes.filter((route) => !without.includes(nameOf(route)))

  it.each(described.map((route) => [nameOf(route), route] as const))(
    'show a request and each reply of %s; add the calls to docs/examples.mjs',
    (name, { body, replies }) => {
      // What refuses a push has no body that is worth an example.
      const statuses = Object.keys(replies).map(Number)
      const expected = statuses.filter((status) => status < 300 || name === 'GET /readyz')
      const statusesShown = callsOf(name).map(({ status }) => status)
      expect(expected.filter((status) => !statusesShown.includes(status))).toEqual([])
      const isShown = callsOf(name).some((call) => call.body !== undefined)
      expect(isShown).toBe(body !== undefined && name !== 'POST /v1/media')
    },
  )

  it.each(described.map((route) => [nameOf(route), route] as const))(
    'fit the schemas of %s, without a field more',
    (name, { body, query, replies }) => {
      const calls = callsOf(name)
      for (const { status, reply } of calls.filter(
        ({ contentType }) => contentType !== 'text/csv',
      )) {
        const schema = replies[status]?.schema ?? (status >= 400 && problem)
        if (schema) expectShape(schema, reply)
      }
      const accepted = calls.filter(({ status }) => status < 400)
      const decoded = accepted.flatMap((call) => [
        query && call.query ? query.decode(call.query) : { ok: true },
        body && !body.bytes ? body.decode(call.body) : { ok: true },
      ])
      expect(decoded.filter(({ ok }) => !ok)).toEqual([])
    },
  )
})
