import { library } from '../rules/library.ts'
import type { Endpoint } from './endpoint.ts'
import { whole } from './fields.ts'
import { ok, refuse } from './reply.ts'

/**
 * Adds a template of a title and some of its keywords, in the order in which they are named (seeds/001
 * 模版消息管理 3). The page names no error: an unknown title is 40037, keywords that will not do are 40035.
 */
export const templateAdd: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/add',
  needs: 'token',
  editions: ['2018'],
  answer(body, account) {
    const found = library.find(({ id }) => id === body['id'])
    if (!found) return refuse(40037)
    const ids = body['keyword_id_list']
    if (!Array.isArray(ids) || ids.length === 0) return refuse(40035)
    if (ids.length > account.limits().keywordsPerTemplate) return refuse(40035)
    const keywords = ids.flatMap((id) => found.keywords.find((each) => each.id === whole(id)) ?? [])
    if (keywords.length < ids.length || new Set(keywords).size < ids.length) return refuse(40035)
    const { templateId } = account.templates.add({ title: found.title, keywords })
    return ok({ template_id: templateId })
  },
}
