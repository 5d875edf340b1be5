/** The checks of a running server by itself. */
import { describe, expect, it } from '@jest/globals'
import { subjects } from '../../../server/doctor/check.ts'
import * as schemas from '../../../server/http/schemas/doctor.ts'
import { doctorRules } from '../../../server/rules/doctor.ts'
import type { CreatedApiKeyReply, DoctorReply } from '../../../shared/wire/index.ts'
import { expectProblem } from '../../support/server/expect-problem.ts'
import { platformCalls } from '../../support/server/platform-calls.ts'
import { expectShape } from '../../support/server/shape.ts'
import { app, startMs } from '../../support/server/start-reach.ts'
import { useReach } from '../../support/server/use-reach.ts'

const other = { ...app, appId: 'wxfedcba9876543210' }
const server = useReach({ apps: [app, other] })

async function look(query = '', token?: string): Promise<DoctorReply> {
  const { status, body, text } = await server.ask<DoctorReply>(
    `GET /v1/doctor${query}`,
    token === undefined ? {} : { token },
  )
  expect(status).toBe(200)
  expectShape(schemas.doctorReply, body)
  expect(text).not.toContain(app.secret)
  return body
}

const keyFor = async (rest: object) =>
  (
    await server.ask<CreatedApiKeyReply>('POST /v1/api-keys', {
      body: { name: 'of the tests', scopes: ['admin'], ...rest },
    })
  ).body.secret

const countCalls = async () => (await platformCalls(server, '/cgi-bin/stable_token')).length

describe('the doctor of a running server', () => {
  it('looks at everything but the push address, with what to do', async () => {
    await server.sandbox('POST /sandbox/secret', { body: { appId: other.appId } })
    const { findings, checkedAt } = await look()
    expect(checkedAt).toBe(new Date(startMs).toISOString())
    const ofServer = findings.filter(({ appId }) => appId === undefined)
    expect(ofServer.map(({ name }) => name)).toEqual(subjects.slice(0, 10))
    const statusOf = (name: string, appId?: string) =>
      findings.find((one) => one.name === name && one.appId === appId)?.status
    expect(['settings', 'database', 'migrations', 'wechat'].map((name) => statusOf(name))).toEqual([
      'ok',
      'ok',
      'ok',
      'ok',
    ])
    expect(statusOf('app-secret', app.appId)).toBe('ok')
    const wrong = findings.find(({ name, appId }) => name === 'app-secret' && appId === other.appId)
    expect(wrong).toMatchObject({ status: 'problem', detail: expect.stringContaining('40125') })
    expect(wrong?.advice).toBeDefined()
  })

  it('calls WeChat once a minute at most, however many ask', async () => {
    const [first, second] = await Promise.all([look(), look()])
    expect(second).toEqual(first)
    const calls = await countCalls()
    expect(calls).toBeGreaterThan(0)
    expect(await look()).toEqual(first)
    expect(await countCalls()).toBe(calls)
    server.monotonic.advance(doctorRules.keptMs)
    await look()
    expect(await countCalls()).toBe(2 * calls)
  })

  it('shows a key of one app what concerns that app, and whether WeChat answers', async () => {
    const token = await keyFor({ appId: app.appId })
    const names = (await look('', token)).findings.map(({ name, appId }) => [name, appId])
    expect(names).toContainEqual(['app-secret', app.appId])
    expect(names.filter(([, appId]) => appId === undefined)).toEqual([['wechat', undefined]])
    expect(names.some(([, appId]) => appId === other.appId)).toBe(false)
    expectProblem(
      await server.ask(`GET /v1/doctor?appId=${other.appId}`, { token }),
      403,
      'forbidden',
    )
    const one = (await look(`?appId=${other.appId}`)).findings
    expect(one.some(({ appId }) => appId === app.appId)).toBe(false)
    expect(one.some(({ name }) => name === 'database')).toBe(true)
  })

  it('is for keys with the scope admin', async () => {
    const token = await keyFor({ scopes: ['read'] })
    expectProblem(await server.ask('GET /v1/doctor', { token }), 403, 'forbidden')
  })
})
