import { afterAll, afterEach, beforeAll, describe, it } from '@jest/globals'
import { expectGoesOn, expectProblem } from '../../support/server/expect-problem.ts'
import { envelope, message, samples } from '../../support/server/samples.ts'
import { minute } from '../../../server/rules/time.ts'
import { startReach } from '../../support/server/start-reach.ts'
import type { StartedReach } from '../../support/server/start-reach.ts'

let server: StartedReach
let phone: string
beforeAll(async () => {
  server = await startReach()
  phone = (await server.phone('alice-0001')).token
})
afterAll(() => server.close())
afterEach(async () => {
  await expectGoesOn(server)
  server.monotonic.advance(minute)
})

const session = { appId: 'wx0123456789abcdef', code: 'code-of-wx-login' }
const keys = { openId: 'alice-0001', sessionKey: 'MDEyMzQ1Njc4OWFiY2RlZg==' }
const secretData = { openId: 'alice-0001', encryptedData: 'AAAA', iv: 'AAAA' }
const payment = { openId: 'alice-0001', prepayId: 'wx201806010001' }
const nul = 'a\u0000b'
const huge = 10 ** 300
const data = (keyword1: unknown) => ({ ...message, data: { keyword1 } })

/** What is sent, and the path that the reply must name. */
const bad: Record<string, [body: unknown, path: string][]> = {
  'POST /v1/session': [
    [{ ...session, appId: 5 }, '/appId'],
    [{ ...session, appId: 'gh_0123456789' }, '/appId'],
    [{ ...session, code: '' }, '/code'],
    [{ ...session, code: nul }, '/code'],
    [{ ...session, code: 'c'.repeat(129) }, '/code'],
    [{ ...session, wechatVersion: 6.5 }, '/wechatVersion'],
    [{ ...session, sdkVersion: ['1.9.90'] }, '/sdkVersion'],
  ],
  'POST /v1/events': [
    [{ ...envelope, sentAt: '1527825600000' }, '/sentAt'],
    ['{"sentAt":1e999,"events":[{}]}', '/sentAt'],
    [`{"sentAt":1,"sentAt":"twice","events":[{}]}`, '/sentAt'],
    [{ ...envelope, events: {} }, '/events'],
    [{ ...envelope, events: [] }, '/events'],
    [{ ...envelope, events: Array.from({ length: 101 }, () => envelope.events[0]) }, '/events'],
    [{ sentAt: 1 }, '/events'],
  ],
  'POST /v1/sessions': [
    [{ code: 5 }, '/code'],
    [{ code: 'a', openId: 'alice-0001' }, '/openId'],
    [{ ...keys, openId: 'alice 0001' }, '/openId'],
    [{ ...keys, openId: 'o'.repeat(65) }, '/openId'],
    [{ ...keys, sessionKey: null }, '/sessionKey'],
    [{ ...keys, sessionKey: 'MDEyMzQ1Njc4OWFiY2Rl' }, '/sessionKey'],
    [{ openId: 'alice-0001' }, '/sessionKey'],
  ],
  'POST /v1/decrypt': [
    [{ ...secretData, openId: { $ne: '' } }, '/openId'],
    [{ ...secretData, encryptedData: ['AAAA'] }, '/encryptedData'],
    [{ ...secretData, iv: null }, '/iv'],
    [{ ...secretData, iv: '' }, '/iv'],
  ],
  'POST /v1/messages': [
    [{ ...message, channel: 'fax' }, '/channel'],
    [{ ...message, openId: '小明' }, '/openId'],
    [{ ...message, templateId: 't'.repeat(129) }, '/templateId'],
    [{ ...message, page: nul }, '/page'],
    [{ ...message, page: 'p'.repeat(1_025) }, '/page'],
    [data('text'), '/data/keyword1'],
    [data({ value: 5 }), '/data/keyword1/value'],
    [data({ value: 'a', color: 'red' }), '/data/keyword1/color'],
    [data({ value: 'a', colour: '#000000' }), '/data/keyword1/colour'],
    [{ ...message, data: { first: { value: 'a' } } }, '/data/first'],
    [{ ...message, data: [] }, '/data'],
    [{ ...message, emphasisKeyword: 'keyword9.DATA' }, '/emphasisKeyword'],
    [{ ...message, emphasisKeyword: 'keyword1' }, '/emphasisKeyword'],
    [{ ...message, color: '#17317' }, '/color'],
    [{ ...message, deadline: 'tomorrow' }, '/deadline'],
    [{ ...message, deadline: 1_527_825_600_000 }, '/deadline'],
    [{ ...message, deadline: '2018-06-01T05:00:00' }, '/deadline'],
  ],
  'POST /v1/credits/payment': [
    [{ ...payment, prepayId: {} }, '/prepayId'],
    [{ ...payment, prepayId: huge }, '/prepayId'],
    [{ ...payment, prepayId: 'w'.repeat(129) }, '/prepayId'],
    [{ ...payment, openId: '' }, '/openId'],
  ],
  'POST /v1/access-token/refresh': [
    [{ rejected: 5 }, '/rejected'],
    [{ rejected: '' }, '/rejected'],
    [{ rejected: 't'.repeat(513) }, '/rejected'],
  ],
}

describe.each(Object.entries(bad))('%s names the bad field', (name, cases) => {
  const { at, route, headers } = samples.find((sample) => sample.name === name)!
  it.each(cases.map(([body, path]): [string, string, unknown] => [show(body), path, body]))(
    '%s: %s',
    async (_shown, path, body) => {
      const token = { anyone: null, phone, operator: undefined, server: undefined }[route.caller]
      const answer = await server.ask(at, {
        body,
        headers,
        ...(token !== undefined && { token }),
      })
      expectProblem(answer, 400, 'invalid_body', path)
    },
  )
})

it('names an appId that the server does not serve', async () => {
  const body = { ...session, appId: 'wxfedcba9876543210' }
  expectProblem(
    await server.ask('POST /v1/session', { token: null, body }),
    400,
    'unknown_app',
    '/appId',
  )
})

function show(body: unknown): string {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return text.length > 90 ? `…${text.slice(-60)}` : text
}
