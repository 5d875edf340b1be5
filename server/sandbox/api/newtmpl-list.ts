import type { Endpoint } from './endpoint.ts'
import { ok } from './reply.ts'

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
