import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

describe('a formId that is captured twice', () => {
  it('is one credit, and pays for one message', async () => {
    const operator = createOperator(demo)
    const formId = await operator.formId('alice')
    const phone = createDemoPhone(demo, 'alice')
    phone.launch()
    const page = phone.open('pages/form/form')
    page.submit(formId)
    page.submit(formId)
    await phone.settled()
    expect(new Set(phone.sent.map(({ id }) => id)).size).toBe(2)
    expect((await operator.credits('alice')).credits).toHaveLength(1)

    const first = await operator.send('alice', 'order-1')
    expect(first.body.state).toBe('sent')
    const second = await operator.send('alice', 'order-2')
    expect(second.body).toMatchObject({ state: 'refused', reason: { code: 'no_credit' } })
    expect(await operator.inbox('alice')).toHaveLength(1)
  })

  it('stays spent when it comes once more after the message', async () => {
    const operator = createOperator(demo)
    const formId = await operator.formId('bob')
    for (const key of ['order-1', 'order-2']) {
      const phone = createDemoPhone(demo, 'bob')
      phone.launch()
      phone.open('pages/form/form').submit(formId)
      await phone.settled()
      await operator.send('bob', key)
      phone.kill()
    }
    expect((await operator.credits('bob')).credits).toEqual([])
    expect(await operator.inbox('bob')).toHaveLength(1)
  })
})
