/** The set-up that most suites share: a server for each test, closed after it. */
import { afterAll, afterEach, beforeAll, beforeEach } from '@jest/globals'
import type { Phone } from './phone.ts'
import { startPushes, type WithPushes } from './start-pushes.ts'
import { startReach, type ReachOptions, type StartedReach } from './start-reach.ts'

/** @returns the server of the running test */
export const useReach = (options?: ReachOptions): StartedReach =>
  useEach(
    () => startReach(options),
    (server) => server.close(),
  )

/** @returns one server for all tests of the suite, which must leave no trace in it */
export const useSharedReach = (options?: ReachOptions): StartedReach =>
  useOne(
    { before: beforeAll, after: afterAll },
    () => startReach(options),
    (server) => server.close(),
  )

/** As `useReach`, with a sandbox that pushes to the server. */
export const usePushes = (options?: Parameters<typeof startPushes>[0]): WithPushes =>
  useEach(
    () => startPushes(options),
    (server) => server.close(),
  )

/** Call it after `useReach`. @returns the signed-in phone of the running test */
export const usePhone = (server: StartedReach, openId = 'alice-0001'): Phone =>
  useEach(() => server.phone(openId))

const useEach = <Value extends object>(
  create: () => Promise<Value>,
  close?: (value: Value) => Promise<void>,
): Value => useOne({ before: beforeEach, after: afterEach }, create, close)

/** The current value, behind one object that stays the same. */
function useOne<Value extends object>(
  { before, after }: { before: typeof beforeEach; after: typeof afterEach },
  create: () => Promise<Value>,
  close?: (value: Value) => Promise<void>,
): Value {
  let current: Value
  before(async () => {
    current = await create()
  })
  if (close) after(() => close(current))
  return new Proxy({} as Value, { get: (_, name) => Reflect.get(current, name) as unknown })
}
