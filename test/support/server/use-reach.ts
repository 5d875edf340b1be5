/** The set-up that most suites share: a server for each test, closed after it. */
import { afterEach, beforeEach } from '@jest/globals'
import type { Phone } from './phone.ts'
import { startPushes } from './start-pushes.ts'
import type { WithPushes } from './start-pushes.ts'
import { startReach } from './start-reach.ts'
import type { ReachOptions, StartedReach } from './start-reach.ts'

/** @returns the server of the running test */
export const useReach = (options?: ReachOptions): StartedReach =>
  useEach(
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

/** One value for each test, behind one object that stays the same. */
function useEach<Value extends object>(
  create: () => Promise<Value>,
  close?: (value: Value) => Promise<void>,
): Value {
  let current: Value
  beforeEach(async () => {
    current = await create()
  })
  if (close) afterEach(() => close(current))
  return new Proxy({} as Value, { get: (_, name) => Reflect.get(current, name) as unknown })
}
