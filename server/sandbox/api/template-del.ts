import type { Endpoint } from './endpoint.ts'
import { text } from './fields.ts'
import { ok, refuse } from './reply.ts'

/** Deletes a template of the account (seeds/001 模版消息管理 5). */
export const templateDel: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/del',
  needs: 'token',
  editions: ['2018'],
  answer(body, account) {
    return account.templates.delete(text(body['template_id']) ?? '') ? ok() : refuse(40037)
  },
}
