import type { WebhookEvent } from 'wx-reach-server/client'

export const refused: WebhookEvent = {
  type: 'message.settled',
  timestamp: '2026-06-01T04:00:00.000Z',
  appId: 'wx0123456789abcdef',
  data: {
    messageId: 'AAAAAAABC6_iIVbS',
    openId: 'alice-0001',
    channel: 'template',
    templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
    state: 'refused',
    reason: { code: 'no_credit', detail: 'The user holds no credit for this.' },
  },
}
