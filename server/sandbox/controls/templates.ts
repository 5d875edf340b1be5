/** Controls of the templates of an account, and of the titles that it applies for. */
import Type from 'typebox'
import { keywordsOf } from '../state/templates.ts'
import { control, ControlError, Id } from './control.ts'

const Name = Type.String({ minLength: 1, maxLength: 64 })

export const templates = control({
  method: 'POST',
  path: '/sandbox/templates',
  summary: 'Adds a template to the account, or replaces the one with the same templateId.',
  description: 'The data of a subscribe template without keywords is not checked against any.',
  fields: {
    templateId: Type.Optional(Id),
    channel: Type.Optional(
      Type.Enum(['template', 'subscribe'], { description: 'Default: that of the edition.' }),
    ),
    title: Type.Optional(Name),
    keywords: Type.Optional(
      Type.Array(
        Type.Union([
          Name,
          Type.Object({
            name: Name,
            example: Name,
            key: Type.Optional(
              Type.String({
                pattern: '^[a-z_]{1,32}[0-9]{1,4}$',
                description:
                  "In a subscribe message's data. Default: `thing1`, `thing2` and so on.",
              }),
            ),
          }),
        ]),
      ),
    ),
    type: Type.Optional(
      Type.Enum([2, 3], {
        description:
          '2 is sent once for each consent, 3 is long-term and has no count. Default: 2.',
      }),
    ),
  },
  reply: Type.Object({ templateId: Id }),
  example: {
    templateId: 'example-template',
    title: '购买成功通知',
    keywords: ['物品名称', { name: '金额', example: '128元', key: 'amount2' }],
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

const Keyword = Type.Object({
  key: Type.String({ description: 'In the data of a message: `keyword1`, or `thing1`.' }),
  name: Type.String(),
})

export const templateList = control({
  method: 'GET',
  path: '/sandbox/templates',
  summary: 'Lists the templates of the account: of template messages first.',
  fields: {},
  reply: Type.Object({
    templates: Type.Array(
      Type.Object({
        templateId: Id,
        channel: Type.Enum(['template', 'subscribe']),
        title: Type.String(),
        keywords: Type.Array(Keyword),
      }),
    ),
  }),
  example: {},
  act({ account }) {
    const { templates: held } = account()
    const all = [...held.list('template'), ...held.list('subscribe')]
    return {
      templates: all.map(({ templateId, channel, title, content }) => ({
        templateId,
        channel,
        title,
        keywords: keywordsOf(content),
      })),
    }
  },
})

const Application = Type.Object({
  applicationId: Id,
  title: Name,
  state: Type.Enum(['waiting', 'approved', 'rejected']),
  libraryId: Type.Optional(Id),
})

// seeds/001 步骤一
export const applications = control({
  method: 'POST',
  path: '/sandbox/template-applications',
  summary: 'Applies for a new title of the library (申请添加新模板), which waits for its review.',
  fields: {
    title: Name,
    keywords: Type.Array(Type.Object({ name: Name, example: Name }), { minItems: 1, maxItems: 20 }),
  },
  reply: Application,
  example: { title: '瑜伽课程预约结果', keywords: [{ name: '课程名称', example: '晨间瑜伽' }] },
  act({ body: { title, keywords }, account }) {
    const application = account().library.apply(title, keywords)
    if (application) return application
    throw new ControlError(400, '/title is in the library already: make a template of it.')
  },
})

export const applicationList = control({
  method: 'GET',
  path: '/sandbox/template-applications',
  summary: 'Lists the applications of the account, oldest first.',
  fields: {},
  reply: Type.Object({ applications: Type.Array(Application) }),
  example: {},
  act: ({ account }) => ({ applications: [...account().library.applications()] }),
})

export const review = control({
  method: 'POST',
  path: '/sandbox/template-applications/:id/review',
  summary: 'The platform reviews an application.',
  description:
    'An approved title is in the library from now on, under the `libraryId` of the reply. ' +
    'The account gets a notice with the outcome.',
  fields: {
    approved: Type.Boolean(),
    reason: Type.Optional(Type.String({ minLength: 1, maxLength: 256 })),
  },
  reply: Application,
  example: { id: '1', approved: true },
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

const officialFields = {
  officialAppId: Id,
  templateIds: Type.Optional(
    Type.Array(Id, { description: 'Default: it has every template that a message names.' }),
  ),
}

export const officialAccounts = control({
  method: 'POST',
  path: '/sandbox/official-accounts',
  summary: 'Binds an official account (公众号) to the mini-program.',
  description: 'uniform_send sends its template messages to users of the mini-program.',
  fields: officialFields,
  reply: Type.Object(officialFields),
  example: { officialAppId: 'wx1111111111official', templateIds: ['example-official-template'] },
  act({ body, account }) {
    account().officialAccounts.bind(body.officialAppId, body.templateIds)
    return body
  },
})
