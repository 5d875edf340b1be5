/** The templates of the account. */
import { templatesQuery } from '../schemas/operators.ts'
import * as replies from '../schemas/replies.ts'
import { added } from '../schemas/template-replies.ts'
import { newTemplate } from '../schemas/templates.ts'
import { bodyOf, operatorRoute, queryOf } from './route.ts'
import { answered, found, idOf } from './wechat-answer.ts'

export const getTemplates = operatorRoute(
  'GET /v1/templates',
  'read',
  {
    summary: "The account's templates, asked of WeChat",
    query: queryOf(templatesQuery),
    replies: { 200: { description: 'One page of templates.', schema: replies.templates } },
  },
  async ({ query, app }, { wechat }) => {
    const page = { offset: 0, count: 20, ...query }
    const templates = answered(await wechat(app.appId).listTemplates(page))
    return { status: 200, body: { templates } }
  },
)

export const postTemplate = operatorRoute(
  'POST /v1/templates',
  'admin',
  {
    summary: 'Add a template: a title and up to 10 of its keywords, in this order',
    body: bodyOf(newTemplate),
    replies: { 201: { description: 'Added to the account.', schema: added } },
  },
  async ({ body, app }, { wechat }) => ({
    status: 201,
    body: answered(await wechat(app.appId).addTemplate(body)),
  }),
)

const noTemplate = 'The account holds no such template: see GET /v1/templates.'

export const deleteTemplate = operatorRoute(
  'DELETE /v1/templates/:templateId',
  'admin',
  {
    summary: 'Delete a template of the account',
    replies: {
      204: { description: 'Deleted: messages of this template are refused from now on.' },
    },
  },
  async ({ params, app }, { wechat }) => {
    const templateId = idOf(params.templateId, noTemplate)
    found(await wechat(app.appId).deleteTemplate(templateId), noTemplate)
    return { status: 204 }
  },
)
