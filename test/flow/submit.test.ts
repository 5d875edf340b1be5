import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

describe('a user who submits a form', () => {
  it('is signed in, and can be written to once, for seven days', async () => {
    const operator = createOperator(demo)
    const phone = createDemoPhone(demo, 'alice')
    phone.launch()
    phone.open('pages/form/form').submit(await operator.formId('alice'))
    await phone.settled()
    const { credits, canReceive } = await operator.credits('alice')
    expect(credits).toEqual([
      expect.objectContaining({ kind: 'form', channel: 'template', usesLeft: 1 }),
    ])
    const daysLeft = (Date.parse(credits[0]!.expiresAt!) - Date.now()) / 86_400_000
    expect(daysLeft).toBeGreaterThan(6)
    expect(daysLeft).toBeLessThanOrEqual(7)
    expect(canReceive.template.uses).toBe(1)
  })

  it('can be written to in DevTools too, where every form gives the same mock word', async () => {
    const phone = createDemoPhone(demo)
    phone.launch()
    const page = phone.open('pages/form/form')
    page.submit('the formId is a mock one')
    page.submit('the formId is a mock one')
    await phone.settled()
    const { canReceive } = await createOperator(demo).credits(phone.openId())
    expect(canReceive.template.uses).toBe(2)
  })

  it('sees on the page what waits on the phone, and what the server has acknowledged', async () => {
    const phone = createDemoPhone(demo)
    phone.launch()
    const page = phone.open('pages/form/form')
    const counts = () => ['.submitted', '.waiting', '.acknowledged'].map(page.text)
    phone.connection = 'offline'
    page.submit('3f1a0cc1f3bd4b1f8a0ad0fdc8d33d2b')
    await phone.advance(1000)
    expect(counts()).toEqual(['1', '1', '0'])
    phone.connection = 'online'
    phone.show()
    await phone.settled()
    await phone.advance(1000)
    expect(counts()).toEqual(['1', '0', '1'])
  })
})

describe('the language of the pages', () => {
  it('is Chinese until the user takes English, and English from then on', async () => {
    const phone = createDemoPhone(demo)
    const index = phone.launch()
    expect(index.text('.title')).toBe('转发与群')
    index.tap('.language')
    await phone.settled()
    expect(index.text('.title')).toBe('Shares and groups')
    phone.kill()
    phone.launch()
    expect(phone.open('pages/form/form').text('.title')).toBe('Forms and rights to write')
  })
})
