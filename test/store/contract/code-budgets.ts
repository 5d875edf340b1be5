import { expect, it } from '@jest/globals'
import type { CodeBudget } from '../../../server/store/store.ts'
import { appId, day, hashOf, nowMs } from '../builders.ts'
import type { Current } from './store-under-test.ts'

const request = { kind: 'path' as const, path: 'pages/index' }
const today = 20_000

export function codeBudgetPromises(current: Current): void {
  const of = (keyId: string, rest: Partial<CodeBudget> = {}): CodeBudget => ({
    keyId,
    day: today,
    mostOfKey: 2,
    mostOfApp: 3,
    ...rest,
  })
  const code = (name: string, app = appId) => ({ appId: app, key: hashOf(name), holder: 'first' })
  async function open(name: string, budget: CodeBudget, app = appId, { store } = current()) {
    const opening = { ...code(name, app), counts: true, budget, leaseMs: 60_000, nowMs }
    return (await store.openCode(opening)).was
  }
  const drop = (name: string, budget: CodeBudget, rest: object = {}) =>
    current().store.dropCode({
      ...code(name),
      counts: true,
      budget,
      was: 'not_made',
      exhausted: false,
      again: false,
      ...rest,
    })
  const queue = (name: string, budget: CodeBudget) =>
    current().store.queueCode({ ...code(name), request, budget, nowMs })

  it('bound the codes of a key a day, and those of all keys of an app', async () => {
    expect([await open('1', of('a')), await open('2', of('a'))]).toEqual(['opened', 'opened'])
    expect(await open('3', of('a'))).toBe('over_budget')
    expect(await open('3', of('b'))).toBe('opened')
    expect(await open('4', of('b'))).toBe('over_budget')
    expect(await open('1', of('b'), 'wx2')).toBe('opened')
    expect(await open('4', of('b', { day: today + 1 }))).toBe('opened')
    expect((await current().store.countCodes(appId)).lasting).toBe(4)
  })

  it('are not passed by many at once', async () => {
    const all = await Promise.all(
      Array.from({ length: 12 }, (_, n) => open(String(n), of(n % 2 ? 'a' : 'b'))),
    )
    expect(all.filter((was) => was === 'opened')).toHaveLength(3)
  })

  it('leave no refused request, and spend of the key only what the app has', async () => {
    for (const name of ['1', '2']) await open(name, of('a'))
    await open('3', of('b'))
    expect(await open('4', of('b'))).toBe('over_budget')
    await drop('1', of('a'))
    expect(await open('4', of('b'))).toBe('opened')
    expect(await current().store.findQueuedCodes(appId, 10)).toEqual([])
  })

  it('get back what was certainly not made, and nothing else', async () => {
    await open('1', of('a'))
    await drop('1', of('a'))
    await open('1', of('a'))
    await drop('1', of('a'), { was: 'outcome_unknown' })
    expect(await open('2', of('a'))).toBe('opened')
    expect(await open('3', of('a'))).toBe('over_budget')
  })

  it('are spent once by a queued code, however often it is asked for', async () => {
    expect([await queue('1', of('a')), await queue('1', of('a'))]).toEqual(['queued', 'queued'])
    expect(await open('1', of('a'))).toBe('opened')
    expect(await queue('2', of('a'))).toBe('queued')
    expect(await queue('3', of('a'))).toBe('over_budget')
    await drop('1', of('a'), { again: true })
    expect(await queue('3', of('a'))).toBe('over_budget')
    expect(await current().store.findQueuedCodes(appId, 10)).toHaveLength(2)
  })

  it('do not concern a code that is made', async () => {
    await open('1', of('a'))
    const image = { bytes: Buffer.from('image'), contentType: 'image/png' }
    await current().store.keepCode({ ...code('1'), counts: true, image, nowMs })
    await open('2', of('a'))
    expect(await open('1', of('a'))).toBe('made')
    expect(await queue('1', of('a'))).toBe('made')
  })

  it('survive a restart, and are swept days later', async () => {
    const atDay = Math.floor(nowMs / day)
    for (const name of ['1', '2']) await open(name, of('a', { day: atDay }))
    const store = await current().restart()
    const third = () => open('3', of('a', { day: atDay }), appId, { ...current(), store })
    expect(await third()).toBe('over_budget')
    await store.sweep({ nowMs: nowMs + 2 * day })
    expect(await third()).toBe('over_budget')
    await store.sweep({ nowMs: nowMs + 3 * day })
    expect(await third()).toBe('opened')
  })
}
