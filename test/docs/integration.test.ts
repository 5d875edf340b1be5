/** The code and the tables of docs/integration.md, and of its translation. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { cameOf, tellCourse } from '../../docs/code/broadcast/tell-course.ts'
import { createShop } from '../../docs/code/integration/in-process.ts'
import { reachOf } from '../../docs/code/integration/over-http.ts'
import { sendReceipt } from '../../docs/code/integration/receipts.ts'
import { forget, remind } from '../../docs/code/integration/reminders.ts'
import { errorOf } from '../../server/client/errors.ts'
import { listen } from '../../server/runtime/listen.ts'
import { nameOf } from '../../server/http/route.ts'
import { routes } from '../../server/http/routes/routes.ts'
import { problemCodes, scopes } from '../../shared/codes.ts'
import { allOperations } from '../client/all-operations.ts'
import { createRecordedLog } from '../support/logs/recorded-log.ts'
import { createAsk } from '../support/server/http-client.ts'
import { apiKey, app } from '../support/server/start-reach.ts'
import { useReach } from '../support/server/use-reach.ts'

const order = { id: '20180601001', openId: 'alice-0001', what: '咖啡' }
/** Nothing listens there. */
const nowhere = 'http://127.0.0.1:9'

describe('the code of docs/integration.md', () => {
  const server = useReach({ edition: '2026' })

  it('sends a receipt over HTTP, which is refused without a credit', async () => {
    const reach = reachOf({ REACH_URL: server.url, REACH_API_KEY: apiKey })
    expect(await sendReceipt(reach, order)).toBe('refused')
  })

  it('has a reminder wait, one for each booking, and cancels it', async () => {
    const reach = reachOf({ REACH_URL: server.url, REACH_API_KEY: apiKey })
    const booking = { ...order, remindAt: '2018-06-02T09:00:00+08:00' }
    const reminder = await remind(reach, booking)
    expect(reminder).toMatchObject({ state: 'scheduled', creditUntil: null })
    expect((await remind(reach, booking)).id).toBe(reminder.id)
    expect(await forget(reach, reminder)).toMatchObject({ state: 'cancelled' })
  })

  it('tells those with the tag of a subject, once, and what came of it', async () => {
    const reach = reachOf({ REACH_URL: server.url, REACH_API_KEY: apiKey })
    const course = { id: 'bread', title: '烘焙课' }
    expect(await tellCourse(reach, course)).toBeUndefined()
    const phone = await server.phone('alice-0001')
    const templateId = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'
    const answers = { [templateId]: 'accept' }
    await phone.postEvents({ type: 'subscription.answered', answers, tag: 'course' })
    const { id } = (await tellCourse(reach, course))!
    expect((await tellCourse(reach, course))!.id).toBe(id)
    expect(await cameOf(reach, id)).toEqual({ opened: 0, again: 0 })
  })

  it('sends it in process, from an app with the server in it', async () => {
    const [shop, reach] = createShop({
      config: {
        apps: [{ ...app, edition: '2026' }],
        apiBase: nowhere,
        apiKeys: [],
        secretKeys: [Buffer.alloc(32, 1)],
        database: { engine: 'sqlite', path: ':memory:' },
        trustedProxies: 0,
      },
      log: createRecordedLog(),
      findOrder: async () => order,
    })
    const listening = await listen(shop.callback(), { port: 0, host: '127.0.0.1' })
    const { body } = await createAsk(listening.url, null)(`POST /orders/${order.id}/receipt`)
    expect(body).toEqual({ receipt: 'refused' })
    await listening.close(0)
    await reach.close()
  })
})

describe.each(['integration.md', 'integration.zh-CN.md'])('docs/%s', (file) => {
  const page = readFileSync(join(__dirname, '../../docs', file), 'utf8')

  it('names every operation, with the scope that it needs', () => {
    const scopeOf = new Map(routes.map((route) => [nameOf(route), route.scope]))
    const documented = scopes.flatMap((scope) => {
      const [, item = ''] = new RegExp(`^- .${scope}.([^]*?)^(?:- |$)`, 'm').exec(page)!
      return [...item.matchAll(/`([\w.]+)`/g)].map(([, name]) => `${scope}: ${name}`)
    })
    const operations = allOperations().map(({ name, route }) => `${scopeOf.get(route)}: ${name}`)
    expect(documented.sort()).toEqual(operations.sort())
  })

  const rows = [...page.matchAll(/^\| `(\w+Error)`.*\| (.*) \|$/gm)].map(
    ([, name, codes]): [string, string[]] => [name!, codes!.match(/\w+/g)!],
  )

  it('has the four classes of errors', () => {
    expect(rows).toHaveLength(4)
  })

  it.each(rows)('gives codes of the class %s', (name, codes) => {
    const wrong = codes.filter((code) => errorOf({ code: code as never, detail: '' }).name !== name)
    expect(wrong).toEqual([])
    const known: readonly string[] = [...problemCodes, 'no_reply']
    expect(codes.filter((code) => !known.includes(code))).toEqual([])
  })
})
