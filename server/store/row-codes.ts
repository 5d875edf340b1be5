/**
 * The words of the store's interface as small numbers in rows. Never renumber: files outlive
 * versions.
 */
import type { Channel, CreditKind } from '../../shared/wire/index.ts'
import type { CreditChange, MessageRow } from './store.ts'

function code<Word extends string>(numbers: Record<Word, number>) {
  const words = new Map(Object.entries(numbers).map(([word, number]) => [number, word as Word]))
  return {
    of: (word: Word): number => numbers[word],
    word(number: number): Word {
      const word = words.get(number)
      if (word === undefined) throw new Error(`The database holds the unknown code ${number}.`)
      return word
    },
  }
}

export const kindCode = code<CreditKind>({
  form: 1,
  payment: 2,
  subscription: 3,
  entered: 4,
  wrote: 5,
})

export const channelCode = code<Channel>({ template: 1, subscribe: 2, customer: 3 })

export const stateCode = code<MessageRow['state']>({
  queued: 0,
  sending: 1,
  sent: 2,
  refused: 3,
  unknown: 4,
})

/** SQL: the message is queued or being sent (the condition of the index messages_under_way). */
export const underWay = `state < ${stateCode.of('sent')}`

export const changeCode = code<CreditChange>({
  recorded: 1,
  reserved: 2,
  spent: 3,
  givenBack: 4,
  dead: 5,
  superseded: 6,
  expired: 7,
  late: 8,
  renewed: 9,
})

/** Several kinds as one number, for statements to test: `mask & (1 << kind)`. */
export const kindMask = (kinds: readonly CreditKind[]): number =>
  kinds.reduce((mask, kind) => mask | (1 << kindCode.of(kind)), 0)

/** States of codes. Below `idle`: under way (the condition of the index wxa_codes_under_way). */
export const codeState = { waiting: 0, making: 1, idle: 2, made: 3 } as const
