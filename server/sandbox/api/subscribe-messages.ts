/** Subscribe messages (订阅消息), the account's templates and the public ones (newtmpl). */
import { sentEvent } from '../push/message.ts'
import { categories, publicTemplates } from '../rules/public-templates.ts'
import { dataProblem } from '../rules/subscribe-data.ts'
import type { Template } from '../state/templates.ts'
import { isFields, ok, refuse, text, whole, type Endpoint, type Refusal } from './endpoint.ts'

/**
 * Sends a subscribe message (platform, subscribe messages). The consent is checked last and its use
 * is spent with the delivery: a refused call never spends it. The event that reports the delivery
 * is pushed after the reply.
 */
export const subscribeSend: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/message/subscribe/send',
  needs: 'token',
  editions: ['2026'],
  handle(body, account) {
    const openId = account.users.find(text(body['touser']))
    if (openId === undefined) return refuse(40003)
    const template = account.templates.find(text(body['template_id']) ?? '', 'subscribe')
    if (!template) return refuse(40037)
    const page = body['page'] ?? ''
    // A leading slash is allowed here: callers write both forms.
    if (typeof page !== 'string') return refuse(41030)
    if (page !== '' && !account.pages.exists(page.replace(/^\//, ''))) return refuse(41030)
    const invalid = checkData(body['data'], template)
    if (invalid) return invalid

    const consent = account.subscriptions.check(openId, template)
    if (consent === 'banned') return refuse(43107)
    if (consent === 'none') return refuse(43101)

    account.subscriptions.spend(openId, template)
    account.inbox.deliver(openId, 'subscribe', body)
    const msgid = account.pusher.newMsgId()
    void account.pusher.push(sentEvent(openId, template.templateId, msgid))
    return ok({ msgid })
  },
}

/** Checks every field in its order and names the first that is wrong. */
function checkData(data: unknown, { keys }: Template): Refusal | undefined {
  if (!isFields(data)) return refuse(47003, ' data is emtpy')
  for (const key of new Set([...keys, ...Object.keys(data)])) {
    const field = data[key]
    const problem = dataProblem(key, isFields(field) ? text(field['value']) : undefined)
    if (problem !== undefined) return refuse(47003, ` ${problem}`)
  }
  return undefined
}

/** Lists the categories of the account (platform, newtmpl getcategory). */
export const newtmplCategory: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getcategory',
  needs: 'token',
  editions: ['2026'],
  handle: () => ok({ data: categories }),
}

/**
 * Lists the public titles of some categories, by pages (platform, newtmpl getpubtemplatetitles).
 */
export const newtmplTitles: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getpubtemplatetitles',
  needs: 'token',
  editions: ['2026'],
  handle(query, account) {
    // The page's example has quotes around them: ids="2,616".
    const ids = text(query['ids'])?.replaceAll('"', '').split(',').map(whole)
    if (!ids) return refuse(200018)
    if (!ids.some((id) => categories.some((category) => category.id === id))) return refuse(200019)
    const [start, limit] = [whole(query['start']), whole(query['limit'])]
    if (start === undefined) return refuse(200016)
    if (limit === undefined || limit > account.limits().titlesPerPage) return refuse(200017)
    const found = publicTemplates.filter(({ categoryId }) => ids.includes(categoryId))
    const data = found.slice(start, start + limit).map(({ tid, title, type, categoryId }) => {
      return { tid, title, type, categoryId: String(categoryId) }
    })
    return ok({ count: found.length, data })
  },
}

/** Lists the keywords of a public title (platform, newtmpl getpubtemplatekeywords). */
export const newtmplKeywords: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getpubtemplatekeywords',
  needs: 'token',
  editions: ['2026'],
  handle(query) {
    const found = publicTemplates.find(({ tid }) => tid === whole(query['tid']))
    if (!found) return refuse(200014)
    return ok({ count: found.keywords.length, data: found.keywords })
  },
}

/**
 * Adds a template of a title and some of its keywords, in their order (platform, newtmpl
 * addtemplate). The page requires form-urlencoded, with `kidList` repeated; SDKs send JSON, which
 * is accepted too.
 */
export const newtmplAdd: Endpoint = {
  method: 'POST',
  path: '/wxaapi/newtmpl/addtemplate',
  needs: 'token',
  takes: 'form',
  editions: ['2026'],
  handle(body, account) {
    const found = publicTemplates.find(({ tid }) => tid === whole(body['tid']))
    if (!found) return refuse(200014)
    const { min, max } = account.limits().kidsPerTemplate
    const kids = Array.isArray(body['kidList']) ? body['kidList'].map(whole) : []
    if (kids.length < min || kids.length > max || new Set(kids).size < kids.length) {
      return refuse(200020)
    }
    const keywords = kids.flatMap((kid) => found.keywords.find((each) => each.kid === kid) ?? [])
    if (keywords.length < kids.length) return refuse(200020)
    const scene = body['sceneDesc'] ?? ''
    if (typeof scene !== 'string' || [...scene].length > account.limits().sceneDescription) {
      return refuse(200021)
    }
    const { templateId } = account.templates.add({
      channel: 'subscribe',
      title: found.title,
      type: found.type,
      keywords: keywords.map(({ kid, name, example, rule }) => {
        return { name, example, key: `${rule}${kid}` }
      }),
    })
    return ok({ priTmplId: templateId })
  },
}

/** Lists the templates of the account (platform, newtmpl gettemplate). */
export const newtmplList: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/gettemplate',
  needs: 'token',
  editions: ['2026'],
  handle: (_query, account) =>
    ok({
      data: account.templates
        .list('subscribe')
        .map(({ templateId, title, content, example, type }) => {
          return { priTmplId: templateId, title, content, example, type }
        }),
    }),
}

/** Deletes a template of the account (platform, newtmpl deltemplate). */
export const newtmplDelete: Endpoint = {
  method: 'POST',
  path: '/wxaapi/newtmpl/deltemplate',
  needs: 'token',
  takes: 'form',
  editions: ['2026'],
  handle(body, account) {
    const deleted = account.templates.delete(text(body['priTmplId']) ?? '', 'subscribe')
    return deleted ? ok() : refuse(40037)
  },
}
