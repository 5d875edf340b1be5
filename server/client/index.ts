/**
 * `wx-reach-server/client`: the operations of a server over HTTP, typed. It has no dependency and
 * takes nothing of the server, so that it runs wherever there is `fetch`.
 *
 * @packageDocumentation
 */
export { createReachClient } from './client.ts'
export type { ReachClientOptions } from './client.ts'
export type { CodeImage, CodeReply, ReachApi } from './api.ts'
export {
  AskUserError,
  CallOperatorError,
  FixRequestError,
  ReachError,
  RetryLaterError,
} from './errors.ts'
export type { ErrorCode, Failure } from './errors.ts'
export type { RetryOptions } from './retries.ts'
export type { CallOptions, PreferOptions, SendOptions } from './transport.ts'
export type * from '../../shared/wire/index.ts'
export type {
  MessageState,
  ProblemCode,
  RefusalCode,
  Scope,
  WebhookEventType,
} from '../../shared/codes.ts'
