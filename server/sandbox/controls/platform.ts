/**
 * Controls of what the platform decides: quotas, penalties, the AppSecret, published pages, edition
 * and clock.
 */
import { iso } from '../../runtime/world.ts'
import Type from 'typebox'
import { day } from '../rules/time.ts'
import { control, ControlError, Id } from './control.ts'

/**
 * Lowers limits so that a test can reach them. Tokens issued before keep their end.
 * `callsPerMinute` bounds the calls of all endpoints together (45011). In the reply, `null` says
 * that they are not bounded.
 */
export const quotas = control({
  method: 'POST',
  path: '/sandbox/quotas',
  fields: {
    templateSendsPerDay: Type.Optional(Type.Integer({ minimum: 0 })),
    codes: Type.Optional(Type.Integer({ minimum: 0 })),
    codesPerMinute: Type.Optional(Type.Integer({ minimum: 0 })),
    callsPerMinute: Type.Optional(Type.Integer({ minimum: 0 })),
    // seeds/001: 7200秒之内的值
    expiresIn: Type.Optional(Type.Integer({ minimum: 1, maximum: 7_200 })),
  },
  act({ body, account }) {
    const { quotas: current } = account()
    current.set(body)
    return current.current()
  },
})

/**
 * Punishes the account (seeds/001 处罚说明): the first strike deletes a template, the others shut all
 * endpoints of template messages for a time. A template named with a later strike is deleted too.
 * The account gets a notice that says so, with the reason.
 */
export const penalties = control({
  method: 'POST',
  path: '/sandbox/penalties',
  fields: {
    strike: Type.Enum([1, 2, 3, 4]),
    templateId: Type.Optional(Id),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
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
    if (strike === 1) return { strike, templateId }
    const endsAtMs = app.penalties.block(days * day)
    const shutUntil = Number.isFinite(endsAtMs) ? iso(endsAtMs) : null
    return { strike, ...(templateId === undefined ? {} : { templateId }), shutUntil }
  },
})

/** Lists what the platform told the account (站内信), oldest first. */
export const notices = control({
  method: 'GET',
  path: '/sandbox/notices',
  fields: {},
  act: ({ account }) => ({ notices: account().notices.list() }),
})

/**
 * The developer looks at the AppSecret, which resets it (seeds/001 获取 access_token): the former one
 * is refused with 40125 from now on. Tokens that were issued stay valid.
 */
export const secret = control({
  method: 'POST',
  path: '/sandbox/secret',
  fields: {},
  act({ account, sandbox }) {
    const app = account()
    app.secret = sandbox.random(16).toString('hex')
    return { secret: app.secret }
  },
})

/** A path as in app.json. */
const Page = Type.String({ pattern: '^[^/?#\\s:][^?#\\s:]*$', maxLength: 1024 })

/**
 * Sets which pages the mini-program has and whether it is published. Absent fields do not change.
 */
export const pages = control({
  method: 'POST',
  path: '/sandbox/pages',
  fields: {
    pages: Type.Optional(Type.Array(Page)),
    home: Type.Optional(Page),
    published: Type.Optional(Type.Boolean()),
  },
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

/** Sets the rules that apply from the next call on. */
export const edition = control({
  method: 'POST',
  path: '/sandbox/edition',
  fields: { edition: Type.Enum(['2018', '2026']) },
  act({ body, account, sandbox }) {
    sandbox.setEdition(account(), body.edition)
    return { edition: body.edition }
  },
})

/** Advances the platform's clock, for all apps. It never goes back, not even by a reset. */
export const clock = control({
  method: 'POST',
  path: '/sandbox/clock',
  // The maximum keeps the clock within the range of Date.
  fields: { advanceMs: Type.Integer({ minimum: 0, maximum: 1e12 }) },
  act: ({ body, sandbox }) => ({ now: iso(sandbox.clock.advance(body.advanceMs)) }),
})
