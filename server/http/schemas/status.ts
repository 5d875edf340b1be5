import Type from 'typebox'
import type * as wire from '../../../shared/wire/index.ts'
import { codesUsageReply } from './codes.ts'
import { messageReason } from './messages.ts'
import { channel, count, like, time } from './schema.ts'

export const statusReply = like<wire.StatusReply>()(
  Type.Object({
    appId: Type.String(),
    edition: Type.Enum(['2018', '2026']),
    version: Type.String(),
    now: time,
    token: Type.Object({
      fetchedAt: Type.Optional(time),
      expiresAt: Type.Optional(time),
      refusal: Type.Optional(
        Type.Object({ errcode: Type.Integer(), meaning: Type.String(), advice: Type.String() }),
      ),
    }),
    channels: Type.Array(
      Type.Object({
        channel,
        state: Type.Enum(['open', 'paused', 'shut', 'retired']),
        since: Type.Optional(time),
        until: Type.Optional(time),
        reason: Type.Optional(messageReason),
      }),
    ),
    backlog: Type.Object({
      queued: count,
      sending: count,
      oldestAt: Type.Optional(time),
      complete: Type.Boolean(),
    }),
    today: Type.Object({
      since: time,
      computedAt: time,
      sent: Type.Object({ template: count, subscribe: count, customer: count }),
      complete: Type.Boolean(),
    }),
    codes: codesUsageReply,
    erasures: count,
  }),
)
