import type { Capture } from './event'
import type { Tell } from './notice'
import type { Quietly } from './quietly'

/** Records a payment's prepay_id, which is the right to three messages within seven days. */
export type Payment = (prepayId: string) => void

export const createPayment =
  (capture: Capture, tell: Tell, quietly: Quietly): Payment =>
  (prepayId) =>
    quietly(() => {
      if (typeof prepayId === 'string' && prepayId) capture({ type: 'payment.made', prepayId })
      else tell('not_a_prepay_id')
    })
