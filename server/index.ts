/**
 * The package `wx-reach-server`: the server to mount in a Koa app, or to run by itself.
 *
 * @packageDocumentation
 */
export type { AppOptions } from './http/app.ts'
export type { Apps, ReachApp } from './runtime/apps.ts'
export { ConfigError, readConfig } from './config/config.ts'
export type { ApiKey } from './config/api-keys.ts'
export type { Scope } from '../shared/codes.ts'
export type { Config } from './config/config.ts'
export type { Edition } from './rules/credits.ts'
export { createMetrics } from './metrics/metrics.ts'
export type { Metrics, MetricsOptions } from './metrics/metrics.ts'
export type { PushHook } from './pushes/push-hook.ts'
export { listen } from './runtime/listen.ts'
export type { ConnectionSettings, Listening, ListenOptions } from './runtime/listen.ts'
export { createReachServer } from './reach-server.ts'
export type { ReachServer, ReachServerConfig, ReachServerWorld } from './reach-server.ts'
export type { EventPush, MessagePush, Push } from './verify/push/push.ts'
export { createTokenService } from './wechat/token-service.ts'
export type { TokenServiceOptions } from './wechat/token-service.ts'
export type {
  AccessToken,
  RefreshResult,
  TokenResult,
  TokenProblem,
  TokenSource,
} from './wechat/token.ts'
export { createAdvancingClock, createMonotonicClock, createSystemClock } from './runtime/world.ts'
export type {
  AdvancingClock,
  Log,
  MonotonicClock,
  PlatformClock,
  Random,
  World,
} from './runtime/world.ts'
