import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone, shareIdOf } from './support/demo-phone'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

describe('a server that is killed right after it has acknowledged', () => {
  it('has every event after its restart, and sends messages', async () => {
    const operator = createOperator(demo)
    const [spent, kept] = [await operator.formId('alice'), await operator.formId('alice')]
    const alice = createDemoPhone(demo, 'alice')
    const index = alice.launch()
    const form = alice.open('pages/form/form')
    form.submit(spent)
    await alice.settled()
    const sent = await operator.send('alice', 'order-1')
    form.submit(kept)
    const shareId = shareIdOf(index.share()!)
    await alice.settled()
    const before = await operator.credits('alice')
    expect(before.credits).toHaveLength(1)

    await demo.kill()
    form.submit('5c0e7d3f6a1b4c2d8e9f0a1b2c3d4e5f')
    await alice.settled()
    await demo.restart()

    const after = createOperator(demo)
    expect(await after.credits('alice')).toEqual(before)
    expect((await after.share(shareId)).share.openId).toBe('alice')
    expect((await after.get(`/v1/messages/${sent.body.id}`)).body).toMatchObject(sent.body)
    expect((await after.send('alice', 'order-1')).body).toEqual(sent.body)

    // The sandbox is in memory only: WeChat would still know the formId.
    await after.formId('alice', kept)
    expect((await after.send('alice', 'order-2')).body.state).toBe('sent')
    expect((await after.inbox('alice')).map(({ body }) => body.form_id)).toEqual([kept])

    alice.show()
    await alice.settled()
    expect((await after.credits('alice')).canReceive.template.uses).toBe(1)
  })
})
