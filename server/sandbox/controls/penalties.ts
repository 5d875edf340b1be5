import Type from 'typebox'
import { control, ControlError } from './control.ts'
import { Id } from './fields.ts'

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
