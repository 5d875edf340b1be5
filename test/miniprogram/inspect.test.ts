import { describe, expect, it } from '@jest/globals'
import { inspect } from '../../miniprogram/client/inspect'
import { start, submit } from '../support/phone/start'

describe('the report for the developer', () => {
  it('counts waiting events by type, with their age and stored size', async () => {
    const { reach, phone } = start()
    phone.network.online = false
    submit(reach, 'secret-form-id')
    await phone.clock.advance(5000)
    reach.payment('secret-prepay-id')
    const report = inspect(reach)
    expect(report).toMatchObject({
      consent: 'granted',
      waiting: { 'form.submitted': 1, 'payment.made': 1 },
      oldestMs: 5000,
      signedIn: false,
      sdkVersion: '3.5.0',
      missing: [],
    })
    expect(report.stored).toBeGreaterThan(200)
    expect(JSON.stringify(report)).not.toContain('secret')
  })

  it('sees the sign-in, not the token', async () => {
    const { reach, phone } = start()
    submit(reach, 'f1')
    await phone.clock.settle()
    const report = inspect(reach)
    expect(report).toMatchObject({ signedIn: true, oldestMs: 0, waiting: {}, acknowledged: 1 })
    expect(JSON.stringify(report)).not.toContain(phone.server.tokens[0])
  })

  it('names the functions that this base library lacks', () => {
    const { reach } = start({ without: ['getGroupEnterInfo', 'onAppShow', 'getAppBaseInfo'] })
    expect(inspect(reach).missing).toEqual(['getGroupEnterInfo', 'onAppShow'])
  })

  it('touches no storage before there is consent, and survives one that cannot be read', () => {
    const { reach, phone } = start({ consent: 'required' })
    expect(inspect(reach)).toMatchObject({ signedIn: undefined, stored: 0 })
    expect(phone.storage.reads).toEqual([])
    reach.consent(true)
    phone.storage.broken = true
    expect(() => inspect(reach)).not.toThrow()
  })
})
