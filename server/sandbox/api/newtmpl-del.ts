import type { Endpoint } from './endpoint.ts'
import { text } from './fields.ts'
import { ok, refuse } from './reply.ts'

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
