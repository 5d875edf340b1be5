import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import type { Broadcast, BroadcastResultsReply } from '../../shared/wire/index'
import { startDemo, type Demo } from './support/demo'
import { createDemoPhone } from './support/demo-phone'
import { call } from './support/http'
import { createOperator } from './support/operator'

let demo: Demo
beforeAll(async () => {
  demo = await startDemo()
})
afterAll(() => demo.stop())

const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
const headers = { authorization: 'Bearer demo-key', 'content-type': 'application/json' }

async function until<Body>(ask: () => Promise<Body>, isSo: (body: Body) => boolean): Promise<Body> {
  for (let look = 0; look < 200; look += 1) {
    const body = await ask()
    if (isSo(body)) return body
    await wait(50)
  }
  throw new Error('It did not become so.')
}

const results = async (id: string): Promise<BroadcastResultsReply> =>
  (await createOperator(demo).get(`/v1/broadcasts/${id}/results`)).body

describe('a broadcast', () => {
  it('is opened on a phone, after its server was killed, and asked again by a form', async () => {
    const phones = ['alice', 'bob'].map((openId) => createDemoPhone(demo, openId))
    const [alice, bob] = phones as [(typeof phones)[0], (typeof phones)[0]]
    for (const [phone, openId] of [
      [alice, 'alice'],
      [bob, 'bob'],
    ] as const) {
      phone.launch()
      const formId = await createOperator(demo).formId(openId)
      phone.open('pages/form/form').submit(formId)
      await phone.settled()
    }
    const { body: made } = await call(`${demo.server}/v1/broadcasts`, {
      method: 'POST',
      headers: { ...headers, 'idempotency-key': 'autumn' },
      body: {
        channel: 'template',
        templateId,
        page: 'pages/index/index?from=autumn',
        data: { keyword1: { value: '咖啡' } },
        audience: { from: 'holders' },
      },
    })
    const { id } = made as Broadcast
    const find = async () => (await createOperator(demo).get(`/v1/broadcasts/${id}`)).body
    await until<Broadcast>(find, ({ state }) => state === 'done')
    expect(await results(id)).toMatchObject({ totals: { sent: 2, opened: 0, renewed: 0 } })

    const inbox = await createOperator(demo).inbox('alice')
    const page = `pages/index/index?from=autumn&_wxb=${id.slice('bc_'.length)}`
    expect(inbox).toMatchObject([{ body: { page } }])
    await demo.kill()
    alice.kill()
    const [path, search] = page.split('?') as [string, string]
    alice.launch({ path, query: Object.fromEntries(new URLSearchParams(search)), scene: 1014 })
    await alice.settled()
    await demo.restart()
    alice.show()
    await alice.settled()
    await until(
      () => results(id),
      ({ totals }) => totals.opened === 1,
    )

    const formId = await createOperator(demo).formId('alice')
    alice.open('pages/form/form').submit(formId)
    await alice.settled()
    const { totals } = await until(
      () => results(id),
      ({ totals: sums }) => sums.renewed === 1,
    )
    expect(totals).toMatchObject({ sent: 2, refused: 0, unknown: 0, opened: 1, renewed: 1 })
  })
})
