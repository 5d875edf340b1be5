/**
 * The entry `wx-reach/testing`: a phone for the tests of an app that uses the library, and for our
 * own. It runs in Node, with any test runner, and a mini-program does not download it.
 */
export { createPhone } from './phone'
export type { Phone, PhoneOptions } from './phone'
export type { Life } from './life'
export type { FakePage } from './page-instance'
export { createCard, optionsOf } from './card'
export type { Card, CardContent, OpenedAt, ShareResult } from './card'
export { createFakeClock, createTimers } from './clock'
export type { FakeClock, Timers } from './clock'
export { createFakeNetwork } from './network'
export type { FakeNetwork, NetworkReply, PhoneReply, PhoneRequest, ReplyTo } from './network'
export { createFakeReachServer } from './reach-server'
export type { FakeReachServer } from './reach-server'
export { createFakeStorage } from './storage'
export type { FakeStorage } from './storage'
export type { PhoneWx } from './globals'
export type { FakeWx, PlatformCall } from './wx'
