/** How a message ends: the same on every engine. */
import type { MessageReason } from '../../shared/wire/index.ts'
import type { StoredMessage } from './stored-message.ts'

export interface End {
  state: 'sent' | 'refused' | 'unknown'
  inferred?: boolean | undefined
  reason?: MessageReason | undefined
  platformId?: string | undefined
  nowMs: number
}

/** Of a message whose reply was lost a push may have told more. */
export function endOf(
  { delivered }: StoredMessage,
  to: End,
): { state: End['state']; reason?: MessageReason | undefined } {
  if (to.state !== 'unknown' || delivered === undefined) return to
  return delivered === 'arrived' ? { state: 'sent' } : { state: 'refused', reason: delivered }
}
