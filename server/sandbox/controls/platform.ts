/** Controls of what the platform decides: quotas, penalties, published pages, edition and clock. */
import { iso } from '../../runtime/world.ts'
import Type from 'typebox'
import { day } from '../rules/time.ts'
import { control, ControlError, Id } from './control.ts'

/** Lowers limits so that a test can reach them. Tokens issued before keep their end. */
export const quotas = control({
  method: 'POST',
  path: '/sandbox/quotas',
  fields: {
    templateSendsPerDay: Type.Optional(Type.Integer({ minimum: 0 })),
    codes: Type.Optional(Type.Integer({ minimum: 0 })),
    codesPerMinute: Type.Optional(Type.Integer({ minimum: 0 })),
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
 * Punishes the account (seeds/001 处罚说明): the first strike deletes a template, the others block
 * template messages for a time. A template named with a later strike is deleted too.
 */
export const penalties = control({
  method: 'POST',
  path: '/sandbox/penalties',
  fields: { strike: Type.Enum([1, 2, 3, 4]), templateId: Type.Optional(Id) },
  act({ body: { strike, templateId }, account }) {
    const app = account()
    if (strike === 1 && templateId === undefined) {
      throw new ControlError(400, 'The first strike takes a template: add templateId.')
    }
    if (templateId !== undefined && !app.templates.delete(templateId)) {
      throw new ControlError(404, 'The account holds no such template.')
    }
    if (strike === 1) return { strike, templateId }
    const endsAtMs = app.penalties.block(app.limits().strikeDays[strike] * day)
    const shutUntil = Number.isFinite(endsAtMs) ? iso(endsAtMs) : null
    return { strike, ...(templateId === undefined ? {} : { templateId }), shutUntil }
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
