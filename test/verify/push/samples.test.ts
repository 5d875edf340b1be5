import { describe, expect, it } from '@jest/globals'
import { decodeAesKey, encryptMessage, signatureOf } from '../../../server/verify/push/cipher.ts'
import { checkAddress, openPush } from '../../../server/verify/push/open-push.ts'
import { sealReply } from '../../../server/verify/push/reply.ts'
import { plainSettings, settings } from './platform.ts'

/** The platform's own samples, from its page on message pushes. */
const addressCheck = {
  timestamp: '1714036504',
  nonce: '1514711492',
  echostr: '4375120948345356249',
  signature: 'f464b24fc39322e44b38aa78f5edd27bd1441696',
}
const plain = {
  timestamp: '1714037059',
  nonce: '486452656',
  signature: '899cf89e464efb63f54ddac96b0a0a235f53aa78',
}
const encrypted = {
  timestamp: '1714112445',
  nonce: '415670741',
  signature: '6c5c811b55cc85e0e1b54100749188c20beb3f5d',
  msg_signature: '046e02f8204d34f8ba5fa3b1db94908f3df2e9b3',
}
const encrypt = [
  '+qdx1OKCy+5JPCBFWw70tm0fJGb2Jmeia4FCB7kao+/Q5c/ohsOzQHi8khUOb05JCpj0JB4RvQMkUyus',
  '8TPxLKJGQqcvZqzDpVzazhZv6JsXUnnR8XGT740XgXZUXQ7vJVnAG+tE8NUd4yFyjPy7GgiaviNrlCTj',
  '+l5kdfMuFUPpRSrfMZuMcp3Fn2Pede2IuQrKEYwKSqFIZoNqJ4M8EajAsjLY2km32IIjdf8YL/P50F7m',
  'StwntrA2cPDrM1kb6mOcfBgRtWygb3VIYnSeOBrebufAlr7F9mFUPAJGj04=',
].join('')
const message = [
  '{"ToUserName":"gh_97417a04a28d","FromUserName":"o9AgO5Kd5ggOC-bXrbNODIiE3bGY",',
  '"CreateTime":1714112445,"MsgType":"event","Event":"debug_demo",',
  '"debug_str":"hello world"}',
].join('')

describe("the platform's own samples", () => {
  it('pass the check of the address', () => {
    expect(checkAddress({ token: settings.token, query: addressCheck })).toBe(addressCheck.echostr)
  })

  it('open in plain mode', () => {
    const nowMs = Number(plain.timestamp) * 1_000
    const raw = Buffer.from(message)
    expect(openPush({ raw, query: plain, settings: plainSettings, nowMs }).ok).toBe(true)
  })

  it.each(['safe', 'compatible'] as const)('open in %s mode', (mode) => {
    const raw = Buffer.from(JSON.stringify({ ToUserName: 'gh_97417a04a28d', Encrypt: encrypt }))
    const nowMs = Number(encrypted.timestamp) * 1_000
    const opened = openPush({ raw, query: encrypted, settings: { ...settings, mode }, nowMs })
    expect(opened).toMatchObject({
      ok: true,
      push: {
        type: 'other_event',
        event: 'debug_demo',
        fromUserName: 'o9AgO5Kd5ggOC-bXrbNODIiE3bGY',
        toUserName: 'gh_97417a04a28d',
        createTimeMs: 1_714_112_445_000,
        format: 'json',
        raw: JSON.parse(message),
      },
    })
  })

  it('equal our own ciphertext, byte for byte', () => {
    const key = decodeAesKey(settings.aesKey)!
    const random = () => Buffer.from('a8eedb185eb2fecf')
    expect(encryptMessage({ message, appId: settings.appId, key, random })).toBe(encrypt)
    expect(signatureOf(settings.token, encrypted, encrypt)).toBe(encrypted.msg_signature)
    expect(signatureOf(settings.token, encrypted)).toBe(encrypted.signature)
  })

  it('equal our encrypted reply', () => {
    const sealed = sealReply({
      message: '{"demo_resp":"good luck"}',
      settings,
      timestamp: 1_713_424_427,
      nonce: '415670741',
      random: () => Buffer.from('707722b803182950'),
    })
    expect(JSON.parse(sealed)).toEqual({
      Encrypt:
        'ELGduP2YcVatjqIS+eZbp80MNLoAUWvzzyJxgGzxZO/5sAvd070Bs6qrLARC9nVHm48Y4hyRbtzve1L32tmxSQ==',
      MsgSignature: '1b9339964ed2e271e7c7b6ff2b0ef902fc94dea1',
      TimeStamp: 1_713_424_427,
      Nonce: '415670741',
    })
  })
})
