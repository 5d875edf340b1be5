/** A credit of each kind: how it arises, and what is sent with it. */
import type { Edition } from '../../server/rules/credits.ts'
import type { CanReceive } from '../../shared/wire/index.ts'
import type { Asked } from '../support/server/http-client.ts'
import { template } from '../support/server/samples.ts'

export const user = 'alice-0001'

/** What a credit's origin calls: a server and a sandbox, in this process or in another. */
interface Origin {
  /** Posts an event of the user's phone to the server. */
  postEvent(event: object): Promise<unknown>
  ask(at: string, asked: Asked): Promise<unknown>
  control<Body>(name: string, body: object): Promise<Body>
}

export interface CreditCase {
  edition: Edition
  /** The platform's path that the message is sent to. */
  path: string
  /** Uses after `grant`. */
  granted: number
  /** Gives the user `granted` uses, at the platform and in the ledger. */
  grant(origin: Origin, openId?: string): Promise<void>
  /** The message without its user. */
  message: { channel: 'template' | 'subscribe' | 'customer'; [field: string]: unknown }
  /** Uses that are free. */
  usesIn(can: CanReceive): number
}

const templateMessage = { channel: 'template', templateId: template } as const
const templatePath = '/cgi-bin/message/wxopen/template/send'

export const creditKinds = {
  form: {
    edition: '2018',
    path: templatePath,
    granted: 2,
    async grant({ postEvent, control }, openId = user) {
      for (const _ of [1, 2]) {
        const { formId } = await control<{ formId: string }>('form-ids', { openId })
        await postEvent({ type: 'form.submitted', formId, page: 'pages/a' })
      }
    },
    message: templateMessage,
    usesIn: ({ template: { uses } }) => uses,
  },
  payment: {
    edition: '2018',
    path: templatePath,
    granted: 3,
    async grant({ ask, control }, openId = user) {
      const { prepayId } = await control<{ prepayId: string }>('prepay-ids', { openId })
      await ask('POST /v1/credits/payment', { body: { openId, prepayId } })
    },
    message: templateMessage,
    usesIn: ({ template: { uses } }) => uses,
  },
  subscription: {
    edition: '2026',
    path: '/cgi-bin/message/subscribe/send',
    granted: 2,
    async grant({ postEvent, control }, openId = user) {
      const keywords = [{ name: '商品', example: '咖啡' }]
      await control('templates', { templateId: 'once', title: '订单', keywords, type: 2 })
      for (const _ of [1, 2]) {
        await control('subscriptions', { openId, templateId: 'once', answer: 'accept' })
        await postEvent({ type: 'subscription.answered', answers: { once: 'accept' } })
      }
    },
    message: { channel: 'subscribe', templateId: 'once', data: { thing1: { value: '咖啡' } } },
    usesIn: ({ subscribe }) => subscribe['once'] ?? 0,
  },
  /** The sandbox must push to the server. */
  window: {
    edition: '2018',
    path: '/cgi-bin/message/custom/send',
    granted: 5,
    async grant({ control }, openId = user) {
      await control('pushes', { openId, msgtype: 'text', content: 'hi' })
    },
    message: { channel: 'customer', msgtype: 'text', text: { content: 'Hello World' } },
    usesIn: ({ customer: { uses } }) => uses,
  },
} satisfies Record<string, CreditCase>

export type KindName = keyof typeof creditKinds
export const kindNames = Object.keys(creditKinds) as KindName[]
