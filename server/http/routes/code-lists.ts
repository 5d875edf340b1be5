/** The codes that were asked for, and their images. */
import type { ListedCode } from '../../../shared/wire/index.ts'
import { listPages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type { ListedCodeRow } from '../../store/store.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/codes.ts'
import { partial } from '../schemas/schema.ts'

export const getCodes = operatorRoute(
  'GET /v1/codes',
  'read',
  {
    summary: 'Codes with what they were asked for, their payloads and how often they were opened',
    audit: 'byMinute',
    query: queryOf(schemas.codesQuery),
    replies: {
      200: {
        description: `The code that was asked for last comes first. ${partial}`,
        schema: schemas.codesReply,
      },
    },
  },
  async ({ query, app }, { store }) => {
    const page = { limit: listPages.defaultLimit, ...query }
    const { codes, ...next } = await store.findCodes(app.appId, page)
    return { status: 200, body: { codes: codes.map(toListed), ...next } }
  },
)

function toListed({ id, askedMs, madeMs, payload, ...row }: ListedCodeRow): ListedCode {
  return {
    id: String(id),
    ...row,
    askedAt: iso(askedMs),
    ...(madeMs !== undefined && { madeAt: iso(madeMs) }),
    ...(payload !== undefined && { payload: JSON.parse(payload) as unknown }),
  }
}

export const getCodeImage = operatorRoute(
  'GET /v1/codes/:id/image',
  'read',
  {
    summary: 'The image of a code that was made. It calls nobody',
    replies: {
      200: { description: 'The image.', contentTypes: ['image/jpeg', 'image/png'] },
    },
  },
  async ({ params, app }, { store }) => {
    const { id = '' } = params
    const code = /^\d{1,15}$/.test(id)
      ? await store.findCodeImage(app.appId, Number(id))
      : undefined
    if (!code) throw new ProblemError(404, 'not_found', 'This app has no image of that code.')
    return {
      status: 200,
      body: code.bytes,
      headers: {
        'Content-Type': code.contentType,
        'X-Content-Type-Options': 'nosniff',
        // It never changes: an image is stored for ever.
        'Cache-Control': 'private, max-age=31536000, immutable',
      },
    }
  },
)
