/** Messages in the name of the mini-program or of its official account (统一服务消息). */
import type { Account } from '../state/account.ts'
import { members, ok, refuse, text } from './endpoint.ts'
import type { Endpoint, Fields, Reply } from './endpoint.ts'
import { isData, sendByForm, templateSending } from './template-messages.ts'

/**
 * Sends the template message of the mini-program, by its form_id, and only where a call has none
 * that of the official account (platform, uniformMessage.send). Retired on 2023-09-20.
 */
export const uniformSend: Endpoint = {
  ...templateSending,
  path: '/cgi-bin/message/wxopen/template/uniform_send',
  retired: 45109,
  handle(body: Fields, account: Account) {
    const openId = account.users.find(text(body['touser']))
    if (openId === undefined) return refuse(40003)
    const ours = members(body['weapp_template_msg'])
    const theirs = members(body['mp_template_msg'])
    if (!ours || !theirs || isEmpty({ ...ours, ...theirs })) return refuse(47001)
    return isEmpty(ours)
      ? sendByOfficialAccount(openId, theirs, body, account)
      : sendByForm(openId, ours, body, account)
  },
}

function sendByOfficialAccount(
  openId: string,
  message: Fields,
  body: Fields,
  { officialAccounts, inbox }: Account,
): Reply {
  const template = officialAccounts.template(
    text(message['appid']) ?? '',
    text(message['template_id']) ?? '',
  )
  if (template === 'not bound') return refuse(40013)
  if (template === 'unknown') return refuse(40037)
  if (!isData(message['data'])) return refuse(47001)
  inbox.deliver(openId, 'officialAccount', body)
  return ok()
}

function isEmpty(fields: Fields): boolean {
  return Object.keys(fields).length === 0
}
