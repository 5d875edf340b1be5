/** Message templates (模板消息) of the account, the library (模板库) and the check of the review rules. */
import { templatePages } from '../../rules/requests.ts'
import { templateKeywords } from '../../rules/templates.ts'
import { lintTemplate } from '../../templates/lint.ts'
import { bodyOf, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/templates.ts'
import { requireFound, requireId, requireSuccess, wechatProblem } from '../wechat-problems.ts'

export const getTemplates = operatorRoute(
  'GET /v1/templates',
  'read',
  {
    summary: 'The templates of the account, from WeChat',
    query: queryOf(schemas.templatesQuery),
    replies: { 200: { description: 'One page of templates.', schema: schemas.templatesReply } },
  },
  async ({ query, app }, { wechat }) => {
    const page = { offset: 0, count: templatePages.defaultCount, ...query }
    const templates = requireSuccess(await wechat(app.appId).listTemplates(page))
    return { status: 200, body: { templates } }
  },
)

const maxKeywords = templateKeywords.template.max

export const postTemplate = operatorRoute(
  'POST /v1/templates',
  'admin',
  {
    summary: `Add a template: a title and up to ${maxKeywords} of its keywords, in order`,
    audit: 'each',
    body: bodyOf(schemas.addTemplateRequest),
    replies: { 201: { description: 'Added to the account.', schema: schemas.addTemplateReply } },
  },
  async ({ body, app }, { wechat }) => {
    const added = requireSuccess(await wechat(app.appId).addTemplate(body))
    return { status: 201, body: added, concerns: { object: added.templateId } }
  },
)

const noTemplate = 'The account has no such template: see GET /v1/templates.'

export const deleteTemplate = operatorRoute(
  'DELETE /v1/templates/:templateId',
  'admin',
  {
    summary: 'Delete a template of the account',
    audit: 'each',
    replies: {
      204: { description: 'Deleted. Messages of this template are now refused.' },
    },
  },
  async ({ params, app }, { wechat }) => {
    const templateId = requireId(params.templateId, noTemplate)
    requireFound(await wechat(app.appId).deleteTemplate(templateId), noTemplate)
    return { status: 204, concerns: { object: templateId } }
  },
)

export const getLibrary = operatorRoute(
  'GET /v1/template-library',
  'read',
  {
    summary: 'The titles that templates can be made of',
    query: queryOf(schemas.templatesQuery),
    replies: { 200: { description: 'One page of titles.', schema: schemas.templateLibraryReply } },
  },
  async ({ query, app }, { wechat }) => {
    const page = { offset: 0, count: templatePages.defaultCount, ...query }
    return { status: 200, body: requireSuccess(await wechat(app.appId).listLibrary(page)) }
  },
)

const noTitle = 'The library has no such title: see GET /v1/template-library.'

export const getLibraryTitle = operatorRoute(
  'GET /v1/template-library/:id',
  'read',
  {
    summary: 'A title and its keywords',
    replies: { 200: { description: 'The title.', schema: schemas.templateLibraryTitleReply } },
  },
  async ({ params, app }, { wechat }) => {
    const reply = await wechat(app.appId).getLibraryTitle(requireId(params.id, noTitle))
    return { status: 200, body: requireFound(reply, noTitle) }
  },
)

export const postLint = operatorRoute(
  'POST /v1/templates/lint',
  'read',
  {
    summary: 'Check a title and its keywords against the review rules (审核说明)',
    body: bodyOf(schemas.lintRequest),
    replies: {
      200: {
        description: 'The problems. WeChat may reject a template without any: people review it.',
        schema: schemas.lintReply,
      },
    },
  },
  async ({ body, app }, { existingTitles }) => {
    const account = await existingTitles.ofAccount(app)
    // Without the titles that exist, rules 1.1 and 1.2 would seem to be met.
    if (!account.ok) throw wechatProblem(account.reply)
    const library = await existingTitles.ofLibrary(app)
    if (!library.ok) throw wechatProblem(library.reply)
    const otherTitles = [...account.titles, ...(body.otherTitles ?? [])]
    const problems = await lintTemplate({ ...body, otherTitles }, library.titles)
    return { status: 200, body: { problems } }
  },
)
