import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { optionsOf } from '../support/phone'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { call } from './support/http'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

const inGroup = { scene: 1044, shareTicket: 'ticket-of-the-opener' }
const ranking = 'pages/ranking/ranking'

describe('the ranking of a group', () => {
  it('grows when another member opens the card, and counts each member once', async () => {
    const alice = createDemoPhone(demo, 'alice')
    const card = alice.launch({ path: ranking }).share()!
    await alice.settled()

    const bob = createDemoPhone(demo, 'bob')
    const page = bob.launch(optionsOf(card, inGroup))
    await bob.settled()
    const rows = (shown: typeof page) => [shown.texts('.who'), shown.texts('.brought')]
    expect(rows(page)).toEqual([
      ['群友', '我'],
      ['1 位', '0 位'],
    ])
    expect(page.text('.group-name')).toBeDefined()

    for (const openId of ['carol', 'bob']) {
      const phone = createDemoPhone(demo, openId)
      phone.launch(optionsOf(card, inGroup))
      await phone.settled()
    }
    alice.kill()
    const own = alice.launch(optionsOf(card, inGroup))
    await alice.settled()
    expect(rows(own)).toEqual([
      ['我', '群友', '群友'],
      ['2 位', '0 位', '0 位'],
    ])
    expect(own.texts('.medal')).toEqual(['1', '2', '2'])
  })

  it('asks who comes by themselves to open a card in a group', async () => {
    const erin = createDemoPhone(demo, 'erin')
    const page = erin.launch({ path: ranking })
    await erin.settled()
    expect(page.text('.not-in-group')).toContain('从群里的卡片打开')
    expect(page.texts('.who')).toEqual([])
  })

  it('is told to members alone: an openGId in a request is a claim', async () => {
    const alice = createDemoPhone(demo, 'alice')
    const page = alice.launch({ path: ranking, ...inGroup })
    await alice.settled()
    const { openGId } = page.instance['data'] as { openGId: string }
    const operator = createOperator(demo)
    const ask = async (openId: string) => {
      await operator.sandbox('users', { openId })
      const { code } = (await operator.sandbox('login-codes', { openId })).body
      const url = `${demo.server}/demo`
      const { token } = (await call(`${url}/session`, { method: 'POST', body: { code } })).body
      const headers = { authorization: `Bearer ${token}` }
      return (await call(`${url}/groups/${openGId}/ranking`, { headers })).status
    }
    expect([await ask('alice'), await ask('stranger')]).toEqual([200, 403])
  })
})
