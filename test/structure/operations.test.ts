import { describe, expect, it } from '@jest/globals'
import { nameOf } from '../../server/http/route.ts'
import { routes } from '../../server/http/routes/routes.ts'
import { allOperations } from '../client/all-operations.ts'

describe('the operations in server/client/api.ts', () => {
  const asked = allOperations().map(({ route }) => route)

  it('ask for routes that there are, each for its own', () => {
    const names = routes.map(nameOf)
    expect(asked.filter((name) => !names.includes(name))).toEqual([])
    expect(new Set(asked).size).toBe(asked.length)
  })

  it('are complete: every route of an app that backends call has one', () => {
    const ofBackends = routes.filter(({ caller }) => caller === 'operator').map(nameOf)
    expect(ofBackends.length).toBeGreaterThan(20)
    expect(ofBackends.filter((name) => !asked.includes(name))).toEqual([])
  })
})
