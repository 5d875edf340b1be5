import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { call } from './support/http'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

async function openPayment(openId: string) {
  const phone = createDemoPhone(demo, openId)
  phone.launch()
  const page = phone.open('pages/payment/payment')
  await phone.settled()
  return { phone, page }
}

describe('a user who pays', () => {
  it('can be written to three times, and gets the receipt for one of them, once', async () => {
    const operator = createOperator(demo)
    const { phone, page } = await openPayment('alice')
    expect(page.text('.rights')).toBe('0')
    page.tap('.pay')
    await phone.settled()
    expect([page.text('.outcome'), page.text('.rights')]).toEqual(['已支付', '3'])
    const { credits } = await operator.credits('alice')
    expect(credits).toEqual([
      expect.objectContaining({ kind: 'payment', channel: 'template', usesLeft: 3 }),
    ])

    page.tap('.send-receipt')
    await phone.settled()
    expect([page.text('.receipt'), page.text('.rights')]).toEqual([
      expect.stringContaining('收据已发出'),
      '2',
    ])
    const inbox = await operator.inbox('alice')
    expect(inbox).toEqual([
      expect.objectContaining({
        kind: 'template',
        body: expect.objectContaining({
          data: expect.objectContaining({ keyword3: { value: '咖啡' } }),
        }),
      }),
    ])
    page.tap('.send-receipt')
    await phone.settled()
    expect(page.text('.rights')).toBe('2')
    expect(await operator.inbox('alice')).toHaveLength(1)
  })

  it('gives no right where they cancel', async () => {
    const { phone, page } = await openPayment('bob')
    phone.payment = 'cancels'
    page.tap('.pay')
    await phone.settled()
    expect([page.text('.outcome'), page.text('.rights')]).toEqual(['已取消', '0'])
    expect(page.text('.send-receipt')).toBeUndefined()
    expect((await createOperator(demo).credits('bob')).credits).toEqual([])
  })

  it('reads what to do where the backend does not answer', async () => {
    const { phone, page } = await openPayment('carol')
    phone.connection = 'offline'
    page.tap('.pay')
    await phone.settled()
    expect(page.text('.problem')).toContain('npm start')
  })

  it('is signed in again by itself after a restart of the backend', async () => {
    const { phone, page } = await openPayment('dave')
    await demo.kill()
    await demo.restart()
    page.tap('.pay')
    await phone.settled()
    expect([page.text('.outcome'), page.text('.rights')]).toEqual(['已支付', '3'])
  })
})

describe('the backend of the demo', () => {
  it.each([
    ['POST', '/orders', {}, 401, 'Sign in first'],
    ['POST', '/orders/of-another/receipt', {}, 401, 'Sign in first'],
    ['POST', '/session', {}, 400, '/code must be a text'],
    ['POST', '/session', ['code'], 400, 'must be a JSON object'],
    ['POST', '/session', { code: 'stale' }, 422, 'call wx.login again'],
    ['GET', '/nothing', undefined, 404, 'no such route'],
  ])('answers %s %s with %j in words', async (method, path, body, status, words) => {
    const reply = await call(`${demo.server}/demo${path}`, { method, body })
    expect([reply.status, reply.body.error]).toEqual([status, expect.stringContaining(words)])
  })
})
