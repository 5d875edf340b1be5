import { sentEvent } from '../push/message.ts'
import { categories, publicTemplates } from '../rules/public-templates.ts'
import { problemOf } from '../rules/subscribe-data.ts'
import type { Template } from '../state/templates.ts'
import { isFields, text, ok, refuse, type Refusal, whole } from './endpoint.ts'
import type { Endpoint } from './endpoint.ts'

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

/** The categories of the account (platform, newtmpl getcategory). */
export const newtmplCategory: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getcategory',
  needs: 'token',
  editions: ['2026'],
  answer: () => ok({ data: categories }),
}

/** The public titles of some categories, by pages (platform, newtmpl getpubtemplatetitles). */
export const newtmplTitles: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getpubtemplatetitles',
  needs: 'token',
  editions: ['2026'],
  answer(query, account) {
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

/** The keywords of a public title (platform, newtmpl getpubtemplatekeywords). */
export const newtmplKeywords: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getpubtemplatekeywords',
  needs: 'token',
  editions: ['2026'],
  answer(query) {
    const found = publicTemplates.find(({ tid }) => tid === whole(query['tid']))
    if (!found) return refuse(200014)
    return ok({ count: found.keywords.length, data: found.keywords })
  },
}

/**
 * Adds a template of a title and some of its keywords, in their order (platform, newtmpl addtemplate). The
 * page asks for form-urlencoded, with `kidList` once for each; the SDKs send JSON, which is taken too.
 */
export const newtmplAdd: Endpoint = {
  method: 'POST',
  path: '/wxaapi/newtmpl/addtemplate',
  needs: 'token',
  takes: 'form',
  editions: ['2026'],
  answer(body, account) {
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
      title: found.title,
      type: found.type,
      keywords: keywords.map(({ kid, name, example, rule }) => {
        return { name, example, key: `${rule}${kid}` }
      }),
    })
    return ok({ priTmplId: templateId })
  },
}

/** The templates that the account holds (platform, newtmpl gettemplate). */
export const newtmplList: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/gettemplate',
  needs: 'token',
  editions: ['2026'],
  answer: (_query, account) =>
    ok({
      data: account.templates.list().map(({ templateId, title, content, example, type }) => {
        return { priTmplId: templateId, title, content, example, type }
      }),
    }),
}

/** Deletes a template of the account (platform, newtmpl deltemplate). */
export const newtmplDel: Endpoint = {
  method: 'POST',
  path: '/wxaapi/newtmpl/deltemplate',
  needs: 'token',
  takes: 'form',
  editions: ['2026'],
  answer(body, account) {
    return account.templates.delete(text(body['priTmplId']) ?? '') ? ok() : refuse(40037)
  },
}
