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
  CodesUsageReply,
  CreditsReply,
  CreditsSummaryReply,
  DecryptReply,
  DecryptRequest,
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
  MessageWithCalls,
  OperatorSessionRequest,
  PaymentCreditReply,
  PaymentCreditRequest,
  PushesReply,
  RefreshTokenReply,
  RefreshTokenRequest,
  SessionReply,
  ShareQuery,
  ShareReply,
  SubscribeCategoriesReply,
  SubscribeLibraryQuery,
  SubscribeLibraryReply,
  SubscribeLibraryTitleReply,
  SubscribeTemplatesReply,
  TemplateLibraryReply,
  TemplateLibraryTitleReply,
  TemplatesQuery,
  TemplatesReply,
  TypingRequest,
  UsersQuery,
  UsersReply,
} from '../../shared/wire/index.ts'
import type { ApiReply, ApiRequest, CallOptions, RouteName, Transport } from './transport.ts'

export interface PreferOptions extends CallOptions {
  /** Reply at once, while the server goes on (`Prefer: respond-async`). Default: false. */
  respondAsync?: boolean | undefined
}

export interface SendOptions extends PreferOptions {
  /**
   * One of your own for each message, such as the id of an order: the server sends a message of a
   * known key no second time. Default: a new one, which all tries of this call have.
   */
  idempotencyKey?: string | undefined
}

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
       * `state` and `reason` tell. `queued` after some seconds, or at once with `respondAsync`: see
       * `get`.
       */
      async send(body: MessageRequest, options: SendOptions = {}): Promise<Message> {
        const { idempotencyKey = newIdempotencyKey(), respondAsync, signal } = options
        const headers = { 'Idempotency-Key': idempotencyKey, ...prefer(respondAsync) }
        return call<Message>('POST /v1/messages', { signal, body, headers })
      },

      /** A message, its state and the calls that were made for it. */
      get: (id: string, options?: CallOptions) =>
        call<MessageWithCalls>('GET /v1/messages/:id', { ...options, params: { id } }),

      /** Messages by user, state, reason, template, channel and time, newest first. */
      list: (query?: MessagesQuery, options?: CallOptions) =>
        call<MessagesReply>('GET /v1/messages', { ...options, query }),
    },

    users: {
      /** Who holds a usable credit of a kind or for a template. */
      list: (query?: UsersQuery, options?: CallOptions) =>
        call<UsersReply>('GET /v1/users', { ...options, query }),

      /** What can be sent to a user now. An unknown user has no credit. */
      credits: (openId: string, options?: CallOptions) =>
        call<CreditsReply>('GET /v1/users/:openId/credits', { ...options, params: { openId } }),

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

    shares: {
      /** A share and the tree under it, breadth first. */
      get: (shareId: string, query?: ShareQuery, options?: CallOptions) =>
        call<ShareReply>('GET /v1/shares/:shareId', { ...options, params: { shareId }, query }),
    },

    suspensions: {
      /** Resumes a channel that WeChat shut or paused. WeChat may shut it again. */
      delete: (channel: Channel, options?: CallOptions) =>
        call('DELETE /v1/suspensions/:channel', { ...options, params: { channel } }),
    },

    accessToken: {
      /** The current access_token. Ask for each use: the server keeps it. */
      get: (options?: CallOptions) => call<AccessTokenReply>('GET /v1/access-token', options),

      /** Replaces a token that WeChat refused, if it is still the current one. */
      refresh: (body: RefreshTokenRequest, options?: CallOptions) =>
        call<RefreshTokenReply>('POST /v1/access-token/refresh', { ...options, body }),
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

/** A request as the operations write it. */
type Asked = Omit<ApiRequest, 'query' | 'body'> & { query?: object | undefined; body?: object }

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
