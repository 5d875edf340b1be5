/** Messages to many users: made, watched, paused and cancelled. */
import type {
  Broadcast,
  BroadcastRequest,
  BroadcastWithCounts,
} from '../../../shared/wire/index.ts'
import { messageOf, planOf, readPlan, windowReply, writePlan } from '../../broadcasts/plan.ts'
import { broadcastRules } from '../../rules/broadcasts.ts'
import { listPages } from '../../rules/requests.ts'
import { sendRules } from '../../rules/sending.ts'
import { day, minute } from '../../rules/time.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import { hashOfRequest, sha256 } from '../../runtime/encoding.ts'
import { iso } from '../../runtime/world.ts'
import type { BroadcastMove, BroadcastRow } from '../../store/store.ts'
import { mayReadContent } from '../callers.ts'
import { ProblemError } from '../problems.ts'
import { operatorRoute, queryOf, type Route } from '../route.ts'
import * as schemas from '../schemas/broadcasts.ts'
import type { Services } from '../services.ts'
import { readIdempotencyKey } from './messages.ts'

const { startAheadMs, mostMs, idPrefix, idBytes } = broadcastRules

export const postBroadcast = operatorRoute(
  'POST /v1/broadcasts',
  'send',
  {
    summary: 'Send one text to many users, each once',
    audit: 'each',
    headers: {
      'Idempotency-Key': {
        description:
          'One of your own for each broadcast: 1 to ' +
          `${sendRules.maxKeyCharacters} visible ASCII characters.`,
        required: true,
      },
    },
    body: { schemas: schemas.broadcastRequests, decode: schemas.decodeBroadcastRequest },
    replies: {
      200: {
        description: 'With `dryRun`: what it would reach. Nothing is made.',
        schema: schemas.broadcastForecast,
      },
      201: {
        description:
          'With the audience `holders` it begins by itself; with `list` it is a draft, to which ' +
          'recipients are uploaded before it is started.',
        schema: schemas.broadcast,
      },
    },
  },
  async (request, { store, world, forecasts }) => {
    const { body, app, key, trace } = request
    const nowMs = world.clock.now()
    const moments = readMoments(body, nowMs)
    if (body.dryRun) {
      const forecast = await forecasts.ofPlan(app, planOf(body), moments)
      return { status: 200, body: forecast, concerns: 'nothing' }
    }
    const { requestId, network } = trace
    const created = await store.createBroadcast({
      appId: app.appId,
      id: idPrefix + world.random(idBytes).toString('base64url'),
      keyHash: sha256(readIdempotencyKey(request)),
      bodyHash: hashOfRequest(body),
      plan: writePlan(planOf(body)),
      nowMs,
      ...moments,
      from: body.audience.from,
      sentBy: { keyId: key.id, requestId, network },
    })
    if (created.was === 'conflict') {
      const detail =
        'This Idempotency-Key was used for another broadcast: a new broadcast needs a new key.'
      throw new ProblemError(422, 'idempotency_conflict', detail)
    }
    return {
      status: 201,
      body: replyOf(created.broadcast, nowMs),
      concerns: { object: created.broadcast.id },
      ...(created.was === 'replayed' && { headers: { 'Idempotency-Replayed': 'true' } }),
    }
  },
)

export const getBroadcasts = operatorRoute(
  'GET /v1/broadcasts',
  'read',
  {
    summary: 'Broadcasts, by their state',
    audit: 'byMinute',
    query: queryOf(schemas.broadcastsQuery),
    replies: { 200: { description: 'Newest first.', schema: schemas.broadcastsReply } },
  },
  async ({ query, app }, { store, world }) => {
    const page = { ...query, limit: query.limit ?? listPages.defaultLimit }
    const { broadcasts, ...next } = await store.findBroadcasts(app.appId, page)
    const nowMs = world.clock.now()
    return {
      status: 200,
      body: { broadcasts: broadcasts.map((row) => replyOf(row, nowMs)), ...next },
    }
  },
)

export const getBroadcast = operatorRoute(
  'GET /v1/broadcasts/:id',
  'read',
  {
    summary: 'A broadcast, with its counts by outcome and reason, its rate and expected end',
    audit: 'byMinute',
    replies: { 200: { description: 'As it stands now.', schema: schemas.broadcastWithCounts } },
  },
  async ({ params, app, key }, { store, world }) => {
    const row = await findOr404(store, app, params.id)
    const nowMs = world.clock.now()
    const reasons = await store.countReasons(row.number)
    const body: BroadcastWithCounts = {
      ...replyOf(row, nowMs),
      reasons,
      rate: row.perMinute,
      ...expectedEnd(row, nowMs),
      ...(mayReadContent(key) && { content: { ...messageOf(row.plan) } }),
    }
    return { status: 200, body }
  },
)

export const getBroadcastForecast = operatorRoute(
  'GET /v1/broadcasts/:id/forecast',
  'read',
  {
    summary: 'What a broadcast would do now: whom it reaches, what it uses, how long it takes',
    audit: 'byMinute',
    replies: {
      200: {
        description: 'Of the recipients that wait; of its users, while they are not chosen yet.',
        schema: schemas.broadcastForecast,
      },
    },
  },
  async ({ params, app }, { store, forecasts }) => {
    const row = await findOr404(store, app, params.id)
    if (row.state === 'done' || row.state === 'cancelled') {
      const detail = `The broadcast is ${row.state}: nothing of it is left to send.`
      throw new ProblemError(409, 'broadcast_state', detail)
    }
    return { status: 200, body: await forecasts.ofBroadcast(app, row) }
  },
)

function expectedEnd({ state, counts, perMinute }: BroadcastRow, nowMs: number) {
  if (state !== 'running' || perMinute === 0) return {}
  return { expectedEnd: iso(nowMs + Math.ceil((counts.waiting / perMinute) * minute)) }
}

const participles: Record<BroadcastMove, string> = {
  start: 'started',
  pause: 'paused',
  resume: 'resumed',
  cancel: 'cancelled',
}

/** @param already states in which there is nothing left to do */
const moveRoute = (
  to: BroadcastMove,
  summary: string,
  { done, already }: { done: string; already: readonly BroadcastRow['state'][] },
): Route =>
  operatorRoute(
    `POST /v1/broadcasts/:id/${to}`,
    'send',
    {
      summary,
      audit: 'each',
      replies: { 200: { description: done, schema: schemas.broadcast } },
    },
    async ({ params, app: { appId } }, { store, world }) => {
      const { id = '' } = params
      const nowMs = world.clock.now()
      const moved = await store.moveBroadcast({ appId, id, to, nowMs })
      if (!moved) throw notFound()
      const { broadcast, changed } = moved
      if (!changed && !already.includes(broadcast.state)) {
        const detail = `The broadcast is ${broadcast.state}: it cannot be ${participles[to]}.`
        throw new ProblemError(409, 'broadcast_state', detail)
      }
      return { status: 200, body: replyOf(broadcast, nowMs), concerns: { object: id } }
    },
  )

export const postBroadcastStart = moveRoute('start', 'Start a draft', {
  done: 'It runs, or waits for its `startAt`.',
  already: ['scheduled', 'running'],
})

export const postBroadcastPause = moveRoute('pause', 'Pause a broadcast', {
  done: 'No further message begins after half a second. Those under way go out.',
  already: ['paused'],
})

export const postBroadcastResume = moveRoute('resume', 'Resume a broadcast that is paused', {
  done: 'It goes on where it stopped.',
  already: ['scheduled', 'running'],
})

export const postBroadcastCancel = moveRoute('cancel', 'Cancel a broadcast', {
  done: 'No further message begins after half a second. Who waits is never sent to.',
  already: ['cancelled'],
})

export async function findOr404(
  store: Services['store'],
  { appId }: ReachApp,
  id = '',
): Promise<BroadcastRow> {
  const row = await store.findBroadcast(appId, id)
  if (!row) throw notFound()
  return row
}

const notFound = () => new ProblemError(404, 'not_found', 'This app has no broadcast of that id.')

/** A start that has passed is no error: the request may be a retry. */
function readMoments({ startAt, deadline, audience }: BroadcastRequest, nowMs: number) {
  const startAtMs = startAt === undefined ? undefined : Date.parse(startAt)
  const deadlineMs = deadline === undefined ? undefined : Date.parse(deadline)
  const refuse = (path: string, message: string) => {
    const errors = [{ path, message }]
    return new ProblemError(400, 'invalid_body', 'The body has a bad field: see errors.', {
      errors,
    })
  }
  if (startAtMs !== undefined && startAtMs > nowMs + startAheadMs) {
    throw refuse('/startAt', `must be at most ${startAheadMs / day} days ahead`)
  }
  if (deadlineMs !== undefined && deadlineMs > Math.max(nowMs, startAtMs ?? nowMs) + mostMs) {
    throw refuse('/deadline', `must be at most ${mostMs / day} days after the start`)
  }
  if ('activeSince' in audience && Date.parse(audience.activeSince!) > nowMs) {
    throw refuse('/audience/activeSince', 'must not be in the future')
  }
  return { ...(startAtMs !== undefined && { startAtMs }), ...(deadlineMs && { deadlineMs }) }
}

export function replyOf(row: BroadcastRow, nowMs: number): Broadcast {
  const plan = readPlan(row.plan)
  const { channel, templateId } = plan.message
  const moment = (name: string, ms: number | undefined) =>
    ms === undefined ? {} : { [name]: iso(ms) }
  const isHeld = row.reason !== undefined && row.state === 'running' && row.dueMs > nowMs
  return {
    id: row.id,
    ...(plan.name !== undefined && { name: plan.name }),
    channel,
    templateId,
    state: row.state,
    audience: plan.audience,
    counts: row.counts,
    createdAt: iso(row.createdAtMs),
    ...moment('startAt', row.startAtMs),
    ...moment('startedAt', row.startedAtMs),
    ...moment('endedAt', row.endedAtMs),
    ...moment('deadline', row.deadlineMs),
    ...(plan.sendWindow && { sendWindow: windowReply(plan.sendWindow) }),
    ...(plan.perMinute !== undefined && { perMinute: plan.perMinute }),
    ...(plan.spreadOverMs !== undefined && { spreadOver: plan.spreadOverMs / minute }),
    ...(plan.holdout !== undefined && { holdout: plan.holdout }),
    ...(row.reason !== undefined && { reason: row.reason }),
    ...(isHeld && { heldUntil: iso(row.dueMs) }),
  }
}
