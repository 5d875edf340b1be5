import type { Account } from '../state/account.ts'
import type { Endpoint } from './endpoint.ts'
import { text, type Fields } from './fields.ts'
import { ok, refuse, type Reply } from './reply.ts'

/** Shows or hides that customer service is typing (platform, 客服输入状态). The address moved. */
export const typing: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/typing',
  needs: 'token',
  editions: ['2018'],
  answer: setTyping,
}

export const businessTyping: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/custom/business/typing',
  needs: 'token',
  editions: ['2026'],
  answer: setTyping,
}

function setTyping(body: Fields, account: Account): Reply {
  const openId = text(body['touser'])
  if (openId === undefined || !account.users.has(openId)) return refuse(40003)
  const { command } = body
  if (command !== 'Typing' && command !== 'CancelTyping') return refuse(45072)
  if (account.customerWindows.check(openId) === 'closed') return refuse(45015)
  if (command === 'CancelTyping') {
    account.typing.cancel(openId)
    return ok()
  }
  const standing = account.typing.standing(openId)
  if (standing === 'typing') return refuse(45081)
  if (standing === 'silent') return refuse(45080)
  account.typing.begin(openId)
  return ok()
}
