import { publicTemplates } from '../rules/public-templates.ts'
import type { Endpoint } from './endpoint.ts'
import { whole } from './fields.ts'
import { ok, refuse } from './reply.ts'

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
