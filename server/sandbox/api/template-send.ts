import type { Endpoint } from './endpoint.ts'
import { isFields, text } from './fields.ts'
import { ok, refuse } from './reply.ts'

/**
 * Sends a template message (seeds/001 发送模板消息). The form_id is checked last and spent with the delivery:
 * no call that fails takes it. `data` may be absent (an empty template), and so may `page` (a tap leads
 * nowhere); the daily limit counts what was delivered.
 */
export const templateSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/wxopen/template/send',
  needs: 'token',
  editions: ['2018'],
  answer(body, account) {
    if (account.penalties.isShut()) return refuse(48001)
    const { templateSendsPerDay } = account.quotas.current()
    if (account.templateSends.today() >= templateSendsPerDay) return refuse(45009)

    const openId = text(body['touser'])
    if (openId === undefined || !account.users.has(openId)) return refuse(40003)
    const templateId = text(body['template_id'])
    if (templateId === undefined || !account.templates.find(templateId)) return refuse(40037)
    const page = body['page'] ?? ''
    if (page !== '' && !(typeof page === 'string' && account.pages.exists(page))) {
      return refuse(41030)
    }
    const data = body['data'] ?? {}
    if (!isFields(data) || !Object.values(data).every(isFields)) return refuse(47001)

    const formId = text(body['form_id'])
    if (formId === undefined) return refuse(41028)
    const standing = account.rights.check(formId, openId)
    if (standing === 'unknown') return refuse(41028)
    if (standing === 'used') return refuse(41029)

    account.rights.spend(formId)
    account.templateSends.add()
    account.inbox.deliver(openId, 'template', body)
    return ok()
  },
}
