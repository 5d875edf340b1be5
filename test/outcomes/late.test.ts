/** The table of outcomes: late news of a message whose outcome is unknown. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { minute } from '../../server/rules/time.ts'
import { startPushes } from '../support/server/start-pushes.ts'
import { openScenarioWith, timeoutMs, type Scenario } from './scenario.ts'

let scenario: Scenario
afterEach(() => scenario.close())

const unknown = { state: 'unknown', reason: { code: 'outcome_unknown' } }
const others = ['payment', 'subscription', 'window'] as const

/** The platform replies after ten minutes of the test's clock. */
async function sendSlowly(change: object = {}, when = 'before') {
  await scenario.fault({ delayMs: 10 * minute, when })
  const { body } = await scenario.send(change)
  expect(body).toMatchObject({ ...unknown, attempts: 1 })
  return body.id
}
const answerNow = () => scenario.monotonic.advance(10 * minute)

describe('a late reply', () => {
  it.each(others.flatMap((kind) => [[kind, 'before'] as const, [kind, 'after'] as const]))(
    '%s, delayed %s the platform acts: sent, and its use stays used',
    async (kind, when) => {
      scenario = await openScenarioWith(kind, { wechatTimeouts: { timeoutMs } })
      const id = await sendSlowly({}, when)
      answerNow()
      const settled = await scenario.until(id, 'sent')
      expect(settled.reason).toBeUndefined()
      expect([await scenario.arrived(), await scenario.left()]).toEqual([
        1,
        scenario.creditCase.granted - 1,
      ])
      expect(await scenario.calls()).toBe(1)
    },
  )

  it.each([
    ['payment', { templateId: 'no-such-template' }, 'template_unknown', 40037],
    ['subscription', { page: 'pages/nowhere' }, 'page_unknown', 41030],
    [
      'window',
      { msgtype: 'image', text: undefined, image: { media_id: 'gone' } },
      'message_bad',
      40007,
    ],
  ] as const)(
    '%s, that refuses %j: refused as %s, and its use stays used all the same',
    async (kind, change, code, errcode) => {
      scenario = await openScenarioWith(kind, { wechatTimeouts: { timeoutMs } })
      await scenario.control('pages', { pages: ['pages/index/index'] })
      const id = await sendSlowly(change)
      answerNow()
      const settled = await scenario.until(id, 'refused')
      expect(settled.reason).toMatchObject({ code, wechat: { errcode } })
      expect([await scenario.arrived(), await scenario.left()]).toEqual([
        0,
        scenario.creditCase.granted - 1,
      ])
    },
  )

  it('of a form credit whose calls all timed out: sent by the first late success', async () => {
    scenario = await openScenarioWith('form', { wechatTimeouts: { timeoutMs } })
    await scenario.fault({ delayMs: 10 * minute, times: 4 })
    const { body } = await scenario.send()
    expect(body).toMatchObject({ ...unknown, attempts: 4 })
    answerNow()
    await scenario.until(body.id, 'sent')
    // The other calls are answered 41029 meanwhile, which ends no other credit.
    expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 1])
  })

  it('that comes too late changes nothing', async () => {
    scenario = await openScenarioWith('payment', { wechatTimeouts: { timeoutMs, lateReplyMs: 1 } })
    const id = await sendSlowly({}, 'after')
    await scenario.monotonic.endedFor(10 * minute)
    answerNow()
    expect(await scenario.find(id)).toMatchObject(unknown)
    expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 2])
  })

  it('is the message that its Idempotency-Key gives from then on', async () => {
    scenario = await openScenarioWith('payment', { wechatTimeouts: { timeoutMs } })
    await scenario.fault({ delayMs: 10 * minute })
    const key = { 'Idempotency-Key': 'order-1' }
    expect((await scenario.send({}, key)).body).toMatchObject(unknown)
    answerNow()
    const { body } = await scenario.send({}, key)
    await scenario.until(body.id, 'sent')
    const again = await scenario.send({}, key)
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect(again.body).toMatchObject({ id: body.id, state: 'sent' })
  })
})

describe('subscribe_msg_sent_event', () => {
  it.each([{ hangUp: true }, { status: 502 }, { delayMs: 10 * minute }])(
    'settles an unknown message after %j: sent, and its use stays used',
    async (fault) => {
      scenario = await openScenarioWith(
        'subscription',
        { wechatTimeouts: { timeoutMs } },
        startPushes,
      )
      await scenario.fault({ ...fault, when: 'after' })
      const { body } = await scenario.send()
      await scenario.until(body.id, 'sent')
      expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 1])
      expect(await scenario.calls()).toBe(1)
    },
  )

  it('says nothing of a message that never came to the platform', async () => {
    scenario = await openScenarioWith(
      'subscription',
      { wechatTimeouts: { timeoutMs } },
      startPushes,
    )
    await scenario.fault({ hangUp: true, when: 'before' })
    const lost = await scenario.send()
    expect(lost.body).toMatchObject(unknown)
    expect((await scenario.send()).body.state).toBe('sent')
    const pushes = async () => (await scenario.sandbox('GET /sandbox/pushes')).text
    while (!(await pushes()).includes('subscribe_msg_sent_event'));
    expect(await scenario.find(lost.body.id)).toMatchObject(unknown)
    expect([await scenario.arrived(), await scenario.left()]).toEqual([1, 0])
  })
})
