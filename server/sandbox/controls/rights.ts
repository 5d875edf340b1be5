/** Controls by which users give an app rights to send. */
import Type from 'typebox'
import { changeEvent, popupEvent } from '../push/message.ts'
import { Pushed } from '../push/pusher.ts'
import type { RightKind } from '../rules/limits.ts'
import type { Account } from '../state/account.ts'
import type { Template } from '../state/templates.ts'
import { control, ControlError, Id, requireUser, requireVisitor } from './control.ts'

export const formIds = control({
  method: 'POST',
  path: '/sandbox/form-ids',
  summary: 'The user submits a `<form report-submit>`.',
  description: 'The formId is good for one template message within seven days.',
  fields: { openId: Id, formId: Type.Optional(Id) },
  reply: Type.Object({ formId: Id }),
  example: { openId: 'oExampleUser' },
  act: ({ body, account }) => ({
    formId: issueRight(account(), 'form', body.openId, body.formId),
  }),
})

export const prepayIds = control({
  method: 'POST',
  path: '/sandbox/prepay-ids',
  summary: 'The user pays.',
  description:
    'The prepayId is good for three template messages within seven days, the order for ' +
    'getpaidunionid within five minutes.',
  fields: {
    openId: Id,
    prepayId: Type.Optional(Id),
    transactionId: Type.Optional(Id),
    mchId: Type.Optional(Id),
    outTradeNo: Type.Optional(Id),
  },
  reply: Type.Object({ prepayId: Id, transactionId: Id, mchId: Id, outTradeNo: Id }),
  example: { openId: 'oExampleUser' },
  act({ body: { openId, prepayId, ...order }, account }) {
    const app = account()
    const issued = issueRight(app, 'payment', openId, prepayId)
    return { prepayId: issued, ...app.payments.add(openId, order) }
  },
})

function issueRight(account: Account, kind: RightKind, openId: string, id?: string): string {
  const issued = account.rights.issue(kind, requireVisitor(account, openId), id)
  if (issued !== undefined) return issued
  throw new ControlError(400, 'This id was issued before. Choose another, or leave it out.')
}

const Answer = Type.Enum([
  'accept',
  'acceptWithAlert',
  'acceptWithAudio',
  'acceptWithForcePush',
  'reject',
  'ban',
  'filter',
])

export const subscriptions = control({
  method: 'POST',
  path: '/sandbox/subscriptions',
  summary: 'The user answers the panel of `wx.requestSubscribeMessage`, or changes the settings.',
  description:
    'Accepting in the panel adds one message, and rejecting there removes nothing. Rejecting in ' +
    'the settings turns the template off and removes all. `ban` makes sends fail with 43107, and ' +
    '`filter` has no effect. A template that the account does not hold is added.',
  fields: {
    openId: Id,
    templateId: Id,
    answer: Answer,
    where: Type.Optional(Type.Enum(['panel', 'settings'], { description: 'Default: `panel`.' })),
  },
  reply: Type.Object({ templateId: Id, answer: Answer, push: Type.Optional(Pushed) }),
  example: { openId: 'oExampleUser', templateId: 'example-subscription', answer: 'accept' },
  async act({ body: { answer, where = 'panel', ...body }, account, signal }) {
    const app = account()
    const openId = (where === 'panel' ? requireVisitor : requireUser)(app, body.openId)
    const template = findOrAddTemplate(app, body.templateId)
    const status = answer.startsWith('accept') ? 'accept' : answer
    const apply = where === 'panel' ? answerPanel : changeSettings
    const event = apply(app, openId, template, status)
    const pushed = event && (await app.pusher.push(event, signal))
    return { templateId: template.templateId, answer, ...(pushed ? { push: pushed } : {}) }
  },
})

function answerPanel(app: Account, openId: string, template: Template, status: string) {
  if (status === 'ban') app.subscriptions.ban(openId, template)
  if (status === 'accept') app.subscriptions.accept(openId, template)
  // The panel does not offer a template that is banned or filtered.
  const offered = status === 'accept' || status === 'reject'
  return offered ? popupEvent(openId, template.templateId, status) : undefined
}

function changeSettings(app: Account, openId: string, template: Template, status: string) {
  if (status === 'ban') app.subscriptions.ban(openId, template)
  if (status !== 'reject') return undefined
  app.subscriptions.turnOff(openId, template)
  return changeEvent(openId, template.templateId)
}

function findOrAddTemplate({ templates }: Account, templateId: string): Template {
  const found = templates.find(templateId)
  if (found?.channel === 'template') {
    throw new ControlError(400, '/templateId is one of template messages, which need no consent.')
  }
  const title = '订阅消息'
  return found ?? templates.add({ templateId, channel: 'subscribe', title, keywords: [] })
}
