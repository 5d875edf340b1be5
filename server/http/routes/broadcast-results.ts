/** What came of a broadcast. */
import { broadcastResults } from '../../../shared/codes.ts'
import { bucketsOf, sumResults } from '../../broadcasts/results.ts'
import { csvReply } from '../csv.ts'
import { operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/broadcast-results.ts'
import { findOr404 } from './broadcasts.ts'

export const getBroadcastResults = operatorRoute(
  'GET /v1/broadcasts/:id/results',
  'read',
  {
    summary: 'What came of a broadcast: sent, delivered, opened, asked again; and in time',
    audit: 'byMinute',
    query: queryOf(schemas.resultsQuery),
    replies: {
      200: {
        description:
          'Counted as it comes. `opened`: recipients who opened the notice within seven days. ' +
          '`renewed`: those of whom a right to send arose within seven days after that. ' +
          '`compared`: with `holdout`, how many of the first 10,000 recipients were active in ' +
          'the seven days from its start.',
        schema: schemas.resultsReply,
        contentTypes: ['text/csv'],
      },
    },
  },
  async ({ params, query, app }, { store }) => {
    const row = await findOr404(store, app, params.id)
    const { by = 'hour' } = query
    const counts = await store.findResults(row.number)
    const buckets = bucketsOf(broadcastResults, counts, by)
    if (query.format) return bucketsReply(broadcastResults, buckets)
    const fromMs = row.startedAtMs ?? row.createdAtMs
    const isCompared = row.counts.heldOut > 0
    const body = {
      id: row.id,
      counts: row.counts,
      reasons: await store.countReasons(row.number),
      totals: sumResults(broadcastResults, counts),
      by,
      buckets,
      ...(isCompared && {
        compared: await store.compareHeldOut({ broadcast: row.number, fromMs }),
      }),
    }
    return { status: 200, body }
  },
)

export const bucketsReply = <Result extends string>(
  results: readonly Result[],
  buckets: readonly ({ at: string } & Record<Result, number>)[],
) =>
  csvReply(
    ['at', ...results],
    [buckets.map((bucket) => [bucket.at, ...results.map((result) => bucket[result])])],
  )
