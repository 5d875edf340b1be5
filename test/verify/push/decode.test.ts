import { describe, expect, it } from '@jest/globals'
import { readBody } from '../../../server/verify/push/body.ts'
import { decodePush, isMessage } from '../../../server/verify/push/push.ts'
import { text, xmlOf } from './platform.ts'

const { Content: _content, MsgId: _msgId, ...head } = text
const event = { ...head, MsgType: 'event' }
const decode = (source: string | object) =>
  decodePush(readBody(Buffer.from(typeof source === 'string' ? source : JSON.stringify(source)))!)
const keyOf = (source: string | object) => decode(source)?.dedupeKey

describe('a message of the user', () => {
  const image = {
    ...head,
    MsgType: 'image',
    PicUrl: 'https://mmbiz/pic',
    MediaId: 'media',
    MsgId: '1234567890123456',
  }
  const card = {
    ...head,
    MsgType: 'miniprogrampage',
    Title: 'Title',
    AppId: 'wx0123456789abcdef',
    PagePath: 'pages/index?a=1&b=2',
    ThumbUrl: 'https://mmbiz/thumb',
    ThumbMediaId: 'thumb',
    MsgId: '1234567890123456',
  }
  const cardOfOurs = {
    type: 'miniprogrampage',
    title: 'Title',
    appId: card.AppId,
    pagePath: card.PagePath,
    thumbUrl: card.ThumbUrl,
    thumbMediaId: 'thumb',
  }

  it.each([
    ['text', text, { type: 'text', content: '你好' }],
    ['image', image, { type: 'image', picUrl: image.PicUrl, mediaId: 'media' }],
    ['card', card, cardOfOurs],
    [
      'voice',
      { ...image, MsgType: 'voice' },
      { type: 'other_message', msgType: 'voice', raw: { MediaId: 'media' } },
    ],
  ])('%s is the same from XML and JSON', (_, fields, expected) => {
    for (const source of [fields, xmlOf(fields)]) {
      const push = decode(source)!
      expect(push).toMatchObject({
        ...expected,
        fromUserName: head.FromUserName,
        toUserName: head.ToUserName,
        createTimeMs: head.CreateTime * 1_000,
        msgId: fields.MsgId,
        dedupeKey: fields.MsgId,
        format: source === fields ? 'json' : 'xml',
      })
      expect(isMessage(push)).toBe(true)
    }
  })

  it('may have its CreateTime as a text and its MsgId as a number', () => {
    const source = JSON.stringify({ ...text, CreateTime: String(text.CreateTime) })
    const unquoted = source.replace(`"${text.MsgId}"`, '9007199254740993')
    expect(decode(unquoted)).toMatchObject({
      createTimeMs: text.CreateTime * 1_000,
      msgId: '9007199254740993',
      dedupeKey: '9007199254740993',
      raw: { MsgId: '9007199254740993' },
    })
  })

  it('is a message also without its own fields', () => {
    expect(decode({ ...head, MsgId: '1' })).toMatchObject({ type: 'text', content: '' })
  })

  it('without a MsgId is identified by user, time and type', () => {
    const voice = { ...head, MsgType: 'voice' }
    expect(decode(voice)).not.toHaveProperty('msgId')
    const others = [
      { ...voice, CreateTime: 1 },
      { ...voice, FromUserName: 'o1' },
      { ...voice, MsgType: 'video' },
    ]
    const keys = [voice, ...others].map(keyOf)
    expect(new Set(keys).size).toBe(4)
    expect(keyOf({ ...voice, MsgId: '' })).toBe(keys[0])
  })
})

describe('an event', () => {
  it('of entering the customer-service window has its origin', () => {
    const entered = { ...event, Event: 'user_enter_tempsession', SessionFrom: 'order=7' }
    for (const source of [entered, xmlOf(entered)]) {
      const push = decode(source)!
      expect(push).toMatchObject({ type: 'user_enter_tempsession', sessionFrom: 'order=7' })
      expect(isMessage(push)).toBe(false)
    }
  })

  it('constructor is another event, with its fields', () => {
    const push = decode({ ...event, Event: 'constructor', OpenID: 'o1' })!
    expect(push).toMatchObject({ type: 'other_event', event: 'constructor', raw: { OpenID: 'o1' } })
    expect(isMessage(push)).toBe(false)
  })

  it.each(['user_authorization_revoke', 'user_authorization_cancellation'])(
    '%s names a user by OpenID; without one it is another event',
    (type) => {
      expect(decode({ ...event, Event: type, OpenID: 'o1' })).toMatchObject({ type, openId: 'o1' })
      expect(decode({ ...event, Event: type })).toMatchObject({ type: 'other_event', event: type })
      const keys = ['o1', 'o2'].map((OpenID) => keyOf({ ...event, Event: type, OpenID }))
      expect(keys[0]).not.toBe(keys[1])
    },
  )

  it('has the same key when repeated, and another one for another user, second or type', () => {
    const revoke = { ...event, Event: 'user_authorization_revoke' }
    const others = [
      { ...revoke, CreateTime: 1 },
      { ...revoke, FromUserName: 'o1' },
      { ...revoke, Event: 'x' },
    ]
    expect(new Set([revoke, ...others].map(keyOf)).size).toBe(4)
    expect(keyOf(xmlOf(revoke))).toBe(keyOf({ ...revoke, CreateTime: `${revoke.CreateTime}` }))
    expect(keyOf(revoke)).not.toContain(head.FromUserName)
  })
})

describe('a push', () => {
  it.each([
    ['nobody', { FromUserName: undefined }],
    ['two users', { FromUserName: ['o1', 'o2'] }],
    ['a number', { FromUserName: 7 }],
    ['spaces', { FromUserName: 'o 1' }],
    ['a long name', { FromUserName: 'o'.repeat(65) }],
    ['a name cut in a character', { FromUserName: 'o\uFFFD' }],
    ['a kind cut in a character', { MsgType: 'text\uFFFD' }],
    ['a kind of 3,000 characters', { MsgType: 'a'.repeat(3_000) }],
    ['an event of 3,000 characters', { MsgType: 'event', Event: 'a'.repeat(3_000) }],
    ['an event with a NUL', { MsgType: 'event', Event: 'enter\u0000' }],
    ['a MsgId with a NUL', { MsgId: '1\u0000' }],
    ['no time', { CreateTime: undefined }],
    ['a time in words', { CreateTime: 'now' }],
    ['half a second', { CreateTime: 1.5 }],
    ['a time before time', { CreateTime: -1 }],
    ['no kind', { MsgType: undefined }],
    ['an empty kind', { MsgType: '' }],
    ['an event without a name', { MsgType: 'event' }],
    ['a MsgId in words', { MsgId: 'abc' }],
    ['a MsgId below nothing', { MsgId: -1 }],
    ['half a MsgId', { MsgId: 1.5 }],
  ])('with %s is malformed', (_, change) => {
    expect(decode({ ...text, ...change })).toBeUndefined()
  })
})
