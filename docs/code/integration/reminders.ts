import type { Message, ReachApi } from 'wx-reach-server/client'

export interface Booking {
  id: string
  openId: string
  what: string
  /** RFC 3339, such as `2026-12-24T18:00:00+08:00`. */
  remindAt: string
}

/** Asked for again under the same key, it is the same reminder. */
export const remind = (reach: ReachApi, { id, openId, what, remindAt }: Booking) =>
  reach.messages.send(
    {
      channel: 'subscribe',
      openId,
      templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
      page: `pages/booking/booking?id=${id}`,
      data: { thing2: { value: what } },
      sendAt: remindAt,
    },
    { idempotencyKey: `reminder-${id}` },
  )

/** The user will not come: no reminder. */
export const forget = (reach: ReachApi, reminder: Message) => reach.messages.cancel(reminder.id)
