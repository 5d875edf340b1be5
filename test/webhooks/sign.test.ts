import { describe, expect, it } from '@jest/globals'
import { systemRandom } from '../../server/runtime/world.ts'
import { makeSecret, signedHeaders, writeSecret } from '../../server/webhooks/sign.ts'

describe('the signature of a webhook', () => {
  // As the library `standardwebhooks` 1.1.1 signs it, whose tests have these values.
  it('is that of Standard Webhooks', () => {
    const secret = Buffer.from('MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw', 'base64')
    const id = 'msg_p5jXN8AQM9LWM0D4loKWxJek'
    const signed = { id, atMs: 1_614_265_330_999, body: '{"test": 2432232314}' }
    expect(signedHeaders(signed, secret)).toEqual({
      'webhook-id': id,
      'webhook-timestamp': '1614265330',
      'webhook-signature': 'v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=',
    })
  })

  it('has a secret of 32 random bytes behind its prefix', () => {
    const secret = writeSecret(makeSecret(systemRandom))
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(writeSecret(makeSecret(systemRandom))).not.toBe(secret)
  })
})
