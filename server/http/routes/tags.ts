/** What came of rights, by the words (tags) that phones put on them. */
import { tagResults } from '../../../shared/codes.ts'
import { bucketsOf, sumResults } from '../../broadcasts/results.ts'
import { listPages, phoneTexts, tagPages } from '../../rules/requests.ts'
import { hour } from '../../rules/time.ts'
import { retention } from '../../rules/retention.ts'
import { iso } from '../../runtime/world.ts'
import { operatorRoute, queryOf } from '../route.ts'
import { matcher, text } from '../schemas/schema.ts'
import * as schemas from '../schemas/tags.ts'
import { bucketsReply } from './broadcast-results.ts'

const meaning =
  '`granted`: uses of rights that arose with the tag. `ended`: those that ended unused: revoked, ' +
  'rejected, expired. The others are messages that took a use, as they were first settled; ' +
  '`opened` and `renewed` are those of broadcasts. A use with several tags counts for each.'

export const getTags = operatorRoute(
  'GET /v1/tags',
  'read',
  {
    summary: 'Tags of rights, with what came of each',
    audit: 'byMinute',
    query: queryOf(schemas.tagsQuery),
    replies: { 200: { description: `In their order. ${meaning}`, schema: schemas.tagsReply } },
  },
  async ({ query, app }, { store, world }) => {
    const { limit = listPages.defaultLimit, since, ...page } = query
    const sinceMs = firstMs(since, retention.tagResultsMs, world.clock.now())
    const { tags, ...next } = await store.findTags(app.appId, { ...page, limit, sinceMs })
    const totals = tags.map(({ tag, counts }) => ({ tag, totals: sumResults(tagResults, counts) }))
    return { status: 200, body: { since: iso(sinceMs), tags: totals, ...next } }
  },
)

export const getTagResults = operatorRoute(
  'GET /v1/tags/:tag/results',
  'read',
  {
    summary: 'What came of the rights with a tag: sent, opened, asked again; and in time',
    audit: 'byMinute',
    query: queryOf(schemas.tagResultsQuery),
    replies: {
      200: {
        description: `${meaning} Of a tag that is not known, nothing came.`,
        schema: schemas.tagResultsReply,
        contentTypes: ['text/csv'],
      },
    },
  },
  async ({ params, query, app }, { store, world }) => {
    const { tag = '' } = params
    const { by = 'hour', since } = query
    const keptMs = by === 'hour' ? tagPages.hoursMs : retention.tagResultsMs
    const sinceMs = firstMs(since, keptMs, world.clock.now())
    const counts = isTag(tag) ? await store.findTagResults(app.appId, tag, sinceMs) : []
    const buckets = bucketsOf(tagResults, counts, by)
    if (query.format) return bucketsReply(tagResults, buckets)
    const body = {
      tag,
      since: iso(sinceMs),
      totals: sumResults(tagResults, counts),
      by,
      buckets,
    }
    return { status: 200, body }
  },
)

const isTag = matcher(text(phoneTexts.tag))

/** Of an hour: sums are kept by the hour. */
const firstMs = (since: string | undefined, keptMs: number, nowMs: number): number => {
  const wanted = since === undefined ? nowMs - tagPages.defaultMs : Date.parse(since)
  const first = Math.max(wanted, nowMs - keptMs)
  return first - (first % hour)
}
