import type { Endpoint } from './endpoint.ts'
import { pageOf } from './page-of.ts'
import { isRefusal, ok } from './reply.ts'

/** The templates that the account holds (seeds/001 模版消息管理 4). */
export const templateList: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/list',
  needs: 'token',
  editions: ['2018'],
  answer(body, account) {
    const page = pageOf(account.templates.list(), body, account.limits())
    if (isRefusal(page)) return page
    return ok({
      list: page.map(({ templateId, title, content, example }) => ({
        template_id: templateId,
        title,
        content,
        example,
      })),
    })
  },
}
