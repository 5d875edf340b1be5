import { customerContent } from './customer-content.ts'
import type { Endpoint } from './endpoint.ts'
import { isFields, text } from './fields.ts'
import { ok, refuse } from './reply.ts'

/**
 * Sends a customer-service message (seeds/000, seeds/002). The window is checked last and its use is spent
 * with the delivery: no call that fails takes it.
 */
export const customerSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/send',
  needs: 'token',
  answer(body, account) {
    const openId = text(body['touser'])
    if (openId === undefined || !account.users.has(openId)) return refuse(40003)
    const msgtype = text(body['msgtype']) ?? ''
    const check = Object.hasOwn(customerContent, msgtype) ? customerContent[msgtype] : undefined
    if (!check) return refuse(40008)
    const content = body[msgtype]
    if (!isFields(content)) return refuse(40035)
    const refusal = check(content, account)
    if (refusal) return refusal

    const standing = account.customerWindows.check(openId)
    if (standing === 'closed') return refuse(45015)
    if (standing === 'used up') return refuse(45047)

    account.customerWindows.spend(openId)
    account.typing.message(openId)
    account.inbox.deliver(openId, 'customer', body)
    return ok()
  },
}
