import { describe, expect, it } from '@jest/globals'
import { followPrivacy, privacyListener } from '../../miniprogram/client/privacy'
import type { PrivacyAnswer } from '../../miniprogram/client/privacy'
import { start, submit } from '../support/phone/start'

const asked = (needAuthorization: boolean) => ({
  getPrivacySetting: (options: { success(setting: { needAuthorization: boolean }): void }) =>
    options.success({ needAuthorization }),
})

describe('consent that follows the platform', () => {
  it('is given once the user has agreed to the privacy agreement [case privacy]', async () => {
    const { reach, phone } = start({ consent: 'required' })
    submit(reach, 'f1')
    followPrivacy(reach, asked(false))
    await phone.clock.settle()
    expect(phone.server.events).toHaveLength(1)
  })

  it('waits while the user has not agreed, and where the platform knows no agreement', async () => {
    const { reach, phone } = start({ consent: 'required' })
    submit(reach, 'f1')
    followPrivacy(reach, asked(true))
    followPrivacy(reach, {})
    followPrivacy(reach, { getPrivacySetting: ({ fail }) => fail?.({ errMsg: 'fail' }) })
    await phone.clock.settle()
    expect(phone.network.requests).toEqual([])
    expect(reach.inspect().consent).toBe('required')
  })

  it.each([
    ['agree', 'granted'],
    ['disagree', 'refused'],
    ['exposureAuthorization', 'required'],
  ])('passes the answer %s on, which the platform gets too', (event, consent) => {
    const { reach } = start({ consent: 'required' })
    const seen: unknown[] = []
    const listener = privacyListener(reach, (resolve: PrivacyAnswer, info: object) => {
      seen.push(info)
      resolve({ event, buttonId: 'b' })
    })
    listener((answer: object) => void seen.push(answer), { referrer: 'getUserProfile' })
    expect(seen).toEqual([{ referrer: 'getUserProfile' }, { event, buttonId: 'b' }])
    expect(reach.inspect().consent).toBe(consent)
  })
})
