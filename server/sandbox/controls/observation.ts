/** Controls for tests: calls and inboxes to inspect, faults to inject, and a reset. */
import { iso } from '../../runtime/world.ts'
import Type, { type Static, type TObject } from 'typebox'
import { endpoints } from '../api/endpoints.ts'
import type { FaultEffect, ReplyFault } from '../state/faults.ts'
import { Time } from '../rules/memory.ts'
import { InboxMessage } from '../state/users.ts'
import { control, ControlError, Id, requireUser } from './control.ts'

export const calls = control({
  method: 'GET',
  path: '/sandbox/calls',
  summary: 'Lists every API call in the order of arrival. With `appId`, only those of this app.',
  fields: {},
  reply: Type.Object({
    calls: Type.Array(
      Type.Object({
        at: Time,
        method: Type.String(),
        path: Type.String(),
        query: Type.Record(Type.String(), Type.String()),
        body: Type.Unknown({ description: 'Parsed when it is JSON, else the text; `null`: none.' }),
        status: Type.Union([Type.Integer(), Type.Null()], { description: '`null`: no reply.' }),
        reply: Type.Unknown(),
      }),
    ),
  }),
  example: {},
  act: ({ sandbox, named }) => ({ calls: sandbox.state().calls.list(named?.appId) }),
})

export const inbox = control({
  method: 'GET',
  path: '/sandbox/inbox/:openId',
  summary: 'Lists the messages that reached a user, oldest first.',
  fields: {},
  reply: Type.Object({
    messages: Type.Array(InboxMessage),
  }),
  example: { openId: 'oExampleUser' },
  before: [
    {
      path:
        '/cgi-bin/token?grant_type=client_credential&appid=wx0000000000sandbox' +
        '&secret=sandbox-secret',
    },
    {
      path: '/cgi-bin/message/custom/send?access_token={access_token}',
      body: { touser: 'oExampleUser', msgtype: 'text', text: { content: '请稍等' } },
    },
  ],
  act({ params, account }) {
    const app = account()
    return { messages: app.inbox.list(requireUser(app, params['openId'] ?? '')) }
  },
})

const HeaderText = Type.String({ pattern: '^[\\t\\x20-\\x7e]*$', maxLength: 1_024 })

const DamagedReply = Type.Object(
  {
    status: Type.Optional(Type.Integer({ minimum: 200, maximum: 599 })),
    contentType: Type.Optional(HeaderText),
    headers: Type.Optional(
      Type.Record(Type.String({ pattern: '^[A-Za-z0-9-]+$' }), HeaderText, {
        additionalProperties: false,
      }),
    ),
    body: Type.Optional(Type.String()),
    bodyBase64: Type.Optional(
      Type.String({
        pattern: '^[0-9A-Za-z+/]*={0,2}$',
        description: 'In place of `body`: bytes that are no text.',
      }),
    ),
    gzip: Type.Optional(Type.Literal(true)),
    dripMs: Type.Optional(
      Type.Integer({
        minimum: 1,
        maximum: 60_000,
        description: 'Pause between two parts of 16 bytes.',
      }),
    ),
    overrun: Type.Optional(
      Type.Literal(true, { description: 'Sends twice as many bytes as Content-Length says.' }),
    ),
  },
  {
    additionalProperties: false,
    minProperties: 1,
    description:
      'Replaces parts of the reply. With a body of its own the call has no effect, unless `when` ' +
      'is `after`.',
  },
)

/** One of them. */
const effectFields = {
  errcode: Type.Optional(Type.Integer()),
  status: Type.Optional(
    Type.Integer({
      minimum: 200,
      maximum: 599,
      description: 'With a page in HTML, as a gateway replies.',
    }),
  ),
  delayMs: Type.Optional(Type.Integer({ minimum: 0, maximum: 600_000 })),
  hangUp: Type.Optional(
    Type.Literal(true, { description: 'Cuts the connection without a reply.' }),
  ),
  reply: Type.Optional(DamagedReply),
}
const Times = Type.Integer({ minimum: 1 })
const When = Type.Enum(['before', 'after'])

export const faults = control({
  method: 'POST',
  path: '/sandbox/faults',
  summary: 'Makes the next calls of an API path fail. With `appId`, only those of this app.',
  description:
    'Takes one of `errcode`, `status`, `delayMs`, `hangUp` and `reply`. By default only the next ' +
    'call fails, `before` it has an effect. `after`: it has its effect, and its reply is lost.',
  fields: {
    path: Type.String({ description: 'As `/cgi-bin/token`.' }),
    times: Type.Optional(Times),
    when: Type.Optional(When),
    ...effectFields,
  },
  reply: Type.Object({
    path: Type.String(),
    appId: Type.Optional(Id),
    times: Times,
    when: When,
    ...effectFields,
  }),
  example: { path: '/cgi-bin/token', times: 2, errcode: -1 },
  act({ body: { path, times = 1, when = 'before', ...effects }, sandbox, named }) {
    if (!endpoints.some((endpoint) => endpoint.path === path)) {
      const paths = endpoints.map((endpoint) => endpoint.path).join(', ')
      throw new ControlError(400, `/path is no API path of this sandbox. There are: ${paths}.`)
    }
    const effect = onlyEffect(effects)
    const appId = named ? { appId: named.appId } : {}
    sandbox.state().faults.add({ path, ...appId, times, when, effect })
    return { path, ...appId, times, when, ...effects }
  },
})

function onlyEffect(effects: Static<TObject<typeof effectFields>>): FaultEffect {
  if (Object.keys(effects).length === 1) {
    const { errcode, status, delayMs, hangUp, reply } = effects
    if (errcode !== undefined) return { errcode }
    if (status !== undefined) return { status }
    if (delayMs !== undefined) return { delayMs }
    if (hangUp !== undefined) return { hangUp }
    if (reply !== undefined) return { reply: replyFault(reply) }
  }
  throw new ControlError(400, 'Name one of errcode, status, delayMs, hangUp and reply.')
}

function replyFault({ body, bodyBase64, ...rest }: Static<typeof DamagedReply>): ReplyFault {
  if (body !== undefined && bodyBase64 !== undefined) {
    throw new ControlError(400, '/reply names both body and bodyBase64.')
  }
  if (bodyBase64 !== undefined) return { ...rest, body: Buffer.from(bodyBase64, 'base64') }
  return body === undefined ? rest : { ...rest, body: Buffer.from(body) }
}

export const reset = control({
  method: 'POST',
  path: '/sandbox/reset',
  summary: 'Deletes everything, of all apps, and leaves the clock unchanged.',
  fields: {},
  reply: Type.Object({ now: Time }),
  example: {},
  act({ sandbox }) {
    sandbox.reset()
    return { now: iso(sandbox.clock.now()) }
  },
})
