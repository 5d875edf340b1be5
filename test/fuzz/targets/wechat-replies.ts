/** What comes back from a call of WeChat, or from whatever answers in its place. */
import { brotliCompressSync, deflateRawSync, deflateSync, gzipSync } from 'node:zlib'
import * as fc from 'fast-check'
import { lateOutcomeOf, outcomeOf } from '../../../server/ledger/outcomes.ts'
import { callRules } from '../../../server/rules/wechat-calls.ts'
import type { AuthorizedReply } from '../../../server/wechat/call.ts'
import { createWechatHttp } from '../../../server/wechat/http.ts'
import {
  createFetchToken,
  type TokenResult,
  type TokenSource,
} from '../../../server/wechat/token.ts'
import { createTokenService } from '../../../server/wechat/token-service.ts'
import { createWechat } from '../../../server/wechat/wechat.ts'
import { createFakeWorld } from '../../support/fake-world.ts'
import { jsonTokens, mutatedBytesOf, mutatedValue } from '../../support/mutations.ts'
import { promised, type FuzzTarget } from './target.ts'
import { createReplyingDispatcher, type Replied } from '../../support/replying-dispatcher.ts'
import { callSamples } from './wechat-calls.ts'

const app = {
  appId: 'wx0123456789abcdef',
  secret: '0123456789abcdef0123456789abcdef',
  edition: '2026',
} as const
const accessToken = '27_the-token-of-the-app'

const tokenReplies = {
  fetchToken: { access_token: accessToken, expires_in: 7_200 },
  tokenService: { accessToken, expiresAt: '2026-12-31T23:59:59Z', refreshed: true },
}
type Name = keyof typeof callSamples | keyof typeof tokenReplies

interface ReplyInput extends Replied {
  name: Name
}

const errcodes = [-1, 40001, 40003, 40029, 41028, 41029, 42001, 43101, 45009, 45011, 47003, 48001]
const refusals = errcodes.map((errcode) => ({ errcode, errmsg: `refused rid: ${accessToken}` }))

const page = Buffer.from('<html><body>502 Bad Gateway</body></html>')
/** Small, and over every limit once it is read. */
const bombs = [gzipSync, brotliCompressSync].map((compress) => compress(Buffer.alloc(12 * 2 ** 20)))

const json = (value: unknown) => Buffer.from(JSON.stringify(value))

/** Bodies in answer to one call: mostly near to what its page documents. */
function bodiesFor(reply: object | Buffer): fc.Arbitrary<Buffer> {
  const documented = Buffer.isBuffer(reply)
    ? fc.constant(reply)
    : mutatedValue([reply, { errcode: 0, errmsg: 'ok', ...reply }]).map(json)
  return fc.oneof(
    { weight: 60, arbitrary: documented },
    {
      weight: 20,
      arbitrary: mutatedBytesOf(documented, {
        tokens: jsonTokens,
        maxBytes: callRules.maxReplyBytes + 64,
        stretchOneIn: 500,
      }),
    },
    { weight: 20, arbitrary: mutatedValue(refusals).map(json) },
    { weight: 3, arbitrary: fc.constantFrom(page, Buffer.alloc(0)) },
  )
}

const encoders = [gzipSync, deflateSync, deflateRawSync, brotliCompressSync]
const compressed = (bodies: fc.Arbitrary<Buffer>) =>
  fc.oneof(
    {
      weight: 30,
      arbitrary: fc
        .tuple(bodies, fc.array(fc.constantFrom(...encoders), { minLength: 1, maxLength: 3 }))
        .map(([body, encode]) => encode.reduce<Buffer>((bytes, one) => one(bytes), body)),
    },
    { weight: 1, arbitrary: fc.constantFrom(...bombs) },
  )

const headers = fc.record(
  {
    'content-type': fc.constantFrom('application/json', 'image/jpeg', 'text/html', '\0'),
    'content-encoding': fc.constantFrom(
      ...'gzip|x-gzip|br|deflate|identity|gzip, br|GZIP ,deflate|br,br,br|zstd'.split('|'),
      'gzip,'.repeat(2_000),
      'deflate,'.repeat(2_000),
    ),
  },
  { requiredKeys: [] },
)

function inputsFor(name: string, reply: object | Buffer): fc.Arbitrary<ReplyInput> {
  const bodies = bodiesFor(reply)
  return fc.record({
    name: fc.constant(name),
    status: fc.constantFrom(...Array.from({ length: 12 }, () => 200), 204, 302, 404, 502),
    headers: fc.oneof({ weight: 5, arbitrary: fc.constant({}) }, { weight: 1, arbitrary: headers }),
    body: fc.oneof({ weight: 30, arbitrary: bodies }, { weight: 1, arbitrary: compressed(bodies) }),
    isCut: fc.constantFrom(...Array.from({ length: 12 }, () => false), true),
  })
}

const tokens: TokenSource = {
  current: async () => ({ ok: true, accessToken, expiresAtMs: Infinity }),
  refresh: async () => ({ ok: true, refreshed: false, accessToken, expiresAtMs: Infinity }),
  renew: async () => ({ ok: true, refreshed: true, accessToken: 'newer', expiresAtMs: Infinity }),
}
const world = createFakeWorld()
const replies = Object.entries({
  ...Object.fromEntries(Object.entries(callSamples).map(([name, { reply }]) => [name, reply])),
  ...tokenReplies,
})

export const wechatReplies: FuzzTarget<ReplyInput> = {
  name: 'wechat-replies',
  inputs: fc.oneof(...replies.map(([name, reply]) => inputsFor(name, reply))),
  async read({ name, ...replied }) {
    const dispatcher = createReplyingDispatcher(replied)
    if (name === 'tokenService') {
      const options = { url: 'http://127.0.0.1/token', dispatcher, clock: world.clock }
      return tokenOutcome(await createTokenService(options).refresh(accessToken))
    }
    const http = createWechatHttp({ base: 'http://127.0.0.1', dispatcher })
    if (name === 'fetchToken') {
      return outcomeOfReply(await createFetchToken(http, app, async () => true)(accessToken))
    }
    const { call, isSend } = callSamples[name]!
    const reply = await call(createWechat({ app, http, token: tokens, world }))
    if (isSend) checkSend(reply)
    return outcomeOfReply(reply)
  },
  outcomes: ['answered', 'refused', 'no_token', 'unknown', 'token', 'token_refused', 'unreachable'],
}

function outcomeOfReply(reply: AuthorizedReply<unknown>): string {
  if (reply.result === 'answered') {
    promised(Number.isSafeInteger(reply.errcode), 'an errcode is a whole number')
    checkText(reply.errmsg)
    promised(reply.errcode !== 0 || reply.body !== undefined, 'what is done has its body')
    return reply.errcode === 0 ? 'answered' : 'refused'
  }
  if (reply.result === 'no_token') checkText(reply.errmsg)
  return reply.result
}

function tokenOutcome(result: TokenResult): string {
  if (result.ok) return 'token'
  const { problem } = result
  if (problem.kind === 'unreachable') return problem.kind
  checkText(problem.errmsg)
  return 'token_refused'
}

function checkText(errmsg: string): void {
  promised(errmsg.length <= 512, "WeChat's words are bounded")
  // eslint-disable-next-line no-control-regex
  promised(!/[\u0000-\u001f]/.test(errmsg), "WeChat's words hold no control characters")
}

/** The ledger decides something on every reply. */
function checkSend(reply: AuthorizedReply<unknown>): void {
  for (const presentations of [1, 2]) {
    const outcome = outcomeOf(reply, { kind: 'form', presentations })
    const late = lateOutcomeOf(reply, { kind: 'subscription', presentations })
    for (const { kind, ...rest } of [outcome, late]) {
      promised(typeof kind === 'string', 'each reply has an outcome')
      const text = JSON.stringify(rest)
      promised(text.length < 4_096, 'what is stored of a reply is bounded')
    }
  }
}
