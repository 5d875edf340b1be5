import Type from 'typebox'
import { changeEvent, popupEvent } from '../push/events.ts'
import type { Account } from '../state/account.ts'
import type { Template } from '../state/templates.ts'
import { control, knownUser } from './control.ts'
import { Id } from './fields.ts'

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
