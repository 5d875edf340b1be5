import { describe, expect, it } from '@jest/globals'
import { withCallbacks } from '../../miniprogram/client/platform-call'

/** A promise of `given` whose handlers' errors are collected. */
function promiseOf(given: string, thrown: unknown[]): Promise<string> {
  const settle = (callback: (value: string) => void) => {
    try {
      callback(given)
    } catch (error) {
      thrown.push(error)
    }
  }
  return {
    // oxlint-disable-next-line no-thenable -- its handlers' errors can be seen
    then: (succeed: never, fail: never) => settle(/fail/.test(given) ? fail : succeed),
  } as never
}

describe('a result for callbacks', () => {
  it.each(['ok', 'fail'])('%s reaches complete though the callback before it throws', (given) => {
    const thrown: unknown[] = []
    const seen: unknown[] = []
    const error = new Error('mine')
    const callback = () => {
      throw error
    }
    const complete = (result: unknown) => void seen.push(result)
    withCallbacks(promiseOf(given, thrown), { success: callback, fail: callback, complete })
    expect(seen).toEqual([given])
    expect(thrown).toEqual([error])
  })
})
