import { describe, expect, it } from '@jest/globals'
import { readBody } from '../../../server/verify/push/body.ts'
import { decodePush } from '../../../server/verify/push/push.ts'

const head = { ToUserName: 'gh_123456789abc', FromUserName: 'o7esq5OI1Uej6Xixw1lA2H7XDVbc' }
const decode = (source: string) => decodePush(readBody(Buffer.from(source))!)
const json = (event: string, List?: unknown) =>
  decode(
    JSON.stringify({ ...head, CreateTime: '1620973045', MsgType: 'event', Event: event, List }),
  )
const xml = (event: string, inner: string) =>
  decode(`<xml>
<ToUserName><![CDATA[${head.ToUserName}]]></ToUserName>
<FromUserName><![CDATA[${head.FromUserName}]]></FromUserName>
<CreateTime>1620973045</CreateTime>
<MsgType><![CDATA[event]]></MsgType>
<Event><![CDATA[${event}]]></Event>
${inner}
</xml>`)

const yes = { TemplateId: 'VRR0UEO9VJOLs0MHlU0', SubscribeStatusString: 'accept', PopupScene: '0' }
const no = { TemplateId: '9nLIlbOQZC5Y89AZteF', SubscribeStatusString: 'reject', PopupScene: '2' }
const sent = { TemplateId: 'VRR0', MsgID: '1864323726461255680', ErrorCode: '0' }
const yesOfOurs = { templateId: yes.TemplateId, status: 'accept', popupScene: '0' }
const noOfOurs = { templateId: no.TemplateId, status: 'reject', popupScene: '2' }
const element = (fields: Record<string, string>) =>
  `<List>\n${Object.entries(fields)
    .map(([k, v]) => `<${k}><![CDATA[${v}]]></${k}>\n`)
    .join('')}</List>\n`

describe('a subscribe event', () => {
  it.each([
    ['subscribe_msg_popup_event', 'SubscribeMsgPopupEvent'],
    ['subscribe_msg_change_event', 'SubscribeMsgChangeEvent'],
  ])('%s has every answer, one or several, in JSON and in XML', (event, wrapper) => {
    const two = { type: event, list: [yesOfOurs, noOfOurs] }
    expect(json(event, [yes, no])).toMatchObject(two)
    const inner = element(yes) + element(no)
    expect(xml(event, `<${wrapper}>\n${inner}</${wrapper}>`)).toMatchObject(two)
    const one = { type: event, list: [noOfOurs] }
    expect(json(event, no)).toMatchObject(one)
    expect(json(event, [no])).toMatchObject(one)
    expect(xml(event, `<${wrapper}>${element(no)}</${wrapper}>`)).toMatchObject(one)
  })

  it('of a sent message has its delivery', () => {
    const list = [{ templateId: 'VRR0', msgId: sent.MsgID, errorCode: 0, errorStatus: 'success' }]
    const fields = { ...sent, ErrorStatus: 'success' }
    const expected = { type: 'subscribe_msg_sent_event', list }
    expect(json('subscribe_msg_sent_event', fields)).toMatchObject(expected)
    const inner = `<SubscribeMsgSentEvent>${element(fields)}</SubscribeMsgSentEvent>`
    expect(xml('subscribe_msg_sent_event', inner)).toMatchObject(expected)
  })

  it('keeps every digit of a numeric message id', () => {
    const fields = JSON.stringify({ ...sent, ErrorCode: 0 }).replace(`"${sent.MsgID}"`, sent.MsgID)
    const push = decode(
      `{"FromUserName":"${head.FromUserName}","CreateTime":1620973045,"MsgType":"event",
        "Event":"subscribe_msg_sent_event","List":${fields}}`,
    )
    const list = [{ templateId: 'VRR0', msgId: sent.MsgID, errorCode: 0, errorStatus: '' }]
    expect(push).toMatchObject({ list })
  })

  it('has the words of a failed delivery as they can be stored', () => {
    const push = json('subscribe_msg_sent_event', { ...sent, ErrorStatus: 'a\u0000\ud83d b' })
    expect(push).toMatchObject({ list: [{ errorStatus: 'a\uFFFD\uFFFD b' }] })
    const long = json('subscribe_msg_sent_event', { ...sent, ErrorStatus: 'x '.repeat(5_000) })
    expect(long).toMatchObject({ list: [{ errorStatus: 'x '.repeat(128) }] })
  })

  it.each(['a'.repeat(65), 'a b', '\u0000', '订单'])(
    'with the message id %j is malformed',
    (MsgID) => {
      expect(json('subscribe_msg_sent_event', { ...sent, MsgID })).toBeUndefined()
    },
  )

  it('without a list has no template', () => {
    expect(json('subscribe_msg_popup_event')).toMatchObject({ list: [] })
    expect(xml('subscribe_msg_popup_event', '<SubscribeMsgPopupEvent/>')).toMatchObject({
      list: [],
    })
  })

  it.each([
    ['no template', { ...yes, TemplateId: undefined }],
    ['an empty template', { ...yes, TemplateId: '' }],
    ['a template of 3,000 characters', { ...yes, TemplateId: 'a'.repeat(3_000) }],
    ['a template with a NUL', { ...yes, TemplateId: 'a\u0000' }],
    ['a template cut in a character', { ...yes, TemplateId: 'a\uFFFD' }],
    ['an answer of 3,000 characters', { ...yes, SubscribeStatusString: 'a'.repeat(3_000) }],
    ['no answer', { ...yes, SubscribeStatusString: undefined }],
    ['a word in place of an element', 'accept'],
    ['nothing in place of an element', [yes, null]],
  ])('with %s is malformed', (_, list) => {
    expect(json('subscribe_msg_popup_event', list)).toBeUndefined()
  })

  it.each([undefined, '', 'ok', 1.5])(
    'of a message sent with the code %j is not understood',
    (code) => {
      expect(json('subscribe_msg_sent_event', { ...sent, ErrorCode: code })).toBeUndefined()
    },
  )

  it('has a key that differs for templates and messages of the same second', () => {
    const sentEvent = (MsgID: string) => json('subscribe_msg_sent_event', { ...sent, MsgID })
    const keys = [
      json('subscribe_msg_popup_event', yes),
      json('subscribe_msg_popup_event', no),
      json('subscribe_msg_popup_event', [yes, no]),
      json('subscribe_msg_change_event', yes),
      sentEvent('1'),
      sentEvent('2'),
    ].map((push) => push?.dedupeKey)
    expect(new Set(keys).size).toBe(6)
    expect(json('subscribe_msg_popup_event', [yes])?.dedupeKey).toBe(keys[0])
  })
})
