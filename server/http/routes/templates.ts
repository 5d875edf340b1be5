/** The templates of the account. */
import { accountTitles } from '../../templates/account-titles.ts'
import { lintTemplate } from '../../templates/lint.ts'
import { bodyOf, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/templates.ts'
import { answered, found, idOf, wechatProblem } from '../wechat-problems.ts'

export const getTemplates = operatorRoute(
  'GET /v1/templates',
  'read',
  {
    summary: "The account's templates, asked of WeChat",
    query: queryOf(schemas.templatesQuery),
    replies: { 200: { description: 'One page of templates.', schema: schemas.templatesReply } },
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
    body: bodyOf(schemas.addTemplateRequest),
    replies: { 201: { description: 'Added to the account.', schema: schemas.addTemplateReply } },
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

/** The library of titles (模板库) from which templates are made. */

export const getLibrary = operatorRoute(
  'GET /v1/template-library',
  'read',
  {
    summary: 'The titles from which templates are made',
    query: queryOf(schemas.templatesQuery),
    replies: { 200: { description: 'One page of titles.', schema: schemas.templateLibraryReply } },
  },
  async ({ query, app }, { wechat }) => {
    const page = { offset: 0, count: 20, ...query }
    return { status: 200, body: answered(await wechat(app.appId).listLibrary(page)) }
  },
)

const noTitle = 'The library has no such title: see GET /v1/template-library.'

export const getLibraryTitle = operatorRoute(
  'GET /v1/template-library/:id',
  'read',
  {
    summary: 'One title and the keywords to choose from',
    replies: { 200: { description: 'The title.', schema: schemas.templateLibraryTitleReply } },
  },
  async ({ params, app }, { wechat }) => {
    const reply = await wechat(app.appId).getLibraryTitle(idOf(params.id, noTitle))
    return { status: 200, body: found(reply, noTitle) }
  },
)

/** What a reviewer would say. */

export const postLint = operatorRoute(
  'POST /v1/templates/lint',
  'read',
  {
    summary: 'Hold a title and its keywords against the review rules (审核说明)',
    body: bodyOf(schemas.lintRequest),
    replies: {
      200: {
        description: 'The problems; none does not mean that a template passes: people review it.',
        schema: schemas.lintReply,
      },
    },
  },
  async ({ body, app }, { wechat }) => {
    const account = await accountTitles(wechat(app.appId), app.edition)
    // Without the account's titles the answer would be silent about 1.1 and 1.2, as if all were well.
    if (!account.ok) throw wechatProblem(account.reply)
    const otherTitles = [...account.titles, ...(body.otherTitles ?? [])]
    return { status: 200, body: { problems: lintTemplate({ ...body, otherTitles }) } }
  },
)
