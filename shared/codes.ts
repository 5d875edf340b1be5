/**
 * The stable codes in the server's replies. A published code keeps its meaning: programs branch on
 * codes, and people read the `detail` beside them.
 */

/** `code` of an error reply (`application/problem+json`). */
export const problemCodes = [
  'invalid_json',
  'invalid_body',
  'invalid_query',
  'invalid_header',
  'body_too_large',
  'unsupported_encoding',
  'unauthorized',
  'forbidden',
  'not_found',
  'method_not_allowed',
  'unknown_app',
  'app_id_required',
  'code_rejected',
  'session_key_missing',
  'undecryptable',
  'bad_base64',
  'bad_iv',
  'foreign_watermark',
  'too_old',
  'idempotency_conflict',
  'message_not_waiting',
  'broadcast_state',
  'image_not_taken',
  'page_unknown',
  'code_quota_exhausted',
  'too_many_api_keys',
  'too_many_webhooks',
  'rate_limited',
  'wechat_busy',
  'wechat_refused',
  'wechat_credentials',
  'wechat_unreachable',
  'store_unavailable',
  'summary_pending',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

/**
 * What an API key permits.
 * - `send`: send messages, report payments, upload media, set the typing state
 * - `read`: read credits, messages, groups, shares, templates and metrics
 * - `token`: get and refresh the access_token
 * - `session`: create sessions for users who signed in at another backend
 * - `decrypt`: decrypt user data
 * - `privacy`: export and erase users
 * - `webhooks`: make, look at, replay and delete webhooks
 * - `admin`: change templates, make codes, resume channels, make and revoke API keys
 */
export const scopes = [
  'send',
  'read',
  'token',
  'session',
  'decrypt',
  'privacy',
  'webhooks',
  'admin',
] as const
export type Scope = (typeof scopes)[number]

/** `type` of an event in `POST /v1/events`. */
export const eventTypes = [
  'form.submitted',
  'payment.made',
  'subscription.answered',
  'share.started',
  'share.finished',
  'share.opened',
] as const
export type EventType = (typeof eventTypes)[number]

/** `status` of one event in the reply to `POST /v1/events`. */
export type EventStatus = 'accepted' | 'duplicate' | 'rejected' | 'retry'

/** Why one event was rejected, or why the phone should send it again. */
export const eventReasons = [
  // rejected
  'unknown_type',
  'invalid',
  'expired',
  'share_taken',
  'not_a_form_id',
  // retry
  'session_stale',
  'rate_limited',
  'store_unavailable',
] as const
export type EventReason = (typeof eventReasons)[number]

/** Why a share or an arrival has no openGId although the phone sent data, or tried to. */
export const groupReasons = [
  'bad_group',
  'bad_base64',
  'bad_iv',
  'foreign_watermark',
  'too_old',
  'undecryptable',
] as const
export type GroupReason = (typeof groupReasons)[number]

/** What a right to send arises from. */
export const creditKinds = ['form', 'payment', 'subscription', 'entered', 'wrote'] as const
export type CreditKind = (typeof creditKinds)[number]

/**
 * Of an outgoing message. `scheduled` waits for its `sendAt`, `queued` is tried again; `unknown`
 * may become `sent` or `refused`.
 */
export const messageStates = [
  'scheduled',
  'queued',
  'sent',
  'refused',
  'unknown',
  'cancelled',
] as const
export type MessageState = (typeof messageStates)[number]

/** Of a message that is not sent any more. */
export type SettledState = Exclude<MessageState, 'scheduled' | 'queued'>

/** Of a broadcast. `draft`: its recipients are being uploaded. */
export const broadcastStates = [
  'draft',
  'scheduled',
  'running',
  'paused',
  'done',
  'cancelled',
] as const
export type BroadcastState = (typeof broadcastStates)[number]

/**
 * Of a recipient of a broadcast. `sending`: a message is under way. `heldOut`: left out by the
 * `holdout` of the broadcast, and never sent to.
 */
export const recipientStates = [
  'waiting',
  'sending',
  'sent',
  'refused',
  'unknown',
  'heldOut',
] as const
export type RecipientState = (typeof recipientStates)[number]

/**
 * What came of a recipient of a broadcast. `delivered` and `undelivered`: by WeChat's report.
 * `opened`: the notice, within seven days. `renewed`: a right to send arose within seven days after
 * that.
 */
export const broadcastResults = [
  'sent',
  'refused',
  'unknown',
  'delivered',
  'undelivered',
  'opened',
  'renewed',
] as const
export type BroadcastResult = (typeof broadcastResults)[number]

/**
 * What came of the rights with a tag. `granted`: uses that arose; `ended`: those that ended unused:
 * revoked, rejected, expired. The rest: of messages that took a use.
 */
export const tagResults = ['granted', ...broadcastResults, 'ended'] as const
export type TagResult = (typeof tagResults)[number]

/** `type` of an event that a webhook receives. */
export const webhookEventTypes = [
  'message.settled',
  'credit.recorded',
  'credit.ending',
  'subscription.revoked',
  'group.joined',
  'channel.suspended',
  'broadcast.changed',
] as const
export type WebhookEventType = (typeof webhookEventTypes)[number]

/** `reason.code` of a message that was refused or whose outcome is unknown. */
export const refusalCodes = [
  'no_credit',
  'credits_rejected',
  'retired',
  'not_in_edition',
  'template_unknown',
  'page_unknown',
  'user_unknown',
  'data_invalid',
  'message_bad',
  'channel_shut',
  'quota',
  'user_limit',
  'quiet_hours',
  'credentials',
  'deadline',
  'outcome_unknown',
] as const
export type RefusalCode = (typeof refusalCodes)[number]
