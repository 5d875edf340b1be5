/** What a reviewer would say. */
import { lintRequest } from '../schemas/templates.ts'
import { linted } from '../schemas/template-replies.ts'
import { accountTitles } from '../templates/account-titles.ts'
import { lintTemplate } from '../templates/lint.ts'
import { bodyOf, operatorRoute } from './route.ts'
import { wechatProblem } from './wechat-problem.ts'

export const postLint = operatorRoute(
  'POST /v1/templates/lint',
  'read',
  {
    summary: 'Hold a title and its keywords against the review rules (审核说明)',
    body: bodyOf(lintRequest),
    replies: {
      200: {
        description: 'The problems; none does not mean that a template passes: people review it.',
        schema: linted,
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
