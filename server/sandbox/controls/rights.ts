/** Controls by which users give an app rights to send, and of the templates that it sends. */
import Type from 'typebox'
import { changeEvent, popupEvent } from '../push/message.ts'
import type { RightKind } from '../rules/limits.ts'
import type { Account } from '../state/account.ts'
import type { Template } from '../state/templates.ts'
import { control, ControlError, Id, requireUser } from './control.ts'

/** The user submits a `<form report-submit>`. */
export const formIds = control({
  method: 'POST',
  path: '/sandbox/form-ids',
  fields: { openId: Id, formId: Type.Optional(Id) },
  act: ({ body, account }) => ({
    formId: issueRight(account(), 'form', body.openId, body.formId),
  }),
})

/** The user pays. */
export const prepayIds = control({
  method: 'POST',
  path: '/sandbox/prepay-ids',
  fields: { openId: Id, prepayId: Type.Optional(Id) },
  act: ({ body, account }) => ({
    prepayId: issueRight(account(), 'payment', body.openId, body.prepayId),
  }),
})

function issueRight(account: Account, kind: RightKind, openId: string, id?: string): string {
  const issued = account.rights.issue(kind, requireUser(account, openId), id)
  if (issued !== undefined) return issued
  throw new ControlError(400, 'This id was issued before. Choose another, or leave it out.')
}

/**
 * The user answers the panel of `wx.requestSubscribeMessage`, or, with `where: 'settings'`, turns a
 * template on or off later. Accepting in the panel adds one message; rejecting there removes
 * nothing, and turning off removes all. `ban` makes sends fail with 43107, and `filter` has no
 * effect.
 */
export const subscriptions = control({
  method: 'POST',
  path: '/sandbox/subscriptions',
  fields: {
    openId: Id,
    templateId: Id,
    answer: Type.Enum([
      'accept',
      'acceptWithAlert',
      'acceptWithAudio',
      'acceptWithForcePush',
      'reject',
      'ban',
      'filter',
    ]),
    where: Type.Optional(Type.Enum(['panel', 'settings'])),
  },
  async act({ body: { answer, where = 'panel', ...body }, account, signal }) {
    const app = account()
    const openId = requireUser(app, body.openId)
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
  return (
    templates.find(templateId) ?? templates.add({ templateId, title: '订阅消息', keywords: [] })
  )
}

const Name = Type.String({ minLength: 1, maxLength: 64 })

/** Adds a template to the account, or replaces the one with the same templateId. */
export const templates = control({
  method: 'POST',
  path: '/sandbox/templates',
  fields: {
    templateId: Type.Optional(Id),
    title: Type.Optional(Name),
    keywords: Type.Optional(
      Type.Array(Type.Union([Name, Type.Object({ name: Name, example: Name })])),
    ),
    // As in gettemplate: 2 is sent once for each consent, 3 is long-term and has no count.
    type: Type.Optional(Type.Enum([2, 3])),
  },
  act({ body: { title = '服务结果通知', keywords = ['处理结果'], ...rest }, account }) {
    const added = account().templates.add({
      ...rest,
      title,
      keywords: keywords.map((each) =>
        typeof each === 'string' ? { name: each, example: each } : each,
      ),
    })
    return { templateId: added.templateId }
  },
})
