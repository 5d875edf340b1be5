/** The recipients of a broadcast: uploaded in parts, and listed with what became of them. */
import type { RecipientState } from '../../../shared/codes.ts'
import type { BroadcastRecipient, RecipientsAdded } from '../../../shared/wire/index.ts'
import { compose, readPlan, type BroadcastPlan } from '../../broadcasts/plan.ts'
import {
  readRecipients,
  type Recipient,
  type RecipientLine,
} from '../../broadcasts/recipient-lines.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { listPages } from '../../rules/requests.ts'
import { iso } from '../../runtime/world.ts'
import type {
  BroadcastNumber,
  BroadcastStore,
  NewRecipient,
  RecipientRow,
} from '../../store/store.ts'
import { checkSubscribeData } from '../../subscribe/check-data.ts'
import { csvReply } from '../csv.ts'
import { ProblemError } from '../problems.ts'
import { bytesOf, operatorRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/broadcasts.ts'
import { partial } from '../schemas/schema.ts'
import { findOr404 } from './broadcasts.ts'

const { addedAtOnce, maxProblems, maxUploadBytes, maxUploadLines } = broadcastRules

export const postBroadcastRecipients = operatorRoute(
  'POST /v1/broadcasts/:id/recipients',
  'send',
  {
    summary: 'Upload recipients of a draft, in parts',
    audit: 'each',
    query: queryOf(schemas.uploadQuery),
    body: bytesOf({
      maxBytes: maxUploadBytes,
      contentTypes: ['application/x-ndjson', 'text/csv'],
    }),
    replies: {
      200: {
        description:
          'Its good lines are recipients, each user once. A part that is sent again changes ' +
          'nothing, so that an upload goes on with the last part.',
        schema: schemas.recipientsAdded,
      },
    },
  },
  async ({ params, query, body: part, app }, { store }) => {
    const row = await findOr404(store, app, params.id)
    const plan = readPlan(row.plan)
    if (countLines(part) > maxUploadLines) throw tooManyLines()
    const added = { added: 0, known: 0, bad: 0, problems: [] as RecipientsAdded['problems'] }
    let some: NewRecipient[] = []
    const add = async () => {
      const { holdout } = plan
      const result = await store.addRecipients({ broadcast: row.number, recipients: some, holdout })
      if (!result) throw notDraft()
      added.added += result.added
      added.known += some.length - result.added
      some = []
    }
    for await (const line of readRecipients(query.format ?? 'ndjson', [part])) {
      const problem = problemOf(line, plan)
      if (problem !== undefined) {
        added.bad += 1
        if (added.bad <= maxProblems) added.problems.push({ line: line.line, message: problem })
      } else if ('recipient' in line) some.push(rowOf(line.recipient))
      if (some.length === addedAtOnce) await add()
    }
    await add()
    const { counts } = await findOr404(store, app, params.id)
    return { status: 200, body: { ...added, counts }, concerns: { object: row.id } }
  },
)

const countLines = (part: Buffer) =>
  part.reduce((lines, byte) => (byte === lineFeed ? lines + 1 : lines), 0)
const lineFeed = 0x0a

const tooManyLines = () =>
  new ProblemError(
    400,
    'invalid_body',
    `The part has more than ${maxUploadLines} lines: send it as several parts.`,
  )

const notDraft = () =>
  new ProblemError(
    409,
    'broadcast_state',
    'Recipients are uploaded to a draft, before it is started: make another broadcast.',
  )

function problemOf(line: RecipientLine, plan: BroadcastPlan): string | undefined {
  if ('problem' in line) return line.problem
  const composed = compose(plan, line.recipient)
  if (!composed.ok) return `data lacks ${composed.missing.join(', ')}`
  const { request } = composed
  if (request.channel !== 'subscribe') return undefined
  const [error] = checkSubscribeData(request.data)
  return error && `${error.path.slice(1).replaceAll('/', '.')}, filled, ${error.message}`
}

const rowOf = ({ openId, data, page }: Recipient): NewRecipient => ({
  openId,
  ...(Object.keys(data).length > 0 && { data: JSON.stringify(data) }),
  ...(page !== undefined && { page }),
})

export const getBroadcastRecipients = operatorRoute(
  'GET /v1/broadcasts/:id/recipients',
  'read',
  {
    summary: 'Recipients of a broadcast, by what became of them',
    audit: 'byMinute',
    query: queryOf(schemas.recipientsQuery),
    replies: {
      200: {
        description: `In no order of time. ${partial}`,
        schema: schemas.recipientsReply,
        contentTypes: ['text/csv'],
      },
    },
  },
  async ({ params, query, app }, { store }) => {
    const { number } = await findOr404(store, app, params.id)
    const { format, ...filter } = query
    if (format) return csvReply(columns, rowsOf(store, number, filter.state))
    const page = { ...filter, limit: query.limit ?? listPages.defaultLimit }
    const { recipients, ...next } = await store.findRecipients(number, page)
    return { status: 200, body: { recipients: recipients.map(toReply), ...next } }
  },
)

const toReply = ({ openId, openedAtMs, renewedAtMs, ...rest }: RecipientRow) => ({
  ...(openId !== undefined && { openId }),
  ...rest,
  ...(openedAtMs !== undefined && { openedAt: iso(openedAtMs) }),
  ...(renewedAtMs !== undefined && { renewedAt: iso(renewedAtMs) }),
})

const columns = ['openId', 'state', 'reason', 'messageId', 'openedAt', 'renewedAt'] as const

/** Page by page, so that a million take no more memory than a few. */
async function* rowsOf(store: BroadcastStore, number: BroadcastNumber, state?: RecipientState) {
  let cursor: string | undefined
  do {
    const page = { limit: listPages.maxLimit, ...(state && { state }), ...(cursor && { cursor }) }
    const found = await store.findRecipients(number, page)
    yield found.recipients.map((row) => {
      const reply: BroadcastRecipient = toReply(row)
      return columns.map((name) => reply[name])
    })
    cursor = found.cursor
  } while (cursor !== undefined)
}
