/** The table of outcomes, where more is told of a message of which nobody knew. */
import { afterEach, describe, expect, it } from '@jest/globals'
import { minute } from '../support/server/start-reach.ts'
import { startPushes } from '../support/server/start-pushes.ts'
import { openStageWith, timeoutMs } from './stage.ts'
import type { Stage } from './stage.ts'

let stage: Stage
afterEach(() => stage.close())

const unknown = { state: 'unknown', reason: { code: 'outcome_unknown' } }
const others = ['payment', 'subscription', 'window'] as const

/** The platform takes ten minutes of the test's time to answer; nobody waits for them. */
async function sendSlowly(change: object = {}, when = 'before') {
  await stage.fault({ delayMs: 10 * minute, when })
  const { body } = await stage.send(change)
  expect(body).toMatchObject({ ...unknown, attempts: 1 })
  return body.id
}
const answerNow = () => stage.monotonic.advance(10 * minute)

describe('a late reply', () => {
  it.each(others.flatMap((right) => [[right, 'before'] as const, [right, 'after'] as const]))(
    '%s, delayed %s the platform acts: sent, and its use stays used',
    async (right, when) => {
      stage = await openStageWith(right)
      const id = await sendSlowly({}, when)
      answerNow()
      const settled = await stage.until(id, 'sent')
      expect(settled.reason).toBeUndefined()
      expect([await stage.arrived(), await stage.left()]).toEqual([1, stage.right.granted - 1])
      expect(await stage.calls()).toBe(1)
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
    async (right, change, code, errcode) => {
      stage = await openStageWith(right)
      await stage.control('pages', { pages: ['pages/index/index'] })
      const id = await sendSlowly(change)
      answerNow()
      const settled = await stage.until(id, 'refused')
      expect(settled.reason).toMatchObject({ code, wechat: { errcode } })
      expect([await stage.arrived(), await stage.left()]).toEqual([0, stage.right.granted - 1])
    },
  )

  it('of a form credit, of which every call was lost: sent by the first that tells', async () => {
    stage = await openStageWith('form')
    await stage.fault({ delayMs: 10 * minute, times: 4 })
    const { body } = await stage.send()
    expect(body).toMatchObject({ ...unknown, attempts: 4 })
    answerNow()
    await stage.until(body.id, 'sent')
    // The other calls are answered 41029 meanwhile, which ends no other credit.
    expect([await stage.arrived(), await stage.left()]).toEqual([1, 1])
  })

  it('that comes too late changes nothing', async () => {
    stage = await openStageWith('payment', { wechatTimeouts: { timeoutMs, lateReplyMs: 1 } })
    const id = await sendSlowly({}, 'after')
    await stage.monotonic.endedFor(10 * minute)
    answerNow()
    expect(await stage.find(id)).toMatchObject(unknown)
    expect([await stage.arrived(), await stage.left()]).toEqual([1, 2])
  })

  it('is the message that its Idempotency-Key gives from then on', async () => {
    stage = await openStageWith('payment')
    await stage.fault({ delayMs: 10 * minute })
    const key = { 'Idempotency-Key': 'order-1' }
    expect((await stage.send({}, key)).body).toMatchObject(unknown)
    answerNow()
    const { body } = await stage.send({}, key)
    await stage.until(body.id, 'sent')
    const again = await stage.send({}, key)
    expect(again.headers.get('Idempotency-Replayed')).toBe('true')
    expect(again.body).toMatchObject({ id: body.id, state: 'sent' })
  })
})

describe('subscribe_msg_sent_event', () => {
  it.each([{ hangUp: true }, { status: 502 }, { delayMs: 10 * minute }])(
    'settles an unknown message after %j: sent, and its use stays used',
    async (fault) => {
      stage = await openStageWith('subscription', {}, startPushes)
      await stage.fault({ ...fault, when: 'after' })
      const { body } = await stage.send()
      await stage.until(body.id, 'sent')
      expect([await stage.arrived(), await stage.left()]).toEqual([1, 1])
      expect(await stage.calls()).toBe(1)
    },
  )

  it('says nothing of a message that never came to the platform', async () => {
    stage = await openStageWith('subscription', {}, startPushes)
    await stage.fault({ hangUp: true, when: 'before' })
    const lost = await stage.send()
    expect(lost.body).toMatchObject(unknown)
    expect((await stage.send()).body.state).toBe('sent')
    const told = async () => (await stage.sandbox('GET /sandbox/pushes')).text
    while (!(await told()).includes('subscribe_msg_sent_event'));
    expect(await stage.find(lost.body.id)).toMatchObject(unknown)
    expect([await stage.arrived(), await stage.left()]).toEqual([1, 0])
  })
})
