import { categories } from '../rules/public-templates.ts'
import type { Endpoint } from './endpoint.ts'
import { ok } from './reply.ts'

/** The categories of the account (platform, newtmpl getcategory). */
export const newtmplCategory: Endpoint = {
  method: 'GET',
  path: '/wxaapi/newtmpl/getcategory',
  needs: 'token',
  editions: ['2026'],
  answer: () => ok({ data: categories }),
}
