import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { day } from '../../server/rules/time.ts'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/cgi-bin/message/wxopen/template/send'
const template_id = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox()
  await wechat.post('/sandbox/users', { openId: 'oMe' })
  await wechat.post('/sandbox/users', { openId: 'oYou' })
})
afterEach(() => wechat.close())

const submit = async () => (await wechat.post('/sandbox/form-ids', { openId: 'oMe' })).formId
const pay = async () => (await wechat.post('/sandbox/prepay-ids', { openId: 'oMe' })).prepayId
const send = async (form_id: unknown, touser = 'oMe') =>
  (await wechat.call(path, { touser, template_id, form_id })).errcode

describe('a form_id', () => {
  it('can be used once', async () => {
    const formId = await submit()
    expect([await send(formId), await send(formId)]).toEqual([0, 41029])
  })

  it('can be used once, however many calls carry it at the same time', async () => {
    const formId = await submit()
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(formId)))
    expect(answers.filter((errcode) => errcode === 0)).toHaveLength(1)
    expect(answers.filter((errcode) => errcode === 41029)).toHaveLength(7)
  })

  it('can be used for less than seven days', async () => {
    const [formId, late] = [await submit(), await submit()]
    wechat.sandbox.clock.advance(7 * day - 1)
    expect(await send(formId)).toBe(0)
    wechat.sandbox.clock.advance(1)
    expect(await send(late)).toBe(41028)
  })

  it('stays used after its end', async () => {
    const formId = await submit()
    await send(formId)
    wechat.sandbox.clock.advance(8 * day)
    expect(await send(formId)).toBe(41029)
  })

  it('belongs to the user who submitted it, and a call for another does not spend it', async () => {
    const formId = await submit()
    expect([await send(formId, 'oYou'), await send(formId)]).toEqual([41028, 0])
  })

  it.each([['FORMID'], [''], [null], [undefined], [{}]])(
    'is refused when it is %p',
    async (formId) => {
      expect(await send(formId)).toBe(41028)
    },
  )

  it('can be chosen by the caller, once', async () => {
    const body = { openId: 'oMe', formId: 'chosen' }
    expect(await wechat.post('/sandbox/form-ids', body)).toEqual({ formId: 'chosen' })
    expect(await wechat.post('/sandbox/form-ids', { ...body, openId: 'oYou' })).toEqual({
      error: expect.stringContaining('issued before'),
    })
    expect(await send('chosen')).toBe(0)
  })

  it('may be a number in the call', async () => {
    await wechat.post('/sandbox/form-ids', { openId: 'oMe', formId: '1526960543521' })
    expect(await send(1526960543521)).toBe(0)
  })
})

describe('a prepay_id', () => {
  it('can be used three times', async () => {
    const prepayId = await pay()
    const answers: unknown[] = []
    for (let times = 0; times < 4; times += 1) answers.push(await send(prepayId))
    expect(answers).toEqual([0, 0, 0, 41029])
  })

  it('is counted by payment', async () => {
    const [first, other] = [await pay(), await pay()]
    for (let times = 0; times < 3; times += 1) await send(first)
    expect(await send(other)).toBe(0)
  })

  it('can be used for less than seven days', async () => {
    const prepayId = await pay()
    wechat.sandbox.clock.advance(7 * day)
    expect(await send(prepayId)).toBe(41028)
  })

  it('belongs to the user who paid', async () => {
    expect(await send(await pay(), 'oYou')).toBe(41028)
  })

  it('can be chosen by the caller', async () => {
    const body = { openId: 'oMe', prepayId: 'wx201410272009395522657a690389285100' }
    expect(await wechat.post('/sandbox/prepay-ids', body)).toMatchObject({
      prepayId: body.prepayId,
    })
    expect(await send(body.prepayId)).toBe(0)
  })
})
