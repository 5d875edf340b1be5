/** The lists of the three subscribe events. `undefined`: an element without its template, or without what became of it. */
import { isObject } from './json.ts'
import { listOf, textOf, textOrEmpty } from './fields.ts'
import type { SubscribeAnswer, SubscribeSent } from './push.ts'

type Fields = Readonly<Record<string, unknown>>

export function answersOf(fields: Fields, wrapper: string): SubscribeAnswer[] | undefined {
  return elementsOf(fields, wrapper, (element) => {
    const templateId = textOf(element.TemplateId)
    const status = textOf(element.SubscribeStatusString)
    const popupScene = textOf(element.PopupScene)
    if (!templateId || !status) return undefined
    return { templateId, status, ...(popupScene !== undefined && { popupScene }) }
  })
}

export function sentOf(fields: Fields): SubscribeSent[] | undefined {
  return elementsOf(fields, 'SubscribeMsgSentEvent', (element) => {
    const templateId = textOf(element.TemplateId)
    const errorCode = textOf(element.ErrorCode)
    const msgId = textOf(element.MsgID)
    if (!templateId || !errorCode || !/^-?\d{1,9}$/.test(errorCode)) return undefined
    const errorStatus = textOrEmpty(element.ErrorStatus)
    return {
      templateId,
      ...(msgId && { msgId }),
      errorCode: Number(errorCode),
      errorStatus,
    }
  })
}

/** XML wraps the list in an element named like the event; JSON has it at the top. */
function elementsOf<T>(
  fields: Fields,
  wrapper: string,
  decode: (element: Fields) => T | undefined,
): T[] | undefined {
  const within = fields[wrapper]
  const elements = listOf(isObject(within) ? within.List : fields.List)?.map(decode)
  return elements?.every((element) => element !== undefined) ? elements : undefined
}
