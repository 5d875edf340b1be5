import { describe, expect, it } from '@jest/globals'
import { StoreUnavailableError } from '../../../server/store/store.ts'
import { createBatcher } from '../../../server/store/postgres/batcher.ts'

interface Flight {
  inputs: string[]
  land(): void
  fail(error: Error): void
}

/** Batches whose end the test decides. An input is a user and a number: `ada 1`. */
function batching(maxInputs = 3, maxBatches = 1) {
  const flights: Flight[] = []
  const alone: string[] = []
  const ask = createBatcher<string, string>({
    keyOf: (input) => input.split(' ')[0]!,
    runBatch: (inputs) =>
      new Promise((resolve, reject) => {
        const land = () => resolve(inputs.map((input) => `${input}!`))
        flights.push({ inputs, land, fail: reject })
      }),
    runOne: async (input) => {
      alone.push(input)
      if (input === 'eve 1') throw new Error('It is eve.')
      return `${input}?`
    },
    maxInputs,
    maxBatches,
  })
  const turn = () => new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  return { ask, flights, alone, turn }
}

describe('the batcher', () => {
  it('runs inputs together that arrived together, and later ones in the next batch', async () => {
    const { ask, flights, turn } = batching()
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

  it('runs one input of a user at a time, over all batches', async () => {
    const { ask, flights, turn } = batching(3, 2)
    const all = ['ada 1', 'ada 2', 'bob 1'].map(ask)
    await turn()
    expect(flights.map(({ inputs }) => inputs)).toEqual([['ada 1', 'bob 1']])
    flights[0]!.land()
    await turn()
    expect(flights[1]!.inputs).toEqual(['ada 2'])
    flights[1]!.land()
    await Promise.all(all)
  })

  it('runs inputs one by one when their batch failed, so that one input fails alone', async () => {
    const { ask, flights, alone, turn } = batching()
    const all = ['ada 1', 'eve 1'].map(ask)
    await turn()
    flights[0]!.fail(new Error('One of them is bad.'))
    const [ada, eve] = await Promise.allSettled(all)
    expect(ada).toMatchObject({ value: 'ada 1?' })
    expect(eve).toMatchObject({ reason: new Error('It is eve.') })
    expect(alone).toEqual(['ada 1', 'eve 1'])
  })

  it('fails at once when the database is unavailable', async () => {
    const { ask, flights, alone, turn } = batching()
    const all = ['ada 1', 'bob 1'].map(ask)
    await turn()
    flights[0]!.fail(new StoreUnavailableError('It is away.'))
    const answers = await Promise.allSettled(all)
    expect(answers.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(alone).toEqual([])
  })
})
