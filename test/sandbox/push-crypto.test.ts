import { describe, expect, it } from '@jest/globals'
import { decrypt, encrypt, sign } from '../../server/sandbox/push/crypto.ts'
import { checkResponse } from '../../server/sandbox/push/protocol.ts'

/** The samples of the platform's page on message push. */
const token = 'AAAAA'
const aesKey = 'AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA'
const appId = 'wxba5fad812f8e6fb9'
const event = {
  timestamp: '1714112445',
  nonce: '415670741',
  random: 'a8eedb185eb2fecf',
  message:
    '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY","C' +
    'reateTime":1714112445,"MsgType":"event","Event":"debug_demo","debug_str":"hello ' +
    'world"}',
  encrypted:
    '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus' +
    '8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj' +
    '+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7m' +
    'StwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
}
const reply = {
  timestamp: '1713424427',
  nonce: '415670741',
  random: '707722b803182950',
  message: '{"demo_resp":"good luck"}',
  encrypted:
    'ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==',
  msgSignature: '1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1',
}
const fixed = (text: string) => () => Buffer.from(text, 'latin1')

describe('signature and encryption of pushes, compared with the platform’s samples', () => {
  it('signs an address check, a plain push and an encrypted one', () => {
    expect(sign(token, '1714036504', '1514711492')).toBe('f464b24fc39322e44b38aa78f5edd27bd1441696')
    expect(sign(token, '1714037059', '486452656')).toBe('899cf89e464efb63f54ddac96b0a0a235f53aa78')
    expect(sign(token, event.timestamp, event.nonce)).toBe(
      '6c5c811b55cc85e0e1b54100749188c20beb3f5d',
    )
    expect(sign(token, event.timestamp, event.nonce, event.encrypted)).toBe(
      '046e02f8204d34f8ba5fa3b1db94908f3df2e9b3',
    )
    expect(sign(token, reply.timestamp, reply.nonce, reply.encrypted)).toBe(reply.msgSignature)
  })

  it.each([
    ['an event', event],
    ['a reply', reply],
  ])('encrypts and decrypts %s', (_, { random, message, encrypted }) => {
    expect(encrypt(Buffer.from(message), appId, aesKey, fixed(random))).toBe(encrypted)
    expect(decrypt(encrypted, appId, aesKey)).toBe(message)
  })

  it('pads every length by 1 to 32', () => {
    for (let length = 0; length < 65; length++) {
      const message = 'x'.repeat(length)
      expect(
        decrypt(
          encrypt(Buffer.from(message), appId, aesKey, fixed('0123456789abcdef')),
          appId,
          aesKey,
        ),
      ).toBe(message)
    }
  })

  it('reads the sample of an encrypted reply, as JSON and as XML', () => {
    const config = {
      url: 'http://localhost/',
      token,
      aesKey,
      mode: 'safe',
      format: 'json',
    } as const
    const { encrypted, msgSignature, timestamp, nonce, message } = reply
    const json = {
      Encrypt: encrypted,
      MsgSignature: msgSignature,
      TimeStamp: 1713424427,
      Nonce: nonce,
    }
    expect(checkResponse(200, JSON.stringify(json), config, appId)).toEqual({ reply: message })
    const xml =
      `<xml><Encrypt><![CDATA[${encrypted}]]></Encrypt>` +
      `<MsgSignature><![CDATA[${msgSignature}]]></MsgSignature>` +
      `<TimeStamp>${timestamp}</TimeStamp><Nonce><![CDATA[${nonce}]]></Nonce></xml>`
    expect(checkResponse(200, xml, config, appId)).toEqual({ reply: message })
    expect(checkResponse(200, xml, config, 'wx0000000000sandbox')).toEqual({
      problem: expect.stringContaining('another appid'),
    })
    expect(checkResponse(200, xml.replace('1b93', '1b94'), config, appId)).toEqual({
      problem: expect.stringContaining('MsgSignature'),
    })
  })
})
