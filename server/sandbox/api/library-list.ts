import { library } from '../rules/library.ts'
import type { Endpoint } from './endpoint.ts'
import { pageOf } from './page-of.ts'
import { isRefusal, ok } from './reply.ts'

/** The titles of the library (seeds/001 模版消息管理 1). */
export const libraryList: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/library/list',
  needs: 'token',
  editions: ['2018'],
  answer(body, account) {
    const page = pageOf(library, body, account.limits())
    if (isRefusal(page)) return page
    return ok({ list: page.map(({ id, title }) => ({ id, title })), total_count: library.length })
  },
}
