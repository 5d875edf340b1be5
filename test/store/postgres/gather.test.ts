import { describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../../server/store/errors.ts'
import { createGather } from '../../../server/store/postgres/gather.ts'

interface Flight {
  inputs: string[]
  land(): void
  fail(error: Error): void
}

/** Groups whose end the test decides. An input is a user and what is asked for him: `ada 1`. */
function gathering(most = 3, groups = 1) {
  const flights: Flight[] = []
  const alone: string[] = []
  const ask = createGather<string, string>({
    keyOf: (input) => input.split(' ')[0]!,
    together: (inputs) =>
      new Promise((resolve, reject) => {
        const land = () => resolve(inputs.map((input) => `${input}!`))
        flights.push({ inputs, land, fail: reject })
      }),
    alone: async (input) => {
      alone.push(input)
      if (input === 'eve 1') throw new Error('It is eve.')
      return `${input}?`
    },
    most,
    groups,
  })
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  return { ask, flights, alone, turn }
}

describe('what is gathered', () => {
  it('goes together when it came together, and what comes then goes with the next', async () => {
    const { ask, flights, turn } = gathering()
    const all = ['ada 1', 'bob 1', 'eve 1', 'dan 1'].map(ask)
    await turn()
    expect(flights.map(({ inputs }) => inputs)).toEqual([['ada 1', 'bob 1', 'eve 1']])
    all.push(ask('fay 1'))
    flights[0]!.land()
    await turn()
    expect(flights[1]!.inputs).toEqual(['dan 1', 'fay 1'])
    flights[1]!.land()
    expect(await Promise.all(all)).toEqual(['ada 1!', 'bob 1!', 'eve 1!', 'dan 1!', 'fay 1!'])
  })

  it('holds of one user one at a time, over all groups', async () => {
    const { ask, flights, turn } = gathering(3, 2)
    const all = ['ada 1', 'ada 2', 'bob 1'].map(ask)
    await turn()
    expect(flights.map(({ inputs }) => inputs)).toEqual([['ada 1', 'bob 1']])
    flights[0]!.land()
    await turn()
    expect(flights[1]!.inputs).toEqual(['ada 2'])
    flights[1]!.land()
    await Promise.all(all)
  })

  it('goes alone when its group failed, so that one spoils it for none', async () => {
    const { ask, flights, alone, turn } = gathering()
    const all = ['ada 1', 'eve 1'].map(ask)
    await turn()
    flights[0]!.fail(new Error('One of them is bad.'))
    const [ada, eve] = await Promise.allSettled(all)
    expect(ada).toMatchObject({ value: 'ada 1?' })
    expect(eve).toMatchObject({ reason: new Error('It is eve.') })
    expect(alone).toEqual(['ada 1', 'eve 1'])
  })

  it('fails at once when the database is away', async () => {
    const { ask, flights, alone, turn } = gathering()
    const all = ['ada 1', 'bob 1'].map(ask)
    await turn()
    flights[0]!.fail(new StoreUnavailableError('It is away.'))
    const answers = await Promise.allSettled(all)
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(alone).toEqual([])
  })
})
