import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

async function openPage(openId: string, path: string) {
  const phone = createDemoPhone(demo, openId)
  const page = phone.launch({ path })
  await phone.settled()
  return { phone, page }
}

describe('the page of rights', () => {
  it('shows what can be sent by the rules of the edition, from the server’s numbers', async () => {
    const operator = createOperator(demo)
    const { phone, page } = await openPage('alice', 'pages/rights/rights')
    const rights = () =>
      ['.subscribe-rights', '.template-rights', '.customer-rights'].map(page.text)
    expect(rights()).toEqual(['0', '0', '0'])
    for (const uses of [1, 2]) {
      page.tap('.button')
      await phone.settled()
      expect([page.text('.answer'), page.text('.accepted')]).toEqual(['accept', String(uses)])
    }
    // The demo starts with the rules of 2018.
    expect(rights()).toEqual(['0', '0', '0'])
    phone.open('pages/form/form').submit(await operator.formId('alice'))
    await phone.settled()
    await operator.sandbox('edition', { edition: '2026' })
    page.tap('.button')
    await phone.settled()
    expect(rights()).toEqual(['3', '0', '0'])
    await operator.sandbox('edition', { edition: '2018' })
    const later = phone.open('pages/rights/rights')
    await phone.settled()
    expect(later.text('.template-rights')).toBe('1')
  })

  it('says what to do where the server does not answer', async () => {
    const { phone, page } = await openPage('carol', 'pages/rights/rights')
    phone.connection = 'offline'
    page.tap('.button')
    await phone.settled()
    expect(page.text('.server-note')).toBe('服务器没有回答。')
    expect(page.text('.subscribe-rights')).toBeUndefined()
  })
})

describe('the page of customer service', () => {
  it('shows that the server may answer a user who has come into the conversation', async () => {
    const { phone, page } = await openPage('dave', 'pages/support/support')
    expect(page.text('.customer-rights')).toBe('0')
    const event = { msgtype: 'event', event: 'user_enter_tempsession', sessionFrom: 'demo' }
    await createOperator(demo).sandbox('pushes', { openId: 'dave', ...event })
    await phone.advance(2000)
    expect(page.text('.customer-rights')).toBe('1')
  })
})
