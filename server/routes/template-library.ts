/** The library of titles (模板库) from which templates are made. */
import { libraryQuery } from '../schemas/templates.ts'
import * as replies from '../schemas/template-replies.ts'
import { operatorRoute, queryOf } from './route.ts'
import { answered, found, idOf } from './wechat-answer.ts'

export const getLibrary = operatorRoute(
  'GET /v1/template-library',
  'read',
  {
    summary: 'The titles from which templates are made',
    query: queryOf(libraryQuery),
    replies: { 200: { description: 'One page of titles.', schema: replies.library } },
  },
  async ({ query, app }, { wechat }) => {
    const page = { offset: 0, count: 20, ...query }
    return { status: 200, body: answered(await wechat(app.appId).listLibrary(page)) }
  },
)

const noTitle = 'The library has no such title: see GET /v1/template-library.'

export const getLibraryTitle = operatorRoute(
  'GET /v1/template-library/:id',
  'read',
  {
    summary: 'One title and the keywords to choose from',
    replies: { 200: { description: 'The title.', schema: replies.libraryTitle } },
  },
  async ({ params, app }, { wechat }) => {
    const reply = await wechat(app.appId).getLibraryTitle(idOf(params.id, noTitle))
    return { status: 200, body: found(reply, noTitle) }
  },
)
