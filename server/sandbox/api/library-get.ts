import { library } from '../rules/library.ts'
import type { Endpoint } from './endpoint.ts'
import { ok, refuse } from './reply.ts'

/** The keywords of one title (seeds/001 模版消息管理 2). The page names no error; an unknown id is 40037. */
export const libraryGet: Endpoint = {
  method: 'POST',
  path: '/cgi-bin/wxopen/template/library/get',
  needs: 'token',
  editions: ['2018'],
  answer(body) {
    const found = library.find(({ id }) => id === body['id'])
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
