import type { TemplateData } from '../../shared/wire.ts'
import { acknowledged } from './acknowledged.ts'
import type { Authorized } from './authorized.ts'
import type { JsonObject } from './http.ts'
import type { AuthorizedReply } from './reply.ts'

export interface TemplateSend {
  openId: string
  templateId: string
  /** Of a form, or the prepay_id of a payment: the page has one field for both. */
  formId: string
  /** Absent: a tap leads nowhere. */
  page?: string
  /** Absent: an empty template. */
  data?: TemplateData
  /** `keyword1.DATA` */
  emphasisKeyword?: string
  color?: string
}

/** Sends one template message (seeds/001). The credit behind `formId` is gone unless WeChat refused. */
export function sendTemplate(
  authorized: Authorized,
  message: TemplateSend,
): Promise<AuthorizedReply<JsonObject>> {
  const { openId, templateId, formId, page, data, emphasisKeyword, color } = message
  return authorized({
    path: '/cgi-bin/message/wxopen/template/send',
    // JSON leaves out what is undefined.
    body: {
      touser: openId,
      template_id: templateId,
      page,
      form_id: formId,
      data,
      color,
      emphasis_keyword: emphasisKeyword,
    },
    decode: acknowledged,
    hearsLate: true,
  })
}
