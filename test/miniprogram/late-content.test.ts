import { setImmediate } from 'node:timers'
import { describe, expect, it } from '@jest/globals'
import type { ShareContent } from '../../miniprogram/client'
import { timeline } from '../../miniprogram/client/timeline'
import { start } from '../support/phone/start'

/**
 * Node ends the run on a rejection that is still unhandled after the promises of a turn.
 */
const aTurn = () => new Promise((resolve) => setImmediate(resolve))

/** The outer content of a handler with this promise. */
async function shareWith(promise: unknown) {
  const running = start()
  const content = { title: 'outer', path: '/outer', promise }
  const outer = running.reach.share((() => content) as never)() as ShareContent
  let inner: unknown = 'still nothing'
  void outer.promise!.then((late) => (inner = late))
  await running.phone.clock.settle()
  await aTurn()
  return { ...running, outer, inner }
}

describe('late content', () => {
  it.each([[{ path: 5 }], [{ path: {} }]])(
    'that the library cannot decorate (%j) is passed on unchanged',
    async (late) => {
      const { inner, life } = await shareWith(Promise.resolve(late))
      expect(inner).toBe(late)
      expect(life.warnings).toEqual([expect.stringContaining('#failed')])
    },
  )

  it.each(['word', 7, true])('that is none (%p) is left to the platform', async (late) => {
    expect((await shareWith(Promise.resolve(late))).inner).toBe(late)
  })

  it('with a picture that is none keeps its share id', async () => {
    const { inner, outer } = await shareWith(Promise.resolve({ path: '/late', imageUrl: {} }))
    const id = /_wxr=.*/.exec(outer.path!)![0]
    expect(inner).toMatchObject({ path: `/late?${id}`, imageUrl: {} })
  })

  it('of something that only looks like a promise and throws is the outer content', async () => {
    const thenable = {
      // oxlint-disable-next-line no-thenable -- what a broken polyfill looks like
      then() {
        throw new Error('no promise')
      },
    }
    const { inner, outer } = await shareWith(thenable)
    expect(inner).toMatchObject({ title: 'outer', path: outer.path })
  })
})

describe('late content of the timeline', () => {
  it.each(['word', 7])('that is none (%p) is left to the platform', async (late) => {
    const { reach } = start()
    const handler = timeline(reach, () => ({
      query: 'x=1',
      promise: Promise.resolve(late) as never,
    }))
    expect(await handler().promise).toBe(late)
  })

  it('that is rejected where nothing may be recorded is no rejection of ours', async () => {
    const { reach } = start()
    reach.consent(false)
    const promise = Promise.reject(new Error('mine'))
    promise.catch(() => {})
    const content = { query: 'x=1', promise }
    expect(timeline(reach, () => content)()).toBe(content)
    await aTurn()
  })
})
