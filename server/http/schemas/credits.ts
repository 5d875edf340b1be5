import Type from 'typebox'
import { refusalCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { phoneTexts } from '../../rules/requests.ts'
import {
  channel,
  count,
  creditKind,
  like,
  listQuery,
  openId,
  strict,
  templateId,
  text,
  time,
} from './schema.ts'

const creditChanges = [
  'recorded',
  'reserved',
  'spent',
  'givenBack',
  'dead',
  'superseded',
  'expired',
  'late',
  'renewed',
] as const

export const allowance = {
  uses: count,
  until: Type.Optional(time),
  refused: Type.Optional(Type.Enum([...refusalCodes])),
}

export const credit = like<wire.Credit>()(
  Type.Object({
    id: Type.String(),
    kind: creditKind,
    channel,
    templateId: Type.Optional(Type.String()),
    usesLeft: Type.Optional(count),
    expiresAt: Type.Optional(time),
    belowMinimumVersion: Type.Optional(Type.Boolean()),
    tags: Type.Optional(Type.Array(Type.String())),
  }),
)

export const rightsReply = like<wire.RightsReply>()(
  Type.Object({
    template: Type.Object(allowance),
    subscribe: Type.Record(Type.String(), Type.Union([count, Type.Null()])),
    customer: Type.Object(allowance),
  }),
)

export const creditsReply = like<wire.CreditsReply>()(
  Type.Object({ credits: Type.Array(credit), canReceive: rightsReply }),
)

export const creditHistoryReply = like<wire.CreditHistoryReply>()(
  Type.Object({
    credits: Type.Array(
      Type.Object({
        ...credit.properties,
        reserved: count,
        history: Type.Array(
          Type.Object({
            at: time,
            change: Type.Enum([...creditChanges]),
            usesDelta: Type.Integer(),
            reservedDelta: Type.Integer(),
            messageId: Type.Optional(Type.String()),
            reason: Type.Optional(Type.String()),
          }),
        ),
      }),
    ),
    truncated: Type.Optional(Type.Literal(true)),
  }),
)

export const usersQuery = like<wire.UsersQuery>()(
  Type.Object(
    {
      kind: Type.Optional(creditKind),
      templateId: Type.Optional(templateId),
      ...listQuery,
    },
    strict,
  ),
)

export const usersReply = like<wire.UsersReply>()(
  Type.Object({
    users: Type.Array(
      Type.Object({
        openId: Type.String(),
        uses: Type.Optional(count),
        until: Type.Optional(time),
      }),
    ),
    cursor: Type.Optional(Type.String()),
  }),
)

export const creditsSummaryReply = like<wire.CreditsSummaryReply>()(
  Type.Object({
    computedAt: time,
    credits: Type.Array(
      Type.Object({
        kind: creditKind,
        templateId: Type.Optional(Type.String()),
        users: count,
        uses: count,
        unlimited: count,
        endingWithin: Type.Object({ hour: count, day: count, week: count }),
        endingByDay: Type.Array(Type.Object({ day: Type.String(), uses: count })),
        endingByHour: Type.Array(Type.Object({ at: time, uses: count })),
      }),
    ),
  }),
)

export const paymentCreditRequest = like<wire.PaymentCreditRequest>()(
  Type.Object({ openId, prepayId: text(phoneTexts.prepayId) }, strict),
)

export const paymentCreditReply = like<wire.PaymentCreditReply>()(
  Type.Object({ status: Type.Enum(['accepted', 'duplicate']) }),
)
