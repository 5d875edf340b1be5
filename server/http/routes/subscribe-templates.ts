/** Subscribe-message templates (订阅消息) of the account, of the edition 2026. */
import { templatePages } from '../../rules/requests.ts'
import { templateKeywords } from '../../rules/templates.ts'
import { bodyOf, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/subscribe-templates.ts'
import { addTemplateReply } from '../schemas/templates.ts'
import { requireFound, requireId, requireSuccess } from '../wechat-problems.ts'

export const getSubscribeCategories = operatorRoute(
  'GET /v1/subscribe-template-categories',
  'read',
  {
    summary: 'The categories (类目) of the account',
    replies: { 200: { description: 'All of them.', schema: schemas.subscribeCategoriesReply } },
  },
  async ({ app }, { wechat }) => {
    const categories = requireSuccess(await wechat(app.appId).newtmpl.categories())
    return { status: 200, body: { categories } }
  },
)

export const getSubscribeLibrary = operatorRoute(
  'GET /v1/subscribe-template-library',
  'read',
  {
    summary: 'The public titles of the given categories. Default: all categories of the account',
    query: queryOf(schemas.subscribeLibraryQuery),
    replies: { 200: { description: 'One page of titles.', schema: schemas.subscribeLibraryReply } },
  },
  async ({ query, app }, { wechat }) => {
    const { newtmpl } = wechat(app.appId)
    const { offset = 0, count = templatePages.defaultCount } = query
    const categoryIds =
      query.categoryIds?.split(',').map(Number) ??
      requireSuccess(await newtmpl.categories()).map(({ id }) => id)
    const { titles, total } = requireSuccess(await newtmpl.titles({ categoryIds, offset, count }))
    return { status: 200, body: { templates: titles, total } }
  },
)

const noTitle = 'WeChat has no such public title: see GET /v1/subscribe-template-library.'

export const getSubscribeTitle = operatorRoute(
  'GET /v1/subscribe-template-library/:id',
  'read',
  {
    summary: 'The keywords of a public title',
    replies: { 200: { description: 'The keywords.', schema: schemas.subscribeLibraryTitleReply } },
  },
  async ({ params, app }, { wechat }) => {
    const id = requireId(params.id, noTitle)
    const keywords = requireFound(await wechat(app.appId).newtmpl.keywords(id), noTitle)
    return { status: 200, body: { id, keywords } }
  },
)

export const getSubscribeTemplates = operatorRoute(
  'GET /v1/subscribe-templates',
  'read',
  {
    summary: 'The subscribe templates of the account, from WeChat',
    replies: { 200: { description: 'All of them.', schema: schemas.subscribeTemplatesReply } },
  },
  async ({ app }, { wechat }) => {
    const templates = requireSuccess(await wechat(app.appId).newtmpl.list())
    return { status: 200, body: { templates } }
  },
)

const { min, max } = templateKeywords.subscribe

export const postSubscribeTemplate = operatorRoute(
  'POST /v1/subscribe-templates',
  'admin',
  {
    summary:
      `Add a subscribe template: a public title and ${min} to ${max} of its keywords, ` +
      'in order',
    audit: 'each',
    body: bodyOf(schemas.addSubscribeTemplateRequest),
    replies: { 201: { description: 'Added to the account.', schema: addTemplateReply } },
  },
  async ({ body, app }, { wechat }) => {
    const { id: titleId, keywordIds, sceneDescription } = body
    const reply = await wechat(app.appId).newtmpl.add({ titleId, keywordIds, sceneDescription })
    const added = requireSuccess(reply)
    return { status: 201, body: added, concerns: { object: added.templateId } }
  },
)

const noTemplate = 'The account has no such template: see GET /v1/subscribe-templates.'

export const deleteSubscribeTemplate = operatorRoute(
  'DELETE /v1/subscribe-templates/:templateId',
  'admin',
  {
    summary: 'Delete a subscribe template of the account',
    audit: 'each',
    replies: {
      204: { description: 'Deleted. Messages of this template are now refused.' },
    },
  },
  async ({ params, app }, { wechat }) => {
    const templateId = requireId(params.templateId, noTemplate)
    requireFound(await wechat(app.appId).newtmpl.delete(templateId), noTemplate)
    return { status: 204, concerns: { object: templateId } }
  },
)
