import Type from 'typebox'
import { changeEvent, popupEvent } from '../push/message.ts'
import type { RightKind } from '../rules/limits.ts'
import type { Account } from '../state/account.ts'
import type { Template } from '../state/templates.ts'
import { control, knownUser, Id, ControlError } from './control.ts'

/** The user submits a `<form report-submit>`. */
export const formIds = control({
  method: 'POST',
  path: '/sandbox/form-ids',
  fields: { openId: Id, formId: Type.Optional(Id) },
  act({ body, account }) {
    const app = account()
    return { formId: issueRight(app, 'form', knownUser(app, body.openId), body.formId) }
  },
})

/** The user pays. */
export const prepayIds = control({
  method: 'POST',
  path: '/sandbox/prepay-ids',
  fields: { openId: Id, prepayId: Type.Optional(Id) },
  act({ body, account }) {
    const app = account()
    return { prepayId: issueRight(app, 'payment', knownUser(app, body.openId), body.prepayId) }
  },
})

/** @throws ControlError when the id that the caller chose was handed out before. */
export function issueRight(account: Account, kind: RightKind, openId: string, id?: string): string {
  const issued = account.rights.issue(kind, openId, id)
  if (issued !== undefined) return issued
  throw new ControlError(400, 'This id was handed out before. Choose another, or leave it out.')
}

/**
 * The user answers the panel of `wx.requestSubscribeMessage`, or, with `where: 'settings'`, turns a template
 * on or off later. An accepting word in the panel adds one message; rejecting there takes nothing away, and
 * turning off takes all. `ban` is what 43107 tells of, and `filter` does nothing.
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
  async act({ body: { answer, where = 'panel', ...body }, account, gone }) {
    const app = account()
    const openId = knownUser(app, body.openId)
    const template = templateOf(app, body.templateId)
    const status = answer.startsWith('accept') ? 'accept' : answer
    const event = where === 'panel' ? panel : settings
    const message = event(app, openId, template, status)
    const pushed = message && (await app.pusher.push(message, gone))
    return { templateId: template.templateId, answer, ...(pushed ? { push: pushed } : {}) }
  },
})

function panel({ subscriptions: kept }: Account, openId: string, on: Template, status: string) {
  if (status === 'ban') kept.ban(openId, on)
  if (status === 'accept') kept.accept(openId, on)
  // A template that is banned or filtered is not in the panel.
  const shown = status === 'accept' || status === 'reject'
  return shown ? popupEvent(openId, on.templateId, status) : undefined
}

function settings({ subscriptions: kept }: Account, openId: string, on: Template, status: string) {
  if (status === 'ban') kept.ban(openId, on)
  if (status !== 'reject') return undefined
  kept.turnOff(openId, on)
  return changeEvent(openId, on.templateId)
}

/** One that is not known is made. */
function templateOf({ templates }: Account, templateId: string): Template {
  return (
    templates.find(templateId) ?? templates.add({ templateId, title: '订阅消息', keywords: [] })
  )
}

const defaults = { title: '服务结果通知', keywords: ['处理结果'] }
const Word = Type.String({ minLength: 1, maxLength: 64 })

/** The account comes to hold a template; one with the same templateId is replaced. */
export const templates = control({
  method: 'POST',
  path: '/sandbox/templates',
  fields: {
    templateId: Type.Optional(Id),
    title: Type.Optional(Word),
    keywords: Type.Optional(
      Type.Array(Type.Union([Word, Type.Object({ name: Word, example: Word })])),
    ),
    // What gettemplate calls it: 2 is sent once for each consent, 3 is long-term and has no count.
    type: Type.Optional(Type.Enum([2, 3])),
  },
  act({
    body: { templateId, title = defaults.title, keywords = defaults.keywords, type },
    account,
  }) {
    const added = account().templates.add({
      ...(templateId === undefined ? {} : { templateId }),
      ...(type === undefined ? {} : { type }),
      title,
      keywords: keywords.map((each) =>
        typeof each === 'string' ? { name: each, example: each } : each,
      ),
    })
    return { templateId: added.templateId }
  },
})
