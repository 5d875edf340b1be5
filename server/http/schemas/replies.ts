/** What the server answers, for the OpenAPI document; held against the wire's types by the compiler. */
import Type from 'typebox'
import { eventReasons, groupReasons, problemCodes, refusalCodes } from '../../../shared/codes.ts'
import type * as wire from '../../../shared/wire/index.ts'
import { like } from './schema.ts'

const time = Type.String({ format: 'date-time' })
const channel = Type.Enum(['template', 'subscribe', 'customer'])
const kind = Type.Enum(['form', 'payment', 'subscription', 'entered', 'wrote'])
const optionalText = Type.Optional(Type.String())
const count = Type.Integer({ minimum: 0 })

const fieldError = like<wire.FieldError>()(
  Type.Object({ path: Type.String(), message: Type.String() }),
)

const wechatRefusal = like<wire.WechatRefusal>()(
  Type.Object({ errcode: Type.Integer(), errmsg: Type.String(), meaning: Type.String() }),
)

export const problem = like<wire.Problem>()(
  Type.Object({
    status: Type.Integer(),
    title: Type.String(),
    detail: Type.String(),
    code: Type.Enum([...problemCodes]),
    errors: Type.Optional(Type.Array(fieldError)),
    wechat: Type.Optional(wechatRefusal),
  }),
)

export const session = like<wire.SessionReply>()(
  Type.Object({ token: Type.String(), expiresAt: time }),
)

export const events = like<wire.EventsReply>()(
  Type.Object({
    results: Type.Array(
      Type.Object({
        id: Type.Union([Type.String(), Type.Null()]),
        status: Type.Enum(['accepted', 'duplicate', 'rejected', 'retry']),
        reason: Type.Optional(Type.Enum([...eventReasons, ...groupReasons])),
        errors: Type.Optional(Type.Array(fieldError)),
        openGId: optionalText,
        openGIds: Type.Optional(Type.Array(Type.Union([Type.String(), Type.Null()]))),
      }),
    ),
  }),
)

export const decrypted = like<wire.DecryptReply>()(Type.Record(Type.String(), Type.Unknown()))

export const message = like<wire.Message>()(
  Type.Object({
    id: Type.String(),
    channel,
    openId: optionalText,
    templateId: optionalText,
    state: Type.Enum(['queued', 'sent', 'refused', 'unknown']),
    inferred: Type.Optional(Type.Boolean()),
    reason: Type.Optional(
      Type.Object({
        code: Type.Enum([...refusalCodes]),
        detail: Type.String(),
        reserved: Type.Optional(count),
        wechat: Type.Optional(wechatRefusal),
      }),
    ),
    attempts: count,
    createdAt: time,
    deadline: time,
    settledAt: Type.Optional(time),
    warnings: Type.Optional(Type.Array(fieldError)),
  }),
)

const allowance = {
  uses: count,
  until: Type.Optional(time),
  refused: Type.Optional(Type.Enum([...refusalCodes])),
}

export const credits = like<wire.CreditsReply>()(
  Type.Object({
    credits: Type.Array(
      Type.Object({
        id: Type.String(),
        kind,
        channel,
        templateId: optionalText,
        usesLeft: Type.Optional(count),
        expiresAt: Type.Optional(time),
        belowMinimumVersion: Type.Optional(Type.Boolean()),
      }),
    ),
    canReceive: Type.Object({
      template: Type.Object(allowance),
      subscribe: Type.Record(Type.String(), Type.Union([count, Type.Null()])),
      customer: Type.Object(allowance),
    }),
  }),
)

export const paymentCredit = like<wire.PaymentCreditReply>()(
  Type.Object({ status: Type.Enum(['accepted', 'duplicate']) }),
)

export const group = like<wire.GroupReply>()(
  Type.Object({
    openGId: Type.String(),
    firstSeenAt: time,
    memberCount: count,
    members: Type.Array(Type.Object({ openId: Type.String(), firstSeenAt: time })),
    shareIds: Type.Array(Type.String()),
    arrivals: Type.Array(
      Type.Object({
        openId: Type.String(),
        shareId: optionalText,
        scene: Type.Integer(),
        at: time,
      }),
    ),
    cursor: optionalText,
  }),
)

const shareNode = like<wire.ShareNode>()(
  Type.Object({
    shareId: Type.String(),
    parentShareId: optionalText,
    depth: count,
    openId: optionalText,
    page: optionalText,
    path: optionalText,
    title: optionalText,
    from: Type.Optional(Type.Enum(['menu', 'button', 'timeline'])),
    startedAt: Type.Optional(time),
    result: Type.Optional(Type.Enum(['ok', 'cancel', 'fail'])),
    opens: count,
    openers: count,
    openGIds: Type.Array(Type.String()),
  }),
)

export const share = like<wire.ShareReply>()(
  Type.Object({ share: shareNode, descendants: Type.Array(shareNode), cursor: optionalText }),
)

export const templates = like<wire.TemplatesReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        templateId: Type.String(),
        title: Type.String(),
        content: Type.String(),
        example: Type.String(),
      }),
    ),
  }),
)

export const accessToken = like<wire.AccessTokenReply>()(
  Type.Object({ accessToken: Type.String(), expiresAt: time }),
)

export const refreshedToken = like<wire.RefreshTokenReply>()(
  Type.Object({ accessToken: Type.String(), expiresAt: time, refreshed: Type.Boolean() }),
)

export const health = like<wire.HealthReply>()(Type.Object({ status: Type.Literal('ok') }))

export const ready = like<wire.ReadyReply>()(
  Type.Object({
    status: Type.Enum(['ready', 'not_ready']),
    checks: Type.Record(
      Type.String(),
      Type.Object({ ok: Type.Boolean(), detail: Type.Optional(Type.String()) }),
    ),
  }),
)

/** What the server answers about templates. */

const term = Type.Enum(['once', 'long'])

export const library = like<wire.TemplateLibraryReply>()(
  Type.Object({
    templates: Type.Array(Type.Object({ id: Type.String(), title: Type.String() })),
    total: count,
  }),
)

export const libraryTitle = like<wire.TemplateLibraryTitleReply>()(
  Type.Object({
    id: Type.String(),
    title: Type.String(),
    keywords: Type.Array(
      Type.Object({ id: Type.Integer(), name: Type.String(), example: Type.String() }),
    ),
  }),
)

export const added = like<wire.AddTemplateReply>()(Type.Object({ templateId: Type.String() }))

export const linted = like<wire.LintReply>()(
  Type.Object({
    problems: Type.Array(
      Type.Object({
        rule: Type.Enum([
          '1.1',
          '1.2',
          '1.3',
          '1.4',
          '1.5',
          '1.6',
          '2.1',
          '2.2',
          '2.3',
          '2.4',
          '2.5',
        ]),
        detail: Type.String(),
        certainty: Type.Enum(['sure', 'maybe']),
      }),
    ),
  }),
)

export const subscribeCategories = like<wire.SubscribeCategoriesReply>()(
  Type.Object({
    categories: Type.Array(Type.Object({ id: Type.Integer(), name: Type.String() })),
  }),
)

export const subscribeLibrary = like<wire.SubscribeLibraryReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        id: Type.String(),
        title: Type.String(),
        term,
        categoryId: Type.Integer(),
      }),
    ),
    total: count,
  }),
)

export const subscribeLibraryTitle = like<wire.SubscribeLibraryTitleReply>()(
  Type.Object({
    id: Type.String(),
    keywords: Type.Array(
      Type.Object({
        id: Type.Integer(),
        name: Type.String(),
        example: Type.String(),
        type: Type.String(),
      }),
    ),
  }),
)

export const subscribeTemplates = like<wire.SubscribeTemplatesReply>()(
  Type.Object({
    templates: Type.Array(
      Type.Object({
        templateId: Type.String(),
        title: Type.String(),
        content: Type.String(),
        example: Type.String(),
        term,
        enums: Type.Record(Type.String(), Type.Array(Type.String())),
      }),
    ),
  }),
)
