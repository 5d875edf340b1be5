import { describe, expect, it } from '@jest/globals'
import { readXml } from '../../../server/verify/push/body.ts'
import { openPush } from '../../../server/verify/push/open-push.ts'
import { isMessage } from '../../../server/verify/push/push.ts'
import { received, textReply, transferReply, sealReply } from '../../../server/verify/push/reply.ts'
import { encryptPush, nowMs, seconds, settings, sha1, stamp, text, xmlOf } from './platform.ts'

function arrived(message: string) {
  const opened = openPush({ ...encryptPush(message), settings, nowMs })
  if (!opened.ok || !isMessage(opened.push)) throw new Error('the push must open')
  return opened.push
}
const fromXml = arrived(xmlOf(text))
const fromJson = arrived(JSON.stringify(text))
const head = {
  ToUserName: text.FromUserName,
  FromUserName: text.ToUserName,
  CreateTime: seconds,
}

describe('a reply to a message', () => {
  it('is a text in the format of the message', () => {
    const reply = { ...head, MsgType: 'text', Content: '好的' }
    expect(JSON.parse(textReply(fromJson, '好的', nowMs))).toEqual(reply)
    expect(textReply(fromXml, '好的', nowMs)).toBe(xmlOf(reply).replaceAll('\n', ''))
  })

  it('has any text unchanged, the end mark of a CDATA section too', () => {
    const content = `a ]]> b ]]]]>> <c> & "d"\n]]`
    const reply = textReply(fromXml, content, nowMs)
    expect(readXml(reply)?.Content).toBe(content)
    expect(reply.split(']]>').length - 1).toBe(reply.split('<![CDATA[').length - 1)
  })

  it('may transfer the user to customer service', () => {
    const reply = { ...head, MsgType: 'transfer_customer_service' }
    expect(JSON.parse(transferReply(fromJson, nowMs))).toEqual(reply)
    expect(transferReply(fromXml, nowMs)).toBe(xmlOf(reply).replaceAll('\n', ''))
  })

  it('of receipt is the word that ends the retries', () => {
    expect(received).toBe('success')
  })
})

describe('a sealed reply', () => {
  const random = (bytes: number) => Buffer.alloc(bytes, 'r')
  const seal = (message: string) =>
    sealReply({ message, settings, timestamp: seconds, nonce: stamp.nonce, random })

  it('is signed and encrypted in the format of its message', () => {
    const inJson = JSON.parse(seal('{}')) as Record<string, unknown>
    const inXml = readXml(seal('<xml><A>1</A></xml>'))!
    for (const [envelope, timestamp] of [
      [inJson, seconds],
      [inXml, String(seconds)],
    ] as const) {
      const Encrypt = String(envelope.Encrypt)
      expect(envelope).toEqual({
        Encrypt,
        MsgSignature: sha1(settings.token, stamp.timestamp, stamp.nonce, Encrypt),
        TimeStamp: timestamp,
        Nonce: stamp.nonce,
      })
    }
  })

  it('decrypts as the platform does it', () => {
    const message = textReply(fromXml, '好的', nowMs)
    const { Encrypt } = readXml(seal(message))!
    const raw = Buffer.from(JSON.stringify({ Encrypt }))
    const msg_signature = sha1(settings.token, stamp.timestamp, stamp.nonce, String(Encrypt))
    const opened = openPush({ raw, query: { ...stamp, msg_signature }, settings, nowMs })
    expect(opened).toMatchObject({ ok: true, push: { type: 'text', content: '好的' } })
  })

  it('needs a key, and the error says where to find it', () => {
    const { aesKey: _, ...without } = settings
    const input = { message: '{}', timestamp: seconds, nonce: stamp.nonce, random }
    expect(() => sealReply({ ...input, settings: without })).toThrow('WECHAT_PUSH_AES_KEY')
  })
})
