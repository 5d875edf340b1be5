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

/** More than the server takes in one batch, and more than one segment of the phone's storage. */
const many = 120

async function signedIn(openId: string) {
  const operator = createOperator(demo)
  const phone = createDemoPhone(demo, openId)
  phone.launch()
  const page = phone.open('pages/form/form')
  page.submit(await operator.formId(openId))
  await phone.settled()
  const uses = async () => (await operator.credits(openId)).canReceive.template.uses
  const formIds = (count: number) =>
    Promise.all(Array.from({ length: count }, () => operator.formId(openId)))
  return { phone, page, uses, formIds }
}

/** How often each event left the phone. */
const timesSent = (sent: { id: string }[]) => {
  const times = new Map<string, number>()
  for (const { id } of sent) times.set(id, (times.get(id) ?? 0) + 1)
  return [...times.values()]
}

describe('a phone that is killed with a full outbox', () => {
  it('loses nothing that it had not sent', async () => {
    const { phone, page, uses, formIds } = await signedIn('alice')
    expect(await uses()).toBe(1)
    phone.connection = 'offline'
    for (const formId of await formIds(many)) page.submit(formId)
    await phone.settled()
    expect(phone.warnings).toEqual([expect.stringContaining('server_unreachable')])
    phone.kill()
    expect(await uses()).toBe(1)

    phone.connection = 'online'
    phone.launch()
    await phone.settled()
    expect(phone.open('pages/form/form').text('.waiting')).toBe('0')
    expect(await uses()).toBe(1 + many)
    expect(timesSent(phone.sent)).toEqual(Array(1 + many).fill(1))
  })

  it('doubles nothing that the server had, though no reply came back', async () => {
    const { phone, page, uses, formIds } = await signedIn('bob')
    phone.connection = 'mute'
    for (const formId of await formIds(many)) page.submit(formId)
    await phone.settled()
    const before = await uses()
    expect(before).toBeGreaterThan(1)
    phone.kill()

    phone.connection = 'online'
    phone.launch()
    await phone.settled()
    expect(phone.open('pages/form/form').text('.waiting')).toBe('0')
    expect(await uses()).toBe(1 + many)
    expect(timesSent(phone.sent).filter((times) => times === 2)).toHaveLength(before - 1)
  })

  it('has one arrival, though it sent the event twice', async () => {
    const { phone: erin } = await signedIn('erin')
    const card = erin.open('pages/index/index').share()!
    await erin.settled()
    const { phone: dave } = await signedIn('dave')
    dave.kill()

    dave.connection = 'mute'
    dave.launch(optionsOf(card, { scene: 1007 }))
    await dave.settled()
    dave.kill()
    dave.connection = 'online'
    dave.launch()
    await dave.settled()
    const arrivals = dave.sent.filter(({ type }) => type === 'share.opened')
    expect(timesSent(arrivals)).toEqual([2])
    const { share } = await createOperator(demo).share(shareIdOf(card))
    expect(share).toMatchObject({ openId: 'erin', opens: 1 })
  })

  it('comes through a kill at its very first sign-in', async () => {
    const operator = createOperator(demo)
    const formId = await operator.formId('carol')
    const phone = createDemoPhone(demo, 'carol')
    phone.launch()
    phone.connection = 'mute'
    phone.open('pages/form/form').submit(formId)
    await phone.settled()
    phone.kill()
    phone.connection = 'online'
    phone.launch()
    await phone.settled()
    expect((await operator.credits('carol')).canReceive.template.uses).toBe(1)
  })
})
