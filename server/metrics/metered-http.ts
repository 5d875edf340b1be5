import type { WechatHttp, WechatRequest } from '../wechat/http.ts'
import type { Reply } from '../wechat/reply.ts'
import type { MonotonicClock } from '../world.ts'
import type { Families } from './families.ts'

/** The same calls of WeChat, counted by endpoint. A path holds no query, and so no secret and no person. */
export function meterHttp(
  http: WechatHttp,
  by: {
    families: Pick<Families, 'calls' | 'callSeconds' | 'lateReplies'>
    monotonic: Pick<MonotonicClock, 'now'>
  },
): WechatHttp {
  const { families, monotonic } = by
  async function metered<Body>(
    { path: endpoint }: WechatRequest,
    call: () => Promise<Reply<Body>>,
  ): Promise<Reply<Body>> {
    const startedMs = monotonic.now()
    const reply = await call()
    families.callSeconds.observe({ endpoint }, (monotonic.now() - startedMs) / 1_000)
    const errcode = reply.fate === 'answered' ? String(reply.errcode) : ''
    families.calls.inc({ endpoint, fate: reply.fate, errcode })
    if (reply.fate === 'unknown') {
      void reply.late?.then(({ fate }) => families.lateReplies.inc({ endpoint, fate }))
    }
    return reply
  }
  return {
    call: (request) => metered(request, () => http.call(request)),
    download: (request) => metered(request, () => http.download(request)),
    close: () => http.close(),
  }
}
