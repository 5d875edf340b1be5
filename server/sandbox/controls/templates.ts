/** Controls of the templates of an account, and of the titles that it applies for. */
import Type from 'typebox'
import { control, ControlError, Id } from './control.ts'

const Name = Type.String({ minLength: 1, maxLength: 64 })

/**
 * Adds a template to the account, or replaces the one with the same templateId. The data of a
 * subscribe template without keywords is not checked against any.
 */
export const templates = control({
  method: 'POST',
  path: '/sandbox/templates',
  fields: {
    templateId: Type.Optional(Id),
    // Default: that of the edition.
    channel: Type.Optional(Type.Enum(['template', 'subscribe'])),
    title: Type.Optional(Name),
    keywords: Type.Optional(
      Type.Array(
        Type.Union([
          Name,
          Type.Object({
            name: Name,
            example: Name,
            // Of a subscribe message's data, as `thing1`. Default: `thing1`, `thing2` and so on.
            key: Type.Optional(Type.String({ pattern: '^[a-z_]{1,32}[0-9]{1,4}$' })),
          }),
        ]),
      ),
    ),
    // As in gettemplate: 2 is sent once for each consent, 3 is long-term and has no count.
    type: Type.Optional(Type.Enum([2, 3])),
  },
  act({ body: { title = '服务结果通知', ...rest }, account }) {
    const app = account()
    const { channel = app.edition === '2018' ? 'template' : 'subscribe' } = rest
    const { keywords = channel === 'template' ? ['处理结果'] : [] } = rest
    const added = app.templates.add({
      ...rest,
      channel,
      title,
      keywords: keywords.map((each) =>
        typeof each === 'string' ? { name: each, example: each } : each,
      ),
    })
    return { templateId: added.templateId }
  },
})

/**
 * Applies for a new title of the library (申请添加新模板, seeds/001 步骤一). It waits for its review.
 * Keywords are names, or names with examples.
 */
export const applications = control({
  method: 'POST',
  path: '/sandbox/template-applications',
  fields: {
    title: Name,
    keywords: Type.Array(Type.Object({ name: Name, example: Name }), { minItems: 1, maxItems: 20 }),
  },
  act({ body: { title, keywords }, account }) {
    const application = account().library.apply(title, keywords)
    if (application) return application
    throw new ControlError(400, '/title is in the library already: make a template of it.')
  },
})

/** Lists the applications of the account, oldest first. */
export const applicationList = control({
  method: 'GET',
  path: '/sandbox/template-applications',
  fields: {},
  act: ({ account }) => ({ applications: account().library.applications() }),
})

/**
 * The platform reviews an application. An approved title is in the library from now on, under the
 * `libraryId` of the reply. The account gets a notice with the outcome.
 */
export const review = control({
  method: 'POST',
  path: '/sandbox/template-applications/:id/review',
  fields: {
    approved: Type.Boolean(),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  act({ body: { approved, reason = '标题不符合审核说明' }, params, account }) {
    const app = account()
    const application = app.library.review(params['id'] ?? '', approved)
    if (!application) {
      throw new ControlError(404, 'No application of this id waits for its review.')
    }
    const outcome = approved ? '审核通过' : `审核不通过。原因：${reason}`
    app.notices.add('模板审核结果', `「${application.title}」${outcome}`)
    return application
  },
})
