import Type from 'typebox'
import { control, ControlError, Id } from './control.ts'

/** Lowers limits so that they can be reached. Tokens that were issued keep their end. */
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

const dayMs = 86_400_000

/**
 * The platform punishes (seeds/001 处罚说明): the first strike takes a template, the others shut the template
 * sends for a while. A template that is named with those is gone too.
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
    const shutUntilMs = app.penalties.shut(app.limits().strikeDays[strike] * dayMs)
    const shutUntil = Number.isFinite(shutUntilMs) ? new Date(shutUntilMs).toISOString() : null
    return { strike, ...(templateId === undefined ? {} : { templateId }), shutUntil }
  },
})

/** As app.json names it. */
const Page = Type.String({ pattern: '^[^/?#\\s:][^?#\\s:]*$', maxLength: 1024 })

/** Which pages the mini-program has, and whether it is published. What is left out stays as it was. */
export const pages = control({
  method: 'POST',
  path: '/sandbox/pages',
  fields: {
    pages: Type.Optional(Type.Array(Page)),
    home: Type.Optional(Page),
    published: Type.Optional(Type.Boolean()),
  },
  act({ body, account }) {
    const known = account().pages
    const { pages: existing, home } = { ...known.told(), ...body }
    if (home !== undefined && existing && !existing.includes(home)) {
      throw new ControlError(400, '/home is none of the pages.')
    }
    known.tell(body)
    return known.told()
  },
})

/** The rules of another time, from the next call on. */
export const edition = control({
  method: 'POST',
  path: '/sandbox/edition',
  fields: { edition: Type.Enum(['2018', '2026']) },
  act({ body, account, sandbox }) {
    sandbox.setEdition(account(), body.edition)
    return { edition: body.edition }
  },
})

/** Moves the platform's time ahead, for all apps. There is no way back: a reset leaves it where it is. */
export const clock = control({
  method: 'POST',
  path: '/sandbox/clock',
  // Far enough, and never past the last date that there is.
  fields: { advanceMs: Type.Integer({ minimum: 0, maximum: 1e12 }) },
  act: ({ body, sandbox }) => ({
    now: new Date(sandbox.clock.advance(body.advanceMs)).toISOString(),
  }),
})
