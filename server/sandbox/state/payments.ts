/** What users paid, by the ids of WeChat Pay. */
import Type from 'typebox'
import type { PlatformClock, Random } from '../../runtime/world.ts'
import type { Limits } from '../rules/limits.ts'
import { shanghaiDigits } from '../rules/time.ts'
import { EpochMs, Fields, type Memory } from '../rules/memory.ts'

const Order = Fields({
  transactionId: Type.String(),
  mchId: Type.String(),
  outTradeNo: Type.String(),
})
type Order = Memory<typeof Order>

export const PaymentsMemory = Type.Array(
  Fields({ openId: Type.String(), paidAtMs: EpochMs, order: Order }),
)

/** What names one order. */
export type OrderName = Pick<Order, 'transactionId'> | Pick<Order, 'mchId' | 'outTradeNo'>

export interface Payments {
  /** The user pays now. Default: new ids, and the merchant of the examples of WeChat Pay. */
  add(openId: string, order: Partial<Order>): Order
  /** Whether this user paid this order just now. */
  isRecent(openId: string, name: OrderName): boolean
}

export function createPayments(
  payments: Memory<typeof PaymentsMemory>,
  clock: PlatformClock,
  random: Random,
  limits: () => Limits,
): Payments {
  const tenDigits = () => String(random(6).readUIntBE(0, 6) % 1e10).padStart(10, '0')
  return {
    add(openId, order) {
      const now = clock.now()
      const digits = shanghaiDigits(now)
      const paid = {
        transactionId: `4200${digits}${tenDigits()}`,
        mchId: '1900000109',
        outTradeNo: `${digits}${tenDigits()}`,
        ...order,
      }
      payments.push({ openId, paidAtMs: now, order: paid })
      return paid
    },
    isRecent(openId, name) {
      const since = clock.now() - limits().paidUnionIdWithinMs
      return payments.some(
        (payment) =>
          payment.openId === openId && payment.paidAtMs > since && isNamed(payment.order, name),
      )
    },
  }
}

function isNamed(order: Order, name: OrderName): boolean {
  if ('transactionId' in name) return order.transactionId === name.transactionId
  return order.mchId === name.mchId && order.outTradeNo === name.outTradeNo
}
