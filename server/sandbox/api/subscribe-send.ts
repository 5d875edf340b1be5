import { sentEvent } from '../push/events.ts'
import { problemOf } from '../rules/subscribe-data.ts'
import type { Template } from '../state/templates.ts'
import type { Endpoint } from './endpoint.ts'
import { isFields, text } from './fields.ts'
import { ok, refuse, type Refusal } from './reply.ts'

/**
 * Sends a subscribe message (platform, subscribe messages). The consent is checked last and its use is spent
 * with the delivery: no call that fails takes it. The event that tells of the delivery follows the answer.
 */
export const subscribeSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/subscribe/send',
  needs: 'token',
  editions: ['2026'],
  answer(body, account) {
    const openId = text(body['touser'])
    if (openId === undefined || !account.users.has(openId)) return refuse(40003)
    const template = account.templates.find(text(body['template_id']) ?? '')
    if (!template) return refuse(40037)
    const page = body['page'] ?? ''
    // A slash before it does no harm here: callers write both.
    if (typeof page !== 'string') return refuse(41030)
    if (page !== '' && !account.pages.exists(page.replace(/^\//, ''))) return refuse(41030)
    const wrong = checkData(body['data'], template)
    if (wrong) return wrong

    const standing = account.subscriptions.check(openId, template)
    if (standing === 'banned') return refuse(43107)
    if (standing === 'none') return refuse(43101)

    account.subscriptions.spend(openId, template)
    account.inbox.deliver(openId, 'subscribe', body)
    void account.pusher.push(sentEvent(openId, template.templateId, account.pusher.newMsgId()))
    return ok()
  },
}

/** Every field is checked in its order, and the first that will not do is named. */
function checkData(data: unknown, { keys }: Template): Refusal | undefined {
  if (!isFields(data)) return invalid('data is emtpy')
  for (const key of new Set([...keys, ...Object.keys(data)])) {
    const field = data[key]
    const problem = problemOf(key, isFields(field) ? text(field['value']) : undefined)
    if (problem !== undefined) return invalid(problem)
  }
  return undefined
}

function invalid(problem: string): Refusal {
  const { errcode, errmsg } = refuse(47003)
  return { errcode, errmsg: `${errmsg} ${problem}` }
}
