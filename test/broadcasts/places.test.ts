/** Places for calls to WeChat, and the messages that are written ahead of them. */
import { describe, expect, it } from '@jest/globals'
import { createPlaces, type Place } from '../../server/broadcasts/places.ts'
import { sendingRules } from '../../server/rules/broadcasts.ts'

const count = 2

function createFixture() {
  let nowMs = 0
  const timers = new Map<() => void, number>()
  const clock = {
    now: () => nowMs,
    after(ms: number, task: () => void) {
      timers.set(task, nowMs + ms)
      return () => void timers.delete(task)
    },
  }
  /** Whether there was room when it was last told that there may be. */
  let toldRoom = false
  const places = createPlaces(count, clock, () => (toldRoom = places.hasRoom()))
  const pass = (ms: number) => {
    nowMs += ms
    for (const [task, dueMs] of timers) if (dueMs <= nowMs) task()
  }
  /** Calls of `callMs` each, whose messages took `prepareMs` to write. */
  const call = async (prepareMs: number, callMs: number) => {
    const place = places.prepare()
    pass(prepareMs)
    await place.turn()
    pass(callMs)
    place.end()
  }
  const prepareAll = () => {
    const prepared: Place[] = []
    while (places.hasRoom()) prepared.push(places.prepare())
    return prepared
  }
  return { places, pass, call, prepareAll, timers, toldRoom: () => toldRoom }
}

describe('the places for calls', () => {
  it('let a message that is ready call once another one has ended', async () => {
    const { places, timers } = createFixture()
    const [first, second, third] = [places.prepare(), places.prepare(), places.prepare()]
    expect(await Promise.all([first.turn(), second.turn()])).toEqual([true, true])
    let mayCall: boolean | undefined
    const turn = third.turn().then((isMine) => (mayCall = isMine))
    await Promise.resolve()
    expect(mayCall).toBeUndefined()
    second.end()
    await turn
    expect(mayCall).toBe(true)
    expect(timers.size).toBe(0)
  })

  it('turn a message away that has waited for too long', async () => {
    const { places, pass } = createFixture()
    const [first, second, third] = [places.prepare(), places.prepare(), places.prepare()]
    await Promise.all([first.turn(), second.turn()])
    const turn = third.turn()
    pass(sendingRules.turnWithinMs)
    expect(await turn).toBe(false)
    third.end()
    expect(places.hasRoom()).toBe(false)
    first.end()
    first.end()
    expect(places.room()).toBe(2)
    expect(await places.prepare().turn()).toBe(true)
  })

  it('have as many messages prepared ahead as become free meanwhile', async () => {
    expect(createFixture().prepareAll()).toHaveLength(count)
    const { call, prepareAll } = createFixture()
    await call(50, 100)
    expect(prepareAll()).toHaveLength(count + 1)
  })

  it('have none prepared ahead where calls take longer than a message may wait', async () => {
    const { call, prepareAll } = createFixture()
    await call(1_000, sendingRules.turnWithinMs + 1)
    expect(prepareAll()).toHaveLength(count)
  })

  it('tell of the room that comes up when writing takes longer', async () => {
    const { call, prepareAll, pass, toldRoom } = createFixture()
    await call(50, 100)
    const [first] = prepareAll()
    pass(1_000)
    await first!.turn()
    expect(toldRoom()).toBe(true)
  })
})
