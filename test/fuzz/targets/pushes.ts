/** What WeChat posts to the push address, in both formats: signed, and of any content. */
import { isDeepStrictEqual } from 'node:util'
import * as fc from 'fast-check'
import { readPush } from '../../../server/pushes/read-push.ts'
import { pushLimits } from '../../../server/rules/pushes.ts'
import { isObject } from '../../../server/runtime/encoding.ts'
import { readBody } from '../../../server/verify/push/body.ts'
import { openPush } from '../../../server/verify/push/open-push.ts'
import { isMessage, type Push } from '../../../server/verify/push/push.ts'
import { textReply } from '../../../server/verify/push/reply.ts'
import { isValue } from '../../../server/verify/values.ts'
import { jsonTokens, mutatedBytes, mutatedValue, xmlTokens } from '../../support/mutations.ts'
import { encryptPush, nowMs, plainPush, plainSettings } from '../../verify/push/platform.ts'
import { settings, signed, text, xmlOf } from '../../verify/push/platform.ts'
import { promised, type FuzzTarget } from './target.ts'

const { ToUserName, FromUserName, CreateTime, MsgId } = text
const head = { ToUserName, FromUserName, CreateTime }
const template = 'VRR0UEO9VJOLs0MHlU0'

const messages = [
  text,
  { ...head, MsgType: 'image', PicUrl: 'http://mmbiz.qpic.cn/a', MediaId: 'media-1', MsgId },
  {
    ...head,
    MsgType: 'miniprogrampage',
    Title: '标题',
    AppId: settings.appId,
    PagePath: 'pages/index/index?a=1',
    ThumbUrl: 'http://mmbiz.qpic.cn/b',
    ThumbMediaId: 'media-2',
    MsgId,
  },
  { ...head, MsgType: 'voice', MsgId },
  { ...head, MsgType: 'event', Event: 'user_enter_tempsession', SessionFrom: 'sessionFrom' },
  { ...head, MsgType: 'event', Event: 'debug_demo', debug_str: 'hello world' },
]

const lists = [
  [
    ['subscribe_msg_popup_event', 'SubscribeMsgPopupEvent'],
    { TemplateId: template, SubscribeStatusString: 'accept', PopupScene: '0' },
  ],
  [
    ['subscribe_msg_change_event', 'SubscribeMsgChangeEvent'],
    { TemplateId: template, SubscribeStatusString: 'reject' },
  ],
  [
    ['subscribe_msg_sent_event', 'SubscribeMsgSentEvent'],
    { TemplateId: template, MsgID: '1864323726461255680', ErrorCode: '0', ErrorStatus: 'success' },
  ],
] as const

const inXml = [
  ...messages.map(xmlOf),
  ...lists.flatMap(([[event, element], entry]) => {
    const list = xmlOf(entry).replace('<xml>', '<List>').replace('</xml>', '</List>')
    const around = xmlOf({ ...head, MsgType: 'event', Event: event })
    return [list, list + list].map((inner) =>
      around.replace('</xml>', `<${element}>${inner}</${element}>\n</xml>`),
    )
  }),
]

const inJson: object[] = [
  ...messages,
  ...lists.flatMap(([[event], entry]) =>
    [entry, [entry, entry]].map((List) => ({ ...head, MsgType: 'event', Event: event, List })),
  ),
]

/** `encrypted`: a body with `Encrypt` alone, where plain pushes are expected. */
const outcomes = (
  'malformed encrypted too_large text image miniprogrampage other_message user_enter_tempsession ' +
  'subscribe_msg_popup_event subscribe_msg_change_event subscribe_msg_sent_event other_event'
).split(' ')

const maxBytes = pushLimits.bodyBytes + 64
const envelope = { ToUserName, Encrypt: 'SGVsbG8=' }

export const pushesInXml: FuzzTarget<Buffer> = {
  name: 'push-xml',
  inputs: fc.oneof(
    mutatedBytes([...inXml, xmlOf(envelope)], { tokens: xmlTokens, maxBytes, stretchOneIn: 80 }),
    mutatedValue([...messages, envelope]).map((fields) =>
      Buffer.from(`<xml>${isObject(fields) ? elementsOf(fields) : JSON.stringify(fields)}</xml>`),
    ),
  ),
  read,
  outcomes,
}

export const pushesInJson: FuzzTarget<Buffer> = {
  name: 'push-json',
  inputs: fc.oneof(
    mutatedBytes(
      [...inJson, envelope].map((fields) => JSON.stringify(fields)),
      { tokens: jsonTokens, maxBytes, stretchOneIn: 80 },
    ),
    mutatedValue([...inJson, envelope]).map((value) => Buffer.from(JSON.stringify(value))),
  ),
  read,
  outcomes,
}

const textOf = (value: unknown) => (typeof value === 'string' ? value : JSON.stringify(value))

/** Neither names nor texts are escaped. */
const elementsOf = (fields: object): string =>
  Object.entries(fields)
    .map(([name, value]: [string, unknown]) => {
      const inner = isObject(value) ? elementsOf(value) : `<![CDATA[${textOf(value)}]]>`
      return `<${name}>${inner}</${name}>`
    })
    .join('\n')

function read(raw: Buffer): string {
  const plain = openPush({ ...plainPush(raw), settings: plainSettings, nowMs })
  const sealed = openPush({ ...encryptPush(raw), settings, nowMs })
  readAsEnvelope(raw)
  if (!plain.ok) return plain.reason
  // The envelope is larger than its message.
  const isSame = sealed.ok ? isDeepStrictEqual(sealed, plain) : sealed.reason === 'too_large'
  promised(isSame, 'a message means the same in every mode')
  checkPush(plain.push)
  return plain.push.type
}

/** The bytes as the envelope of an encrypted push, correctly signed whatever it holds. */
function readAsEnvelope(raw: Buffer): void {
  const encrypt = readBody(raw)?.fields.Encrypt
  const { query } = signed(typeof encrypt === 'string' ? encrypt : '')
  openPush({ raw, query, settings, nowMs })
}

function checkPush(push: Push): void {
  promised(isValue('openId', push.fromUserName), 'the sender can be stored')
  promised(push.dedupeKey.length <= 64, 'the key against duplicates can be stored')
  const atMs = Math.min(push.createTimeMs, nowMs)
  promised(Number.isSafeInteger(atMs), 'the time can be stored')
  const record = readPush(push, { atMs, edition: '2026', isLongTerm: () => false })
  if (record.type === 'consents') {
    promised(
      record.credits.every(({ ref }) => isValue('templateId', ref)),
      'templates are ids',
    )
  }
  if (record.type === 'deliveries') {
    for (const { platformId = '0', reason } of record.deliveries) {
      promised(isValue('messageId', platformId), 'ids of messages can be stored')
      promised((reason?.wechat?.errmsg ?? '').length <= 512, 'texts of WeChat are bounded')
    }
  }
  if (isMessage(push)) checkReply(push)
}

/** A reply quotes names that the sender chose. */
function checkReply(push: Parameters<typeof textReply>[0]): void {
  const content = push.type === 'text' ? Buffer.from(push.content).toString() : 'hi'
  const reply = readBody(Buffer.from(textReply(push, content, nowMs)))
  promised(reply?.fields.ToUserName === push.fromUserName, 'a reply goes to the sender')
  promised(reply?.fields.Content === content, 'a reply has its text')
}
