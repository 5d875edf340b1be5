/** The templates of the account. */
import { templatesQuery } from '../schemas/operators.ts'
import * as replies from '../schemas/replies.ts'
import { operatorRoute, queryOf } from './route.ts'
import { wechatProblem } from './wechat-problem.ts'

export const getTemplates = operatorRoute(
  'GET /v1/templates',
  'read',
  {
    summary: "The account's templates, asked of WeChat",
    query: queryOf(templatesQuery),
    replies: { 200: { description: 'One page of templates.', schema: replies.templates } },
  },
  async ({ query, app }, { wechat }) => {
    const reply = await wechat(app.appId).listTemplates({ offset: 0, count: 20, ...query })
    if (reply.fate !== 'answered' || !reply.body) throw wechatProblem(reply)
    return { status: 200, body: { templates: reply.body } }
  },
)
