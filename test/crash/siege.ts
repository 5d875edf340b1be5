/** One run: a fleet under load is killed again and again, and at the end everything is counted. */
import { setTimeout as wait } from 'node:timers/promises'
import { expect } from '@jest/globals'
import { listenSandbox } from '../../server/sandbox/listen.ts'
import { createAsk } from '../support/server/http-client.ts'
import type { Ask } from '../support/server/http-client.ts'
import type { Scratch } from '../support/engines.ts'
import { createClient } from './asking.ts'
import { createDice } from './dice.ts'
import type { Dice } from './dice.ts'
import { apps, createFleet, pushToken } from './fleet.ts'
import type { Fleet } from './fleet.ts'
import { startLoad } from './load.ts'
import { reckonBook, reckonInbox, reckonKeys, tellAgain } from './reckoning.ts'

export interface Siege {
  scratch: Pick<Scratch, 'url' | 'open' | 'timePasses'>
  processes: number
  seed: number
  /** What is done to the fleet while it works. */
  harm(fleet: Fleet, world: { dice: Dice; sandbox: Ask }): Promise<void>
}

/** Bounds of the load, so that no machine is burdened for long. */
const [users, operators, messages] = [20, 12, 6_000]

/** @returns what was counted, for the log */
export async function besiege(siege: Siege): Promise<Record<string, number>> {
  const { scratch, processes, seed } = siege
  const dice = createDice(seed)
  const sandboxed = await listenSandbox({ apps })
  const sandbox = createAsk(sandboxed.url, null)
  const fleet = createFleet({ size: processes, database: scratch.url, wechat: sandboxed.url })
  const client = createClient(fleet, dice)
  try {
    await startAll(fleet, sandbox)
    const load = await startLoad({ ...client, sandbox, dice, users, operators, messages })
    await siege.harm(fleet, { dice, sandbox })
    load.finish()
    const failures = { ...client.failures }
    for (let n = 0; n < processes; n++) await fleet.kill(n)
    await scratch.timePasses()
    await startAll(fleet, sandbox)
    await load.done

    expect(client.wrong).toEqual([])
    reckonKeys(load.posted)
    await Promise.all(load.users.map((user) => tellAgain(client.insist, user)))
    const arrived = await Promise.all(
      load.users.map((user) => reckonInbox(sandbox, user, load.posted)),
    )
    await fleet.stop()
    await reckonStore(scratch, (store) => reckonBook(store, load))
    expect(fleet.output()).not.toMatch(/a request failed|uncaught|unhandled/i)
    return {
      acknowledged: load.users.reduce((sum, user) => sum + user.acknowledged.length, 0),
      payments: load.users.reduce((sum, user) => sum + user.payments.length, 0),
      consents: load.users.reduce((sum, user) => sum + user.consents.told, 0),
      messages: load.posted.length,
      sent: load.posted.filter(({ state }) => state === 'sent').length,
      unknown: load.posted.filter(({ state }) => state === 'unknown').length,
      arrived: arrived.reduce((sum, n) => sum + n, 0),
      ...failures,
    }
  } catch (error) {
    process.stderr.write(`${fleet.output().split('\n').slice(-40).join('\n')}\n`)
    throw error
  } finally {
    await Promise.allSettled(Array.from({ length: processes }, (_, n) => fleet.kill(n)))
    await sandboxed.close()
  }
}

async function startAll(fleet: Fleet, sandbox: Ask): Promise<void> {
  await Promise.all(Array.from({ length: fleet.size }, (_, n) => fleet.start(n)))
  await pushTo(fleet.url(0)!, sandbox)
}

/** WeChat knows one address; what stands there in the field is a load balancer. */
async function pushTo(url: string, sandbox: Ask): Promise<void> {
  for (const { appId } of apps) {
    const at = { appId, url: `${url}/v1/push/${appId}` }
    await sandbox('POST /sandbox/push-config', {
      body: { ...at, token: pushToken, mode: 'plain', format: 'xml' },
    })
  }
}

/** SIGKILL at moments that the seed chooses, one process after the other. */
export async function killInTurn(
  fleet: Fleet,
  { dice, sandbox }: { dice: Dice; sandbox: Ask },
  kills: number,
): Promise<void> {
  for (let killed = 0; killed < kills; killed++) {
    await wait(dice.between(100, 1_400))
    const n = killed % fleet.size
    await fleet.kill(n)
    const [other] = fleet.urls()
    if (other) await pushTo(other, sandbox)
    await fleet.start(n)
    if (!other) await pushTo(fleet.url(n)!, sandbox)
  }
  await wait(1_000)
}

async function reckonStore(
  scratch: Siege['scratch'],
  reckon: (store: ReturnType<Scratch['open']>) => Promise<void>,
): Promise<void> {
  const store = scratch.open()
  try {
    await reckon(store)
  } finally {
    await store.close()
  }
}
