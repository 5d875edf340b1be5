import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

async function submitForm(openId: string): Promise<string> {
  const formId = await createOperator(demo).formId(openId)
  const phone = createDemoPhone(demo, openId)
  phone.launch()
  phone.open('pages/form/form').submit(formId)
  await phone.settled()
  return formId
}

describe('a message', () => {
  it('goes from the API into the inbox, with the formId that it cost', async () => {
    const operator = createOperator(demo)
    const formId = await submitForm('alice')
    const { status, body } = await operator.send('alice', 'order-1')
    expect(status).toBe(201)
    expect(body).toMatchObject({ state: 'sent', openId: 'alice', attempts: 1 })
    expect(await operator.inbox('alice')).toEqual([
      expect.objectContaining({
        kind: 'template',
        body: expect.objectContaining({ touser: 'alice', form_id: formId }),
      }),
    ])
    expect((await operator.credits('alice')).canReceive.template.uses).toBe(0)
    expect((await operator.get(`/v1/messages/${body.id}`)).body).toMatchObject(body)
  })

  it('is the same message under the same Idempotency-Key, and costs nothing more', async () => {
    const operator = createOperator(demo)
    await submitForm('bob')
    await submitForm('bob')
    const first = await operator.send('bob', 'order-2')
    const again = await operator.send('bob', 'order-2')
    expect(again.body).toEqual(first.body)
    expect(again.headers['idempotency-replayed']).toBe('true')
    expect(await operator.inbox('bob')).toHaveLength(1)
    expect((await operator.credits('bob')).canReceive.template.uses).toBe(1)
  })

  it('is refused, and says so, where the user has given no right to it', async () => {
    const operator = createOperator(demo)
    await operator.sandbox('users', { openId: 'carol' })
    const { body } = await operator.send('carol', 'order-3')
    expect(body).toMatchObject({ state: 'refused', reason: { code: 'no_credit' } })
    expect(await operator.inbox('carol')).toEqual([])
  })
})
