/**
 * The stable words that a reply of the server may carry. A word, once published, keeps its meaning:
 * programs branch on them, people read the `detail` beside them.
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
  'image_not_taken',
  'page_unknown',
  'code_quota_exhausted',
  'not_available',
  'rate_limited',
  'wechat_busy',
  'wechat_refused',
  'wechat_credentials',
  'wechat_unreachable',
  'store_unavailable',
  'shutting_down',
  'internal',
] as const
export type ProblemCode = (typeof problemCodes)[number]

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

/** Why an arrival or a finished share carries no openGId, although the phone sent data or tried to. */
export const groupReasons = [
  'bad_base64',
  'bad_iv',
  'foreign_watermark',
  'too_old',
  'undecryptable',
] as const
export type GroupReason = (typeof groupReasons)[number]

/** Where an outgoing message stands. Only `queued` is not final; `unknown` may yet become `sent` or `refused`. */
export type MessageState = 'queued' | 'sent' | 'refused' | 'unknown'

/** `reason.code` of a message that was refused or whose fate is unknown. */
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
