/** The messages that a user can receive now, and credits from payments. */
import type { CreditsReply } from '../../../shared/wire/index.ts'
import { withoutPrepayPrefix } from '../../events/read-event.ts'
import { creditsReply, historyReply, holderReply, newCredit } from '../../ledger/record.ts'
import { historyPage, listPages } from '../../rules/requests.ts'
import { retention } from '../../rules/retention.ts'
import { day } from '../../rules/time.ts'
import type { ReachApp } from '../../runtime/apps.ts'
import { ProblemError } from '../problems.ts'
import { bodyOf, operatorRoute, phoneRoute, queryOf } from '../route.ts'
import type { Services } from '../services.ts'
import * as schemas from '../schemas/credits.ts'
import { partial } from '../schemas/schema.ts'

export const getCredits = operatorRoute(
  'GET /v1/users/:openId/credits',
  'read',
  {
    summary: 'What can be sent to a user now',
    audit: 'byMinute',
    replies: {
      200: {
        description: 'The usable credits. An unknown user has none.',
        schema: schemas.creditsReply,
      },
    },
  },
  async ({ params, app }, deps) => ({
    status: 200,
    body: await creditsOf(deps, app, params.openId!),
  }),
)

export const getRights = phoneRoute(
  'GET /v1/rights',
  {
    summary: 'What the user of this phone can receive now',
    replies: {
      200: {
        description: 'As `canReceive` of a user. What waits on the phone is not counted.',
        schema: schemas.rightsReply,
      },
    },
  },
  async ({ session, app }, deps) => ({
    status: 200,
    body: (await creditsOf(deps, app, session.openId)).canReceive,
  }),
)

async function creditsOf(
  { store, world }: Pick<Services, 'store' | 'world'>,
  { appId, edition }: ReachApp,
  openId: string,
): Promise<CreditsReply> {
  const nowMs = world.clock.now()
  const [rows, suspensions] = await Promise.all([
    store.findCredits(appId, openId, nowMs),
    store.findSuspensions(appId),
  ])
  return creditsReply(rows, { edition, suspensions, nowMs })
}

export const getCreditHistory = operatorRoute(
  'GET /v1/users/:openId/credits/history',
  'read',
  {
    summary: 'The credits of a user with what became of them',
    audit: 'byMinute',
    replies: {
      200: {
        description:
          'The credit that changed last comes first. Credits are kept ' +
          `${retention.endedCreditsMs / day} days after their end. An unknown user has none.`,
        schema: schemas.creditHistoryReply,
      },
    },
  },
  async ({ params, app }, { store }) => {
    const found = await store.findLatestHistory(app.appId, params.openId!, historyPage.changes)
    return { status: 200, body: historyReply(found) }
  },
)

export const getUsers = operatorRoute(
  'GET /v1/users',
  'read',
  {
    summary: 'Who holds a usable credit of a kind or for a template',
    audit: 'byMinute',
    query: queryOf(schemas.usersQuery),
    replies: {
      200: {
        description: `In no order of time, each user once. ${partial}`,
        schema: schemas.usersReply,
      },
    },
  },
  async ({ query, app }, { store, world }) => {
    const nowMs = world.clock.now()
    const page = { limit: listPages.defaultLimit, ...query, nowMs }
    const { users, ...next } = await store.findHolders(app.appId, page)
    return { status: 200, body: { users: users.map(holderReply), ...next } }
  },
)

export const getCreditsSummary = operatorRoute(
  'GET /v1/credits/summary',
  'read',
  {
    summary: 'How many usable credits there are, by kind and template',
    replies: {
      200: { description: 'The sums of `computedAt`.', schema: schemas.creditsSummaryReply },
    },
  },
  async ({ app }, { creditSummaries }) => {
    const found = await creditSummaries.of(app.appId)
    if (found) return { status: 200, body: found }
    const detail = 'The summary is being computed for the first time: ask again.'
    throw new ProblemError(503, 'summary_pending', detail, { retryAfterSeconds: 5 })
  },
)

export const postPaymentCredit = operatorRoute(
  'POST /v1/credits/payment',
  'send',
  {
    summary: 'Record the prepay_id of a payment',
    audit: 'each',
    body: bodyOf(schemas.paymentCreditRequest),
    replies: {
      201: { description: 'Recorded.', schema: schemas.paymentCreditReply },
      200: {
        description: 'This prepay_id was recorded before.',
        schema: schemas.paymentCreditReply,
      },
    },
  },
  async ({ body, app }, { store, world }) => {
    const nowMs = world.clock.now()
    const status = await store.recordCredit({
      appId: app.appId,
      openId: body.openId,
      nowMs,
      credit: newCredit('payment', withoutPrepayPrefix(body.prepayId), nowMs, app.edition),
    })
    return {
      status: status === 'accepted' ? 201 : 200,
      body: { status },
      concerns: { openId: body.openId },
    }
  },
)
