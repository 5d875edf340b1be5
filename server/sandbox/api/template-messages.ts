/** Template messages (模板消息), the account's templates and the library that they are made from. */
import type { Limits } from '../rules/limits.ts'
import type { Account } from '../state/account.ts'
import { isFields, isRefusal, members, ok, refuse, text, whole } from './endpoint.ts'
import type { Endpoint, Fields, Refusal, Reply } from './endpoint.ts'

/** All calls that send template messages share a daily limit, which counts refused ones, too. */
export const templateSending = {
  method: 'POST',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  daily: ({ templateSends }) => templateSends,
  admit: ({ templateSends }) => (templateSends.spend() ? undefined : refuse(45009)),
} as const satisfies Partial<Endpoint>

/** Sends a template message (seeds/001 发送模板消息). */
export const templateSend: Endpoint = {
  ...templateSending,
  path: '/cgi-bin/message/wxopen/template/send',
  handle(body: Fields, account: Account) {
    const openId = account.users.find(text(body['touser']))
    if (openId === undefined) return refuse(40003)
    return sendByForm(openId, body, body, account)
  },
}

/**
 * The form_id is checked last and spent with the delivery: a refused call never spends it. `data`
 * may be absent (an empty template), and so may `page` (a tap has no effect).
 *
 * @param body of the call
 */
export function sendByForm(openId: string, message: Fields, body: Fields, account: Account): Reply {
  const templateId = text(message['template_id'])
  if (!account.templates.find(templateId ?? '', 'template')) return refuse(40037)
  const page = message['page'] ?? ''
  if (page !== '' && !(typeof page === 'string' && account.pages.exists(page))) {
    return refuse(41030)
  }
  if (!isData(message['data'])) return refuse(47001)

  const formId = text(message['form_id'])
  if (formId === undefined) return refuse(41028)
  const right = account.rights.check(formId, openId)
  if (right === 'unknown') return refuse(41028)
  if (right === 'used') return refuse(41029)

  account.rights.spend(formId)
  if (account.users.showsTemplateMessages(openId)) {
    account.inbox.deliver(openId, 'template', body)
  }
  return ok()
}

/** Whether each member is an object, as `{value}`. Absent data have none. */
export function isData(value: unknown): boolean {
  const data = members(value)
  return data !== undefined && Object.values(data).every(isFields)
}

/** Lists the titles of the library (seeds/001 模版消息管理 1). */
export const libraryList: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/library/list',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  handle(body, account) {
    const page = pageOf(account.library.titles(), body, account.limits())
    if (isRefusal(page)) return page
    return ok({
      list: page.map(({ id, title }) => ({ id, title })),
      total_count: account.library.titles().length,
    })
  },
}

/**
 * Lists the keywords of one title (seeds/001 模版消息管理 2). The page names no error; an unknown id
 * is 40037.
 */
export const libraryGet: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/library/get',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  handle(body, account) {
    const found = account.library.titles().find(({ id }) => id === body['id'])
    if (!found) return refuse(40037)
    return ok({
      id: found.id,
      title: found.title,
      keyword_list: found.keywords.map(({ id, name, example }) => ({
        keyword_id: id,
        name,
        example,
      })),
    })
  },
}

/**
 * Adds a template of a title and some of its keywords, in the order in which they are named
 * (seeds/001 模版消息管理 3). The page names no error: an unknown title is 40037, wrong keywords are
 * 40035.
 */
export const templateAdd: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/add',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  handle(body, account) {
    const found = account.library.titles().find(({ id }) => id === body['id'])
    if (!found) return refuse(40037)
    const ids = body['keyword_id_list']
    if (!Array.isArray(ids) || ids.length === 0) return refuse(40035)
    if (ids.length > account.limits().keywordsPerTemplate) return refuse(40035)
    const keywords = ids.flatMap((id) => found.keywords.find((each) => each.id === whole(id)) ?? [])
    if (keywords.length < ids.length || new Set(keywords).size < ids.length) return refuse(40035)
    const { templateId } = account.templates.add({
      channel: 'template',
      title: found.title,
      keywords,
    })
    return ok({ template_id: templateId })
  },
}

/** Lists the templates of the account (seeds/001 模版消息管理 4). */
export const templateList: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/list',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  handle(body, account) {
    const page = pageOf(account.templates.list('template'), body, account.limits())
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

/** Deletes a template of the account (seeds/001 模版消息管理 5). */
export const templateDelete: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/del',
  needs: 'token',
  editions: ['2018'],
  shutByPenalty: true,
  handle(body, account) {
    const deleted = account.templates.delete(text(body['template_id']) ?? '', 'template')
    return deleted ? ok() : refuse(40037)
  },
}

/**
 * The part of a list that `offset` and `count` select; both are required (seeds/001 模版消息管理 1, 4).
 */
function pageOf<Item>(list: readonly Item[], body: Fields, limits: Limits): Item[] | Refusal {
  const [offset, count] = [whole(body['offset']), whole(body['count'])]
  if (offset === undefined || count === undefined || count > limits.listCount) return refuse(40035)
  return list.slice(offset, offset + count)
}
