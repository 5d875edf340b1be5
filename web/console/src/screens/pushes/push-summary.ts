/** A push in one line. */
import type { ReceivedPush } from 'wx-reach-server/client'

/** Two pushes of one user and type within a millisecond are one row; WeChat does not send such. */
export const keyOfPush = ({ receivedAt, type, openId }: ReceivedPush): string =>
  [receivedAt, type, openId].filter(Boolean).join(' ')

/** The fields that say most, of the messages that users write and of the common events. */
const tellingFields = ['Content', 'Title', 'Label', 'PicUrl', 'SessionFrom', 'List', 'MediaId']

/** Empty where the content is not kept. */
export function summaryOf({ content }: ReceivedPush): string {
  if (!content) return ''
  const name = tellingFields.find((field) => content[field] !== undefined)
  const told = name === undefined ? content : content[name]
  const text = typeof told === 'string' ? told : JSON.stringify(told)
  return text.length > 80 ? `${text.slice(0, 80)}…` : text
}
