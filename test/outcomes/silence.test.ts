/** The table of outcomes: the call was sent and brought no usable reply. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { minute } from '../../server/rules/time.ts'
import { kindNames, type KindName } from './credit-kinds.ts'
import { openScenario, openScenarioWith, timeoutMs, type Scenario } from './scenario.ts'
import { createPlatformProxy, type PlatformProxy } from './platform-proxy.ts'

let scenario: Scenario
let proxy: PlatformProxy | undefined
afterEach(async () => {
  await proxy?.close()
  proxy = undefined
  await scenario.close()
})

/** The worker's rounds of a test stay within it. */
const never = 10 * minute
const others = kindNames.filter((kind) => kind !== 'form')
const faults = {
  'a hang': { delayMs: never },
  'a 502': { status: 502 },
  'a 500': { status: 500 },
  'a hang-up': { hangUp: true },
}
const moments = [
  ['before', 0],
  ['after', 1],
] as const
const each = <CreditCase extends KindName>(creditKinds: readonly CreditCase[]) =>
  creditKinds.flatMap((kind) =>
    Object.entries(faults).flatMap(([name, fault]) =>
      moments.map(([when, arrives]) => [kind, name, when, arrives, fault] as const),
    ),
  )
const unknown = { state: 'unknown', reason: { code: 'outcome_unknown' } }

async function openWithProxy(kind: KindName): Promise<PlatformProxy> {
  proxy = await createPlatformProxy()
  scenario = await openScenario(kind, { apiBase: proxy.url })
  proxy.connectTo(scenario.sandboxUrl)
  await scenario.grant()
  return proxy
}

describe('an unknown outcome', () => {
  it.each(each(others))(
    '%s, %s %s the platform acts (%i arrive): unknown, counted as used, never sent again',
    async (kind, _fault, when, arrives, fault) => {
      scenario = await openScenarioWith(kind, { wechatTimeouts: { timeoutMs } })
      await scenario.fault({ ...fault, when })
      expect(await scenario.send()).toMatchObject({
        status: 201,
        body: { ...unknown, attempts: 1 },
      })
      await scenario.work(5)
      expect(await scenario.calls()).toBe(1)
      expect(await scenario.arrived()).toBe(arrives)
      expect(await scenario.left()).toBe(scenario.creditCase.granted - 1)
    },
  )

  it.each(others.flatMap((kind) => moments.map((moment) => [kind, ...moment] as const)))(
    '%s, a reset of a reused connection %s the platform acts (%i arrive): the same',
    async (kind, when, arrives) => {
      const { resetReused } = await openWithProxy(kind)
      await scenario.send()
      resetReused(when)
      expect((await scenario.send()).body).toMatchObject({ ...unknown, attempts: 1 })
      expect(await scenario.arrived()).toBe(1 + arrives)
      expect(await scenario.left()).toBe(scenario.creditCase.granted - 2)
    },
  )
})

describe('the code of what happened', () => {
  it.each([
    [{ status: 502 }, 'HTTP_502', /A gateway replied/],
    [{ hangUp: true }, 'UND_ERR_SOCKET', /The connection ended before WeChat replied/],
    [{ delayMs: never }, 'TIMED_OUT', /WeChat did not reply in time/],
  ])('after %j stands in the reason, the log and the metrics', async (fault, code, detail) => {
    scenario = await openScenarioWith('payment', { wechatTimeouts: { timeoutMs } })
    await scenario.fault(fault)
    const { body } = await scenario.send()
    expect(body.reason?.detail).toMatch(detail)
    expect(body.reason?.detail).toContain(code)
    const logged = scenario.lines.map((line) => JSON.parse(line) as Record<string, unknown>)
    expect(logged).toContainEqual({
      level: 'warn',
      message: body.id,
      appId: 'wx0123456789abcdef',
      channel: 'template',
      code,
      msg: 'the outcome of a send is unknown',
    })
    const { text } = await scenario.ask('GET /metrics')
    const labels = `result="unknown",code="${code}"`
    expect(text).toMatch(new RegExp(`wx_reach_wechat_call_failures_total{[^}]*${labels}} 1`))
  })
})

describe('a form credit after unknown', () => {
  it.each(each(['form']))(
    '%s, %s %s the platform acts: the same formId again, and sent',
    async (kind, _fault, when, arrives, fault) => {
      scenario = await openScenarioWith(kind, { wechatTimeouts: { timeoutMs } })
      await scenario.fault({ ...fault, when })
      const { body } = await scenario.send()
      expect(body).toMatchObject({ state: 'sent', attempts: 2 })
      expect(body.inferred).toBe(arrives === 1 ? true : undefined)
      expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 1])
    },
  )

  it.each(each(['form']))(
    '%s, %s %s the platform acts (%i arrive), four times: unknown, and never another credit',
    async (kind, _fault, when, arrives, fault) => {
      scenario = await openScenarioWith(kind, { wechatTimeouts: { timeoutMs } })
      await scenario.fault({ ...fault, when, times: 4 })
      const { body } = await scenario.send()
      expect(body).toMatchObject({ ...unknown, attempts: 4 })
      await scenario.work(5)
      expect(await scenario.calls()).toBe(4)
      expect([await scenario.arrived(), await scenario.left()]).toEqual([arrives, 1])
    },
  )

  it.each(['before', 'after'] as const)(
    'and a reset of a reused connection %s the platform acts: sent',
    async (when) => {
      const { resetReused } = await openWithProxy('form')
      await scenario.send()
      resetReused(when)
      expect((await scenario.send()).body).toMatchObject({ state: 'sent', attempts: 2 })
      expect([await scenario.arrived(), await scenario.left()]).toEqual([2, 0])
    },
  )

  it.each([
    [-1, 'sent', 3],
    [40037, 'unknown', 2],
    [41028, 'unknown', 2],
    [48001, 'unknown', 2],
  ] as const)('and then %i: %s', async (errcode, state, attempts) => {
    scenario = await openScenarioWith('form')
    await scenario.fault({ hangUp: true, when: 'after' })
    await scenario.fault({ errcode })
    expect((await scenario.send()).body).toMatchObject({ state, attempts })
    expect([await scenario.arrived(), await scenario.left()]).toEqual([
      1,
      errcode === 48001 ? 0 : 1,
    ])
  })
})
