import { describe, expect, it } from '@jest/globals'
import { rights } from '../../miniprogram/client/rights'
import type { PhoneReply } from '../support/phone'
import { start } from '../support/phone/start'

const held = {
  template: { uses: 3, until: '2018-06-08T04:00:00.000Z' },
  subscribe: { orderShipped: 1, roomReady: null },
  customer: { uses: 0 },
}

describe('the rights of the user', () => {
  it('are those that the server knows, once signed in', async () => {
    const { reach, phone, life } = start()
    phone.server.rights = held
    expect(await rights(reach)).toEqual(held)
    expect(life.wx.calls.map(({ name }) => name)).toEqual(['login'])
  })

  it('are none for a user whom the server does not know', async () => {
    const { template, subscribe } = await rights(start().reach)
    expect(template.uses).toBe(0)
    expect(subscribe['orderShipped']).toBeUndefined()
  })

  it('are asked for once more where the server has forgotten the session', async () => {
    const { reach, phone } = start()
    await rights(reach)
    phone.server.forgetTokens()
    await rights(reach)
    const asked = phone.network.requests.filter(({ path }) => path === '/v1/rights')
    expect(asked.map(({ token }) => token)).toEqual(['token-1', 'token-1', 'token-2'])
  })

  it.each<[string, PhoneReply | 'fail']>([
    ['unexpected_reply', { status: 404, body: { code: 'not_found' } }],
    ['unexpected_reply', { status: 200, body: '<html>' }],
    ['unexpected_reply', { status: 200 }],
    ['server_unreachable', 'fail'],
  ])('are refused with %s where the server replies %p', async (code, reply) => {
    const { reach, phone } = start()
    phone.network.reply = (request) =>
      request.path === '/v1/rights' ? reply : phone.server.reply(request)
    await expect(rights(reach)).rejects.toMatchObject({
      code,
      message: expect.stringContaining(`docs/client-notices.md#${code}`),
    })
  })

  it('are not asked for before the user has agreed', async () => {
    const { reach, phone } = start({ consent: 'required' })
    await expect(rights(reach)).rejects.toMatchObject({ code: 'consent_missing' })
    expect(phone.network.requests).toEqual([])
  })
})
