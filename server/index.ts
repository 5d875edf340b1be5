/**
 * The package `wx-reach-server`: the server to mount in a Koa app, or to run by itself.
 *
 * @packageDocumentation
 */
export { createApp } from './app.ts'
export type { AppOptions } from './app.ts'
export type { Apps, ReachApp } from './apps.ts'
export { ConfigError, readConfig } from './config.ts'
export type { ApiKey, Config, Scope } from './config.ts'
export type { Edition } from './ledger/rules.ts'
export { createMetrics } from './metrics/metrics.ts'
export type { Metrics, MetricsOptions } from './metrics/metrics.ts'
export type { PushHook } from './pushes/push-hook.ts'
export { createReachServer } from './reach-server.ts'
export type { ReachServer, ReachServerConfig } from './reach-server.ts'
export type { Services } from './services.ts'
export type { EventPush, MessagePush, Push } from './verify/push/push.ts'
export { createTokenService } from './wechat/token-service.ts'
export type { TokenServiceOptions } from './wechat/token-service.ts'
export type {
  AccessToken,
  RefreshAnswer,
  TokenAnswer,
  TokenProblem,
  TokenSource,
} from './wechat/token-source.ts'
export { createAdvancingClock, createMonotonicClock, createSystemClock } from './world.ts'
export type { AdvancingClock, Log, MonotonicClock, PlatformClock, Random, World } from './world.ts'
