import { categories, publicTemplates } from '../rules/public-templates.ts'
import type { Endpoint } from './endpoint.ts'
import { text, whole } from './fields.ts'
import { ok, refuse } from './reply.ts'

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
