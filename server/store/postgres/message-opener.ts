import type { OpenedMessage, OpenMessage } from '../store.ts'
import type { Database } from './database.ts'
import { createGather } from './gather.ts'
import { openMessage } from './open-message.ts'
import { isQuick, openManyQuickly, openQuickly } from './quick-message.ts'

interface Deps extends Pick<Database, 'query' | 'brief' | 'transact'> {
  batchWrites: boolean
}

const most = 64
const groups = 2

/** Opens a message the common way, and where that does not answer, the careful one. */
export function createMessageOpener({ query, brief, transact, batchWrites }: Deps) {
  const alone = (input: OpenMessage) => brief((sql) => openQuickly(sql, input))
  const gather = () =>
    createGather<OpenMessage, OpenedMessage | undefined>({
      keyOf: ({ appId, openId }) => `${appId}\0${openId}`,
      together: (inputs) => query((sql) => openManyQuickly(sql, inputs)),
      alone,
      most,
      groups,
    })
  const free = batchWrites ? gather() : alone
  const limited = batchWrites ? gather() : alone

  return async (input: OpenMessage): Promise<OpenedMessage> => {
    const quick = isQuick(input) && (await (input.limit?.perDay ? limited : free)(input))
    return quick || transact((sql) => openMessage(sql, input))
  }
}
