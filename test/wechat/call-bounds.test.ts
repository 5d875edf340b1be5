import { beforeEach, describe, expect, it } from '@jest/globals'
import { callBounds } from '../../server/rules/wechat-calls.ts'
import { boundCalls, classOf } from '../../server/wechat/call-bounds.ts'
import { failureOf } from '../../server/wechat/call-errors.ts'
import type { WechatHttp, WechatReply } from '../../server/wechat/http.ts'
import { createDrivenMonotonic } from '../support/server/driven-monotonic.ts'
import type { DrivenMonotonic } from '../support/server/driven-monotonic.ts'

const answer: WechatReply<never> = { result: 'answered', errcode: 0, errmsg: '', body: undefined }

let monotonic: DrivenMonotonic
/** The calls that reached the platform, which answers when the test says so. */
let underWay: (() => void)[]
let http: WechatHttp
beforeEach(() => {
  monotonic = createDrivenMonotonic()
  underWay = []
  const hang = () =>
    new Promise<WechatReply<never>>((resolve) => underWay.push(() => resolve(answer)))
  const platform: WechatHttp = { call: hang, download: hang, close: async () => {} }
  http = boundCalls(platform, { signIn: 2 }, monotonic)
})

const signIn = () => http.call({ method: 'GET', path: '/sns/jscode2session' })
const { maxWaitMs, waitingPerCall } = callBounds

describe('calls of one class', () => {
  it('are under way at once up to their limit, and then wait for their turn in order', async () => {
    const [first, , third] = [signIn(), signIn(), signIn()]
    await monotonic.waitedFor(maxWaitMs)
    expect(underWay).toHaveLength(2)
    underWay[0]!()
    await first
    await monotonic.endedFor(maxWaitMs)
    expect(underWay).toHaveLength(3)
    underWay[2]!()
    expect(await third).toBe(answer)
  })

  it('are not sent once they have waited three seconds', async () => {
    void [signIn(), signIn()]
    const late = signIn()
    await monotonic.waitedFor(maxWaitMs)
    monotonic.advance(maxWaitMs)
    const reply = await late
    expect(reply).toMatchObject({ result: 'not_sent', cause: { code: 'TOO_MANY_CALLS' } })
    expect(failureOf('cause' in reply && reply.cause).detail).toMatch('REACH_WECHAT_CALLS')
    expect(underWay).toHaveLength(2)
  })

  it('are not sent at once where too many wait', async () => {
    const waiting = Array.from({ length: 2 + 2 * waitingPerCall }, signIn)
    await monotonic.waitedFor(maxWaitMs, 2 * waitingPerCall)
    expect(await signIn()).toMatchObject({ result: 'not_sent' })
    monotonic.advance(maxWaitMs)
    expect(await Promise.all(waiting.slice(2))).toHaveLength(2 * waitingPerCall)
  })

  it('free their slot after a time-out of their own too', async () => {
    void [signIn(), signIn()]
    await Promise.all([
      signIn(),
      signIn(),
      monotonic.waitedFor(maxWaitMs, 2).then(() => monotonic.advance(maxWaitMs)),
    ])
    for (const end of underWay) end()
    void [signIn(), signIn()]
    await new Promise((resolve) => setImmediate(resolve))
    expect(underWay).toHaveLength(4)
  })

  it('do not wait for those of another class', async () => {
    void [signIn(), signIn(), signIn()]
    void http.call({ method: 'POST', path: '/cgi-bin/message/subscribe/send' })
    void http.download({ method: 'POST', path: '/wxa/getwxacode' })
    expect(underWay).toHaveLength(4)
  })
})

it.each([
  ['/sns/jscode2session', 'signIn'],
  ['/cgi-bin/token', 'token'],
  ['/cgi-bin/stable_token', 'token'],
  ['/cgi-bin/message/wxopen/template/send', 'send'],
  ['/cgi-bin/message/subscribe/send', 'send'],
  ['/cgi-bin/message/custom/send', 'send'],
  ['/cgi-bin/message/custom/typing', 'other'],
  ['/cgi-bin/message/custom/business/typing', 'other'],
  ['/wxa/getwxacode', 'codes'],
  ['/wxa/getwxacodeunlimit', 'codes'],
  ['/cgi-bin/wxaapp/createwxaqrcode', 'codes'],
  ['/cgi-bin/wxopen/template/library/list', 'templates'],
  ['/wxaapi/newtmpl/gettemplate', 'templates'],
  ['/cgi-bin/media/upload', 'media'],
] as const)('counts %s as a call of the class %s', (path, expected) => {
  expect(classOf(path)).toBe(expected)
})
