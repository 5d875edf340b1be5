import { describe, expect, it } from '@jest/globals'
import { createApi } from '../../server/client/api.ts'
import { nameOf } from '../../server/http/route.ts'
import { routes } from '../../server/http/routes/routes.ts'

/** The routes that the operations ask for, each called once. */
function routesAsked(): string[] {
  const asked: string[] = []
  const api = createApi({
    async perform(route) {
      asked.push(route)
      return { status: 202, header: () => undefined }
    },
    newIdempotencyKey: () => 'key',
  })
  const callAll = (operations: object): void => {
    for (const operation of Object.values(operations) as (
      object | ((argument: object) => unknown)
    )[]) {
      if (typeof operation === 'function') void operation({})
      else callAll(operation)
    }
  }
  callAll(api)
  return asked
}

describe('the operations in server/client/api.ts', () => {
  const all = routesAsked()

  it('ask for routes that there are, each for its own', () => {
    const unknown = all.filter((name) => !routes.some((route) => nameOf(route) === name))
    expect(unknown).toEqual([])
    expect(new Set(all).size).toBe(all.length)
  })

  it('are complete: every route of an app that backends call has one', () => {
    const ofBackends = routes.filter(({ caller }) => caller === 'operator').map(nameOf)
    expect(ofBackends.length).toBeGreaterThan(20)
    expect(ofBackends.filter((name) => !all.includes(name as (typeof all)[number]))).toEqual([])
  })
})
