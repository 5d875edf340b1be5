import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { optionsOf } from '../support/phone'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone, shareIdOf } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

describe('an old base library, which gives tickets to the user who shares', () => {
  it('names the same group to the sharer and to the opener', async () => {
    const operator = createOperator(demo)
    const alice = createDemoPhone(demo, 'alice')
    const card = alice.launch({}, ['getGroupEnterInfo']).share()!
    card.success!({ errMsg: 'shareAppMessage:ok', shareTickets: [alice.ticket()] })
    await alice.settled()
    const { share } = await operator.share(shareIdOf(card))
    expect(share).toMatchObject({ result: 'ok', opens: 0, openGIds: [expect.any(String)] })

    const bob = createDemoPhone(demo, 'bob')
    const entry = optionsOf(card, { scene: 1044, shareTicket: 'ticket-of-the-opener' })
    const page = bob.launch(entry, ['getGroupEnterInfo'])
    await bob.settled()
    expect(page.text('.open-gid')).toBe(share.openGIds[0])
    const after = await operator.share(shareIdOf(card))
    expect(after.share).toMatchObject({ opens: 1, openGIds: share.openGIds })
  })

  it('is asked for tickets by the page that shares, and by no other', () => {
    const phone = createDemoPhone(demo)
    phone.launch()
    phone.open('pages/form/form')
    expect(phone.asked('updateShareMenu')).toEqual([
      expect.objectContaining({ withShareTicket: true }),
    ])
    expect(phone.asked('showShareMenu')).toEqual([])
  })

  it('records that the user cancelled the share', async () => {
    const alice = createDemoPhone(demo, 'alice')
    const card = alice.launch().share()!
    card.fail!({ errMsg: 'shareAppMessage:fail cancel' })
    await alice.settled()
    const { share } = await createOperator(demo).share(shareIdOf(card))
    expect(share).toMatchObject({ result: 'cancel', openGIds: [] })
  })
})
