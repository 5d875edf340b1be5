/** Shares and the groups that they reach. */
import { listPages, sharePages } from '../../rules/requests.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute, queryOf } from '../route.ts'
import { partial } from '../schemas/schema.ts'
import * as schemas from '../schemas/shares.ts'

export const getGroups = operatorRoute(
  'GET /v1/groups',
  'read',
  {
    summary: 'Groups, with how many of their members were seen',
    audit: 'byMinute',
    query: queryOf(schemas.groupsQuery),
    replies: {
      200: {
        description: 'The group that became known last comes first.',
        schema: schemas.groupsReply,
      },
    },
  },
  async ({ query, app }, { store }) => {
    const page = { limit: listPages.defaultLimit, ...query }
    return { status: 200, body: await store.findGroups(app.appId, page) }
  },
)

export const getGroup = operatorRoute(
  'GET /v1/groups/:openGId',
  'read',
  {
    summary: 'A group: its members, shares and arrivals',
    audit: 'byMinute',
    query: queryOf(schemas.groupQuery),
    replies: {
      200: { description: 'The group, newest arrivals first.', schema: schemas.groupReply },
    },
  },
  async ({ params, query, app }, { store }) => {
    const group = await store.findGroup(app.appId, params.openGId!, {
      limit: sharePages.group.defaultLimit,
      ...query,
    })
    if (!group) throw new ProblemError(404, 'not_found', 'This app has no such group.')
    return { status: 200, body: group }
  },
)

export const getShares = operatorRoute(
  'GET /v1/shares',
  'read',
  {
    summary: 'Shares, of a user or in a group',
    audit: 'byMinute',
    query: queryOf(schemas.sharesQuery),
    replies: {
      200: {
        description: `The share that became known last comes first. ${partial}`,
        schema: schemas.sharesReply,
      },
    },
  },
  async ({ query, app }, { store }) => {
    const page = { limit: listPages.defaultLimit, ...query }
    return { status: 200, body: await store.findShares(app.appId, page) }
  },
)

export const getShare = operatorRoute(
  'GET /v1/shares/:shareId',
  'read',
  {
    summary: 'A share and the tree under it',
    audit: 'byMinute',
    query: queryOf(schemas.shareQuery),
    replies: { 200: { description: 'The tree, breadth first.', schema: schemas.shareReply } },
  },
  async ({ params, query, app }, { store }) => {
    const page = {
      depth: sharePages.maxDepth,
      limit: sharePages.share.defaultLimit,
      ...query,
    }
    const share = await store.findShare(app.appId, params.shareId!, page)
    if (!share) throw new ProblemError(404, 'not_found', 'This app has no such share.')
    return { status: 200, body: share }
  },
)
