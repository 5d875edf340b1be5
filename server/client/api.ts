/**
 * What a backend asks of the server, one function an operation. `createReachClient` performs them
 * over HTTP, `reach.app()` in the server's own process: arguments, results and errors are the same.
 */
import type {
  AccessTokenReply,
  AddSubscribeTemplateRequest,
  AddTemplateReply,
  AddTemplateRequest,
  AuditEntry,
  AuditQuery,
  AuditReply,
  Channel,
  CodeQueuedReply,
  CodeRequest,
  CodesReply,
  CodesUsageReply,
  ConversationQuery,
  ConversationReply,
  CreditHistoryReply,
  CreditsReply,
  CreatedWebhookReply,
  CreditsSummaryReply,
  CustomerWindowsQuery,
  CustomerWindowsReply,
  DecryptReply,
  DecryptRequest,
  DoctorQuery,
  DoctorReply,
  EndSessionsReply,
  EndSessionsRequest,
  ErasedReply,
  ExportReply,
  GroupQuery,
  GroupReply,
  GroupsReply,
  ImageUse,
  LintReply,
  LintRequest,
  ListQuery,
  MediaReply,
  Message,
  MessageRequest,
  MessagesQuery,
  MessagesReply,
  MessagesSummaryQuery,
  MessagesSummaryReply,
  MessageWithCalls,
  OperatorSessionRequest,
  PaymentCreditReply,
  PaymentCreditRequest,
  PushesReply,
  RefreshTokenReply,
  RefreshTokenRequest,
  ReplayReply,
  ReplayRequest,
  SessionReply,
  SessionsReply,
  ShareQuery,
  ShareReply,
  SharesQuery,
  SharesReply,
  StatusReply,
  SubscribeCategoriesReply,
  SubscribeLibraryQuery,
  SubscribeLibraryReply,
  SubscribeLibraryTitleReply,
  SubscribeTemplatesReply,
  TagResultsQuery,
  TagResultsReply,
  TagsQuery,
  TagsReply,
  TemplateLibraryReply,
  TemplateLibraryTitleReply,
  TemplatesQuery,
  TemplatesReply,
  TypingRequest,
  UsersQuery,
  UsersReply,
  WebhookQuery,
  WebhookRequest,
  WebhooksReply,
  WebhookWithDeliveries,
} from '../../shared/wire/index.ts'
import { createBroadcastsApi } from './broadcasts.ts'
import type {
  ApiReply,
  Asked,
  CallOptions,
  PreferOptions,
  RouteName,
  SendOptions,
  Transport,
} from './transport.ts'

/** An image of `codes.make`, or `queued`: ask again with the same request. */
export type CodeReply = CodeImage | CodeQueuedReply

export interface CodeImage {
  state: 'made'
  image: Uint8Array
  contentType: string
  /** The scene under which the payload or the share is stored. */
  scene?: string
  /** Whether it was made before, so that no code was used up. */
  known: boolean
  /** Few codes are left. */
  warning?: string
}

/**
 * The operations for one app, of `createReachClient` and `ReachServer.app`. Each rejects with a
 * `ReachError`, or with the reason of its `signal`. Fields and limits are those of the routes.
 */
export interface ReachApi extends ReturnType<typeof createApi> {}

/** @param appId of the app. Default: the only one that the server or the key has */
export function createApi({ perform, newIdempotencyKey }: Transport, appId?: string) {
  async function ask(route: RouteName, { query, body, ...rest }: Asked = {}): Promise<ApiReply> {
    const isBytes = body === undefined || body instanceof Uint8Array
    return perform(route, {
      ...rest,
      query: textOf({ appId, ...query }),
      ...(body && { body: isBytes ? body : JSON.stringify(body) }),
    })
  }

  async function call<Reply = void>(route: RouteName, asked?: Asked): Promise<Reply> {
    return (await ask(route, asked)).body as Reply
  }

  return {
    /** Signs a phone in that signed in at your own backend. A code of wx.login is good once. */
    createSession: (body: OperatorSessionRequest, options?: CallOptions) =>
      call<SessionReply>('POST /v1/sessions', { ...options, body, once: 'code' in body }),

    /** Ends all sessions of a user, or the session of one token. */
    deleteSessions: (body: EndSessionsRequest, options?: CallOptions) =>
      call<EndSessionsReply>('DELETE /v1/sessions', { ...options, body }),

    /** Decrypts what `wx` gave the phone, with the stored session keys of the user. */
    decrypt: (body: DecryptRequest, options?: CallOptions) =>
      call<DecryptReply>('POST /v1/decrypt', { ...options, body }),

    messages: {
      /**
       * Sends one message, once, for one credit. Resolves for a message that was refused, too:
       * `state` and `reason` tell. `queued` after some seconds, or at once with `respondAsync`, and
       * `scheduled` with `sendAt`: see `get` and `cancel`.
       */
      async send(body: MessageRequest, options: SendOptions = {}): Promise<Message> {
        const { idempotencyKey = newIdempotencyKey(), respondAsync, signal } = options
        const headers = { 'Idempotency-Key': idempotencyKey, ...prefer(respondAsync) }
        return call<Message>('POST /v1/messages', { signal, body, headers })
      },

      /** A message, its state and the calls that were made for it. */
      get: (id: string, options?: CallOptions) =>
        call<MessageWithCalls>('GET /v1/messages/:id', { ...options, params: { id } }),

      /**
       * Cancels a message that waits for its `sendAt`, or for its next try. One that is being sent
       * or was sent is refused with `message_not_waiting`.
       */
      cancel: (id: string, options?: CallOptions) =>
        call<Message>('DELETE /v1/messages/:id', { ...options, params: { id } }),

      /** Messages by user, state, reason, template, channel and time, newest first. */
      list: (query?: MessagesQuery, options?: CallOptions) =>
        call<MessagesReply>('GET /v1/messages', { ...options, query }),

      /** How many messages there are, by state, reason, channel and template. */
      summary: (query?: MessagesSummaryQuery, options?: CallOptions) =>
        call<MessagesSummaryReply>('GET /v1/messages/summary', { ...options, query }),
    },

    /** One text to many users, each once. */
    broadcasts: createBroadcastsApi(call, newIdempotencyKey),

    /** What came of rights, by the words (tags) that pages put on them. */
    tags: {
      /** Tags of which something came, with their sums. */
      list: (query?: TagsQuery, options?: CallOptions) =>
        call<TagsReply>('GET /v1/tags', { ...options, query }),

      /** What came of a tag, in sums and by the hour or day. */
      results: (tag: string, query?: Omit<TagResultsQuery, 'format'>, options?: CallOptions) =>
        call<TagResultsReply>('GET /v1/tags/:tag/results', { ...options, params: { tag }, query }),
    },

    users: {
      /** Who holds a usable credit of a kind or for a template. */
      list: (query?: UsersQuery, options?: CallOptions) =>
        call<UsersReply>('GET /v1/users', { ...options, query }),

      /** What can be sent to a user now. An unknown user has no credit. */
      credits: (openId: string, options?: CallOptions) =>
        call<CreditsReply>('GET /v1/users/:openId/credits', { ...options, params: { openId } }),

      /** The credits of a user with what became of them, the one that changed last first. */
      creditHistory: (openId: string, options?: CallOptions) =>
        call<CreditHistoryReply>('GET /v1/users/:openId/credits/history', {
          ...options,
          params: { openId },
        }),

      /** The sessions of a user's phones, without tokens. */
      sessions: (openId: string, options?: CallOptions) =>
        call<SessionsReply>('GET /v1/users/:openId/sessions', { ...options, params: { openId } }),

      /** What a user wrote to customer service, and what was replied, newest first. */
      conversation: (openId: string, query?: ConversationQuery, options?: CallOptions) =>
        call<ConversationReply>('GET /v1/users/:openId/conversation', {
          ...options,
          params: { openId },
          query,
        }),

      /** All that is kept of a user, without tokens and session keys. */
      export: (openId: string, options?: CallOptions) =>
        call<ExportReply>('GET /v1/users/:openId/export', { ...options, params: { openId } }),

      /** Erases a user, at once. Sums stay without the person. */
      erase: (openId: string, options?: CallOptions) =>
        call<ErasedReply>('DELETE /v1/users/:openId', { ...options, params: { openId } }),
    },

    credits: {
      /** How many usable credits there are, by kind and template; `computedAt` tells of when. */
      summary: (options?: CallOptions) =>
        call<CreditsSummaryReply>('GET /v1/credits/summary', options),
    },

    payments: {
      /** Records the prepay_id of a payment, as a credit of the user. */
      add: (body: PaymentCreditRequest, options?: CallOptions) =>
        call<PaymentCreditReply>('POST /v1/credits/payment', { ...options, body }),
    },

    codes: {
      /** Makes a code that opens a path or a scene. An equal request gets the same image. */
      async make(body: CodeRequest, options: PreferOptions = {}): Promise<CodeReply> {
        const { respondAsync, signal } = options
        const headers = prefer(respondAsync)
        return codeOf(await ask('POST /v1/codes', { signal, body, headers }))
      },

      /** Codes with what they were asked for, the one that was asked for last first. */
      list: (query?: ListQuery, options?: CallOptions) =>
        call<CodesReply>('GET /v1/codes', { ...options, query }),

      /** The image of a code of the list. */
      async image(id: string, options?: CallOptions): Promise<Uint8Array> {
        return (await ask('GET /v1/codes/:id/image', { ...options, params: { id } }))
          .body as Uint8Array
      },

      /** How many codes this server made, and WeChat's limits. */
      usage: (options?: CallOptions) => call<CodesUsageReply>('GET /v1/codes/usage', options),
    },

    media: {
      /** Uploads an image of at most 2 MB, which WeChat keeps for three days. */
      upload: (image: Uint8Array, use: ImageUse, options?: CallOptions) =>
        call<MediaReply>('POST /v1/media', { ...options, body: image, query: { for: use } }),
    },

    typing: {
      /** Shows the user that customer service is typing, or stops. It spends no credit. */
      set: (body: TypingRequest, options?: CallOptions) =>
        call('POST /v1/typing', { ...options, body }),
    },

    /** Message templates (模板消息) of the account. */
    templates: {
      list: (query?: TemplatesQuery, options?: CallOptions) =>
        call<TemplatesReply>('GET /v1/templates', { ...options, query }),

      add: (body: AddTemplateRequest, options?: CallOptions) =>
        call<AddTemplateReply>('POST /v1/templates', { ...options, body, once: true }),

      delete: (templateId: string, options?: CallOptions) =>
        call('DELETE /v1/templates/:templateId', { ...options, params: { templateId } }),

      /** Checks a title and its keywords against the review rules (审核说明). */
      lint: (body: LintRequest, options?: CallOptions) =>
        call<LintReply>('POST /v1/templates/lint', { ...options, body }),
    },

    /** The titles that templates are made of (模板库). */
    templateLibrary: {
      list: (query?: TemplatesQuery, options?: CallOptions) =>
        call<TemplateLibraryReply>('GET /v1/template-library', { ...options, query }),

      get: (id: string, options?: CallOptions) =>
        call<TemplateLibraryTitleReply>('GET /v1/template-library/:id', {
          ...options,
          params: { id },
        }),
    },

    /** Subscribe templates (订阅消息) of the account. */
    subscribeTemplates: {
      list: (options?: CallOptions) =>
        call<SubscribeTemplatesReply>('GET /v1/subscribe-templates', options),

      add: (body: AddSubscribeTemplateRequest, options?: CallOptions) =>
        call<AddTemplateReply>('POST /v1/subscribe-templates', { ...options, body, once: true }),

      delete: (templateId: string, options?: CallOptions) =>
        call('DELETE /v1/subscribe-templates/:templateId', { ...options, params: { templateId } }),
    },

    /** The public titles that subscribe templates are made of. */
    subscribeTemplateLibrary: {
      /** The categories (类目) of the account. */
      categories: (options?: CallOptions) =>
        call<SubscribeCategoriesReply>('GET /v1/subscribe-template-categories', options),

      list: (query?: SubscribeLibraryQuery, options?: CallOptions) =>
        call<SubscribeLibraryReply>('GET /v1/subscribe-template-library', { ...options, query }),

      get: (id: string, options?: CallOptions) =>
        call<SubscribeLibraryTitleReply>('GET /v1/subscribe-template-library/:id', {
          ...options,
          params: { id },
        }),
    },

    groups: {
      /** The group that became known last comes first. */
      list: (query?: ListQuery, options?: CallOptions) =>
        call<GroupsReply>('GET /v1/groups', { ...options, query }),

      /** A group: its members, shares and arrivals, newest arrivals first. */
      get: (openGId: string, query?: GroupQuery, options?: CallOptions) =>
        call<GroupReply>('GET /v1/groups/:openGId', { ...options, params: { openGId }, query }),
    },

    pushes: {
      /** What WeChat pushed within the last 48 hours, newest first. */
      list: (query?: ListQuery, options?: CallOptions) =>
        call<PushesReply>('GET /v1/pushes', { ...options, query }),
    },

    customerWindows: {
      /** Users whose window of customer service is open, the one who wrote last first. */
      list: (query?: CustomerWindowsQuery, options?: CallOptions) =>
        call<CustomerWindowsReply>('GET /v1/customer-windows', { ...options, query }),
    },

    shares: {
      /** Shares, of a user or in a group: the one that became known last comes first. */
      list: (query?: SharesQuery, options?: CallOptions) =>
        call<SharesReply>('GET /v1/shares', { ...options, query }),

      /** A share and the tree under it, breadth first. */
      get: (shareId: string, query?: ShareQuery, options?: CallOptions) =>
        call<ShareReply>('GET /v1/shares/:shareId', { ...options, params: { shareId }, query }),
    },

    /** What your backend is told of: see docs/webhooks.md. */
    webhooks: {
      /** The reply alone has the secret. */
      create: (body: WebhookRequest, options?: CallOptions) =>
        call<CreatedWebhookReply>('POST /v1/webhooks', { ...options, body, once: true }),

      list: (options?: CallOptions) => call<WebhooksReply>('GET /v1/webhooks', options),

      /** A webhook and its deliveries, newest first. */
      get: (id: string, query?: WebhookQuery, options?: CallOptions) =>
        call<WebhookWithDeliveries>('GET /v1/webhooks/:id', { ...options, params: { id }, query }),

      delete: (id: string, options?: CallOptions) =>
        call('DELETE /v1/webhooks/:id', { ...options, params: { id } }),

      /** Sends dead letters again, or all events of a span of time. */
      replay: (id: string, body: ReplayRequest = {}, options?: CallOptions) =>
        call<ReplayReply>('POST /v1/webhooks/:id/replay', { ...options, params: { id }, body }),
    },

    suspensions: {
      /** Resumes a channel that WeChat shut or paused. WeChat may shut it again. */
      delete: (channel: Channel, options?: CallOptions) =>
        call('DELETE /v1/suspensions/:channel', { ...options, params: { channel } }),
    },

    /** The state of the app: token, channels, backlog, today's sends, codes, erasures. */
    status: {
      get: (options?: CallOptions) => call<StatusReply>('GET /v1/status', options),
    },

    accessToken: {
      /** The current access_token. Ask for each use: the server keeps it. */
      get: (options?: CallOptions) => call<AccessTokenReply>('GET /v1/access-token', options),

      /** Replaces a token that WeChat refused, if it is still the current one. */
      refresh: (body: RefreshTokenRequest, options?: CallOptions) =>
        call<RefreshTokenReply>('POST /v1/access-token/refresh', { ...options, body }),
    },

    doctor: {
      /** Checks of the deployment, as the command `doctor` prints them. A minute old at most. */
      get: (query?: DoctorQuery, options?: CallOptions) =>
        call<DoctorReply>('GET /v1/doctor', { ...options, query }),
    },

    audit: {
      /** Who did what, newest first. */
      list: (query?: AuditQuery, options?: CallOptions) =>
        call<AuditReply>('GET /v1/audit', { ...options, query }),

      /** By which key and request a message was sent. */
      message: (id: string, options?: CallOptions) =>
        call<AuditEntry>('GET /v1/audit/messages/:id', { ...options, params: { id } }),
    },
  }
}

const prefer = (respondAsync: boolean | undefined): Record<string, string> =>
  respondAsync ? { Prefer: 'respond-async' } : {}

function textOf(query: object): Record<string, string> {
  const given = Object.entries(query).filter(([, value]) => value !== undefined)
  return Object.fromEntries(given.map(([name, value]) => [name, String(value)]))
}

function codeOf({ status, body, header }: ApiReply): CodeReply {
  if (status === 202) return body as CodeQueuedReply
  const scene = header('Code-Scene')
  const warning = header('Code-Warning')
  return {
    state: 'made',
    image: body as Uint8Array,
    contentType: header('Content-Type')!,
    known: header('Code-Known') === 'true',
    ...(scene !== undefined && { scene }),
    ...(warning !== undefined && { warning }),
  }
}
