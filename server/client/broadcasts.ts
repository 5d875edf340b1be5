/** The operations of broadcasts: see api.ts. */
import type {
  Broadcast,
  BroadcastForecast,
  BroadcastRequest,
  BroadcastResultsQuery,
  BroadcastResultsReply,
  BroadcastsQuery,
  BroadcastsReply,
  BroadcastWithCounts,
  RecipientsAdded,
  RecipientsQuery,
  RecipientsReply,
  UploadQuery,
} from '../../shared/wire/index.ts'
import type { Call, CallOptions, SendOptions, Transport } from './transport.ts'

export function createBroadcastsApi(call: Call, newIdempotencyKey: Transport['newIdempotencyKey']) {
  return {
    /**
     * Makes one. To `holders` it begins by itself; to a `list` after its upload and `start`. With
     * `dryRun` it makes nothing, and tells how many users it would reach.
     */
    async create<Body extends BroadcastRequest>(
      body: Body,
      options: SendOptions = {},
    ): Promise<Body extends { dryRun: true } ? BroadcastForecast : Broadcast> {
      const { idempotencyKey = newIdempotencyKey(), signal } = options
      const headers = { 'Idempotency-Key': idempotencyKey }
      return call('POST /v1/broadcasts', { signal, body, headers })
    },

    /**
     * Adds recipients to a draft: a part of at most 2 MB and 100,000 lines. Bad lines are named
     * in the reply, and the others are added. A part may be sent again.
     */
    upload: (id: string, part: Uint8Array, query?: UploadQuery, options?: CallOptions) =>
      call<RecipientsAdded>('POST /v1/broadcasts/:id/recipients', {
        ...options,
        params: { id },
        body: part,
        query,
      }),

    /** A broadcast, with its counts by outcome and reason, its rate and expected end. */
    get: (id: string, options?: CallOptions) =>
      call<BroadcastWithCounts>('GET /v1/broadcasts/:id', { ...options, params: { id } }),

    /** What a draft, or what is left of another one, would do now. */
    forecast: (id: string, options?: CallOptions) =>
      call<BroadcastForecast>('GET /v1/broadcasts/:id/forecast', {
        ...options,
        params: { id },
      }),

    /** Newest first. */
    list: (query?: BroadcastsQuery, options?: CallOptions) =>
      call<BroadcastsReply>('GET /v1/broadcasts', { ...options, query }),

    /** Recipients, by what became of them. */
    recipients: (id: string, query?: Omit<RecipientsQuery, 'format'>, options?: CallOptions) =>
      call<RecipientsReply>('GET /v1/broadcasts/:id/recipients', {
        ...options,
        params: { id },
        query,
      }),

    /** What came of it: sent, delivered, opened, asked again; and by the hour or day. */
    results: (id: string, query?: Omit<BroadcastResultsQuery, 'format'>, options?: CallOptions) =>
      call<BroadcastResultsReply>('GET /v1/broadcasts/:id/results', {
        ...options,
        params: { id },
        query,
      }),

    /** Starts a draft. */
    start: (id: string, options?: CallOptions) =>
      call<Broadcast>('POST /v1/broadcasts/:id/start', { ...options, params: { id } }),

    /** No further message begins after half a second. */
    pause: (id: string, options?: CallOptions) =>
      call<Broadcast>('POST /v1/broadcasts/:id/pause', { ...options, params: { id } }),

    /** Goes on where it stopped. */
    resume: (id: string, options?: CallOptions) =>
      call<Broadcast>('POST /v1/broadcasts/:id/resume', { ...options, params: { id } }),

    /** Who waits is never sent to. */
    cancel: (id: string, options?: CallOptions) =>
      call<Broadcast>('POST /v1/broadcasts/:id/cancel', { ...options, params: { id } }),
  }
}
