/**
 * Controls of what the platform decides: quotas, penalties, the AppSecret, published pages,
 * edition, 微信云托管 and clock.
 */
import { iso } from '../../runtime/world.ts'
import Type from 'typebox'
import { day } from '../rules/time.ts'
import { Time } from '../rules/memory.ts'
import { Notice } from '../state/quotas.ts'
import { control, ControlError, Id } from './control.ts'

const quota = (description: string) => Type.Integer({ minimum: 0, description })

const boundedQuotas = {
  templateSendsPerDay: quota('Calls that send template messages.'),
  codes: quota('Codes of getwxacode and createwxaqrcode together.'),
  codesPerMinute: quota('Calls of getwxacodeunlimit.'),
  linksPerDay: quota('URL Links and URL Schemes together (44993).'),
  linksPerSecond: quota('Calls for URL Links and URL Schemes (44990).'),
  shortLinksPerDay: quota('Short Links.'),
  permanentShortLinks: quota('Short Links without an end.'),
  textChecksPerDay: quota('Calls of msg_sec_check (45009).'),
  textChecksPerMinute: quota('Calls of msg_sec_check (44991).'),
  mediaChecksPerDay: quota('Calls of media_check_async (45009).'),
  mediaChecksPerMinute: quota('Calls of media_check_async (44991).'),
  expiresIn: Type.Integer({
    minimum: 1,
    // seeds/001: 7200秒之内的值
    maximum: 7_200,
    description: 'Seconds of tokens that are issued from now on.',
  }),
}
const quotaFields = {
  ...boundedQuotas,
  callsPerMinute: Type.Union([Type.Integer({ minimum: 0 }), Type.Null()], {
    description: 'Calls of all endpoints together (45011). `null`: not bounded.',
  }),
}

export const quotas = control({
  method: 'POST',
  path: '/sandbox/quotas',
  summary: 'Lowers limits so that a test can reach them.',
  fields: Type.Partial(Type.Object(quotaFields)).properties,
  reply: Type.Object(quotaFields),
  example: { codesPerMinute: 100 },
  act({ body: { callsPerMinute, ...bounded }, account }) {
    const { quotas: held } = account()
    held.set(bounded)
    if (callsPerMinute !== undefined) held.set({ callsPerMinute: callsPerMinute ?? Infinity })
    const current = held.current()
    const calls = current.callsPerMinute
    return { ...current, callsPerMinute: calls === Infinity ? null : calls }
  },
})

const Strike = Type.Enum([1, 2, 3, 4])

// seeds/001 处罚说明
export const penalties = control({
  method: 'POST',
  path: '/sandbox/penalties',
  summary: 'Punishes the account for its template messages (处罚说明).',
  description:
    'The first strike deletes a template. The others shut all endpoints of template messages for ' +
    '7 days, for 30 days and for ever; a template that they name is deleted too. The account ' +
    'gets a notice that says so, with the reason.',
  fields: {
    strike: Strike,
    templateId: Type.Optional(Id),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  reply: Type.Object({
    strike: Strike,
    templateId: Type.Optional(Id),
    shutUntil: Type.Optional(Type.Union([Time, Type.Null()], { description: '`null`: for ever.' })),
  }),
  example: { strike: 2, templateId: 'example-template', reason: '模板内容违规' },
  act({ body: { strike, templateId, reason = '模板内容违规' }, account }) {
    const app = account()
    if (strike === 1 && templateId === undefined) {
      throw new ControlError(400, 'The first strike takes a template: add templateId.')
    }
    if (templateId !== undefined && !app.templates.delete(templateId)) {
      throw new ControlError(404, 'The account holds no such template.')
    }
    const days = app.limits().strikeDays[strike]
    const shut = Number.isFinite(days) ? `封禁模板消息接口 ${days} 天` : '永久封禁模板消息接口'
    const result = strike === 1 ? `删除模板 ${templateId}` : shut
    app.notices.add('模板消息违规处罚', `第 ${strike} 次违规，${result}。原因：${reason}`)
    const punished = { strike, ...(templateId === undefined ? {} : { templateId }) }
    if (strike === 1) return punished
    const endsAtMs = app.penalties.block(days * day)
    return { ...punished, shutUntil: Number.isFinite(endsAtMs) ? iso(endsAtMs) : null }
  },
})

export const notices = control({
  method: 'GET',
  path: '/sandbox/notices',
  summary: 'Lists what the platform told the account (站内信), oldest first.',
  fields: {},
  reply: Type.Object({
    notices: Type.Array(Notice),
  }),
  example: {},
  act: ({ account }) => ({ notices: account().notices.list() }),
})

// seeds/001 获取 access_token
export const secret = control({
  method: 'POST',
  path: '/sandbox/secret',
  summary: 'The developer looks at the AppSecret, which resets it.',
  description:
    'The former one is refused with 40125 from now on. Tokens that were issued stay valid.',
  fields: {},
  reply: Type.Object({ secret: Type.String() }),
  example: {},
  act({ account, sandbox }) {
    const app = account()
    app.secret = sandbox.random(16).toString('hex')
    return { secret: app.secret }
  },
})

const cloudFields = { on: Type.Boolean() }

export const cloudRun = control({
  method: 'POST',
  path: '/sandbox/cloud-run',
  summary: 'Turns 开放接口服务 of 微信云托管 on or off: calls without an access_token are taken.',
  description:
    'They act for this app, and for one app alone: it is turned off for the others. While it is ' +
    'off, they are refused with 41001. Calls with an access_token are as ever.',
  fields: cloudFields,
  reply: Type.Object(cloudFields),
  example: { on: true },
  act({ body: { on }, account, sandbox }) {
    const app = account()
    if (on) for (const other of sandbox.state().accounts.values()) other.cloudRun = false
    app.cloudRun = on
    return { on }
  },
})

/** A path as in app.json. */
const Page = Type.String({ pattern: '^[^/?#\\s:][^?#\\s:]*$', maxLength: 1024 })

const pageFields = {
  pages: Type.Optional(Type.Array(Page)),
  home: Type.Optional(Page),
  published: Type.Optional(Type.Boolean()),
}

export const pages = control({
  method: 'POST',
  path: '/sandbox/pages',
  summary: 'Sets which pages the mini-program has and whether it is published.',
  description:
    'Absent fields do not change. Until `pages` is set, every well-formed page exists. ' +
    'The home page is the first one, unless `home` is set.',
  fields: pageFields,
  reply: Type.Object(pageFields),
  example: { pages: ['pages/index/index', 'pages/order/order'], home: 'pages/index/index' },
  act({ body, account }) {
    const { pages: current } = account()
    const { pages: existing, home } = { ...current.current(), ...body }
    if (home !== undefined && existing && !existing.includes(home)) {
      throw new ControlError(400, '/home is none of the pages.')
    }
    current.set(body)
    return current.current()
  },
})

const editionFields = { edition: Type.Enum(['2018', '2026']) }

export const edition = control({
  method: 'POST',
  path: '/sandbox/edition',
  summary: 'Sets the rules that apply from the next call on.',
  fields: editionFields,
  reply: Type.Object(editionFields),
  example: { edition: '2018' },
  act({ body, account, sandbox }) {
    sandbox.setEdition(account(), body.edition)
    return { edition: body.edition }
  },
})

export const clock = control({
  method: 'POST',
  path: '/sandbox/clock',
  summary: "Advances the platform's clock, for all apps.",
  description: 'A reset leaves it. Only PUT /sandbox/state sets it back.',
  // The maximum keeps the clock within the range of Date.
  fields: { advanceMs: Type.Integer({ minimum: 0, maximum: 1e12 }) },
  reply: Type.Object({ now: Time }),
  example: { advanceMs: 3_600_000 },
  act: ({ body, sandbox }) => ({ now: iso(sandbox.clock.advance(body.advanceMs)) }),
})
