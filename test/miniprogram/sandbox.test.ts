import { describe, expect, it } from '@jest/globals'
import { createReach } from '../../miniprogram/client'
import type { EnterOptions } from '../../miniprogram/client/platform'
import { sandboxPlatform, type SandboxOptions } from '../../miniprogram/client/sandbox'
import { createPhone, type Phone, type PhoneReply, type PhoneRequest } from '../support/phone'
import { submit } from '../support/phone/start'

/**
 * Both servers behind one network: the sandbox's controls, and the wx-reach server.
 */
function withSandbox(phone: Phone) {
  const users: string[] = []
  let formIds = 0
  phone.network.reply = (request: PhoneRequest): PhoneReply => {
    const { openId, group } = request.body as Record<string, string>
    const ok = (body: object): PhoneReply => ({ status: 200, body })
    if (request.path === '/sandbox/users') {
      users.push(openId || `made-${users.length + 1}`)
      return ok({ openId: users[users.length - 1] })
    }
    if (!request.path.startsWith('/sandbox/')) return phone.server.reply(request)
    if (!users.includes(openId!)) return { status: 404 }
    if (request.path === '/sandbox/login-codes') return ok({ code: `code-of-${openId}` })
    if (request.path === '/sandbox/form-ids') return ok({ formId: `real-${++formIds}` })
    if (request.path === '/sandbox/subscriptions') return ok({})
    return ok({ encryptedData: `${group} of ${openId}`, iv: 'iv', openGId: 'g' })
  }
  return { users }
}

function startIn(phone: Phone, options: Partial<SandboxOptions> = {}, launch?: EnterOptions) {
  const life = phone.start(launch)
  const platform = sandboxPlatform(life.platform, { url: 'http://sandbox.test/', ...options })
  const settings = { baseUrl: 'https://reach.test', consent: 'granted', platform } as const
  return { life, reach: createReach(settings, life.world) }
}

describe('the sandbox platform', () => {
  it('signs in with a code of the sandbox, as a user that it makes once', async () => {
    const phone = createPhone()
    const { users } = withSandbox(phone)
    for (const formId of ['f1', 'f2']) {
      const { reach, life } = startIn(phone)
      submit(reach, formId)
      await phone.clock.settle()
      life.kill()
      phone.server.forgetTokens()
    }
    expect(users).toEqual(['made-1'])
    expect(phone.network.bodies('/v1/session')).toEqual(
      Array(2).fill(
        expect.objectContaining({ appId: 'wx0000000000sandbox', code: 'code-of-made-1' }),
      ),
    )
  })

  it('registers its user again at a sandbox that was reset', async () => {
    const phone = createPhone()
    const { users } = withSandbox(phone)
    const { reach } = startIn(phone, { openId: 'alice' })
    submit(reach, 'f1')
    await phone.clock.settle()
    expect(users).toEqual(['alice'])
    expect(phone.server.events).toHaveLength(1)
  })

  it('turns the mock text of a form into a formId, and keeps a real one', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach, life } = startIn(phone)
    submit(reach, 'the formId is a mock one')
    submit(reach, 'abc123')
    await phone.clock.settle()
    const given = phone.server.events.map((event) => (event as { formId?: string }).formId)
    expect(given.sort()).toEqual(['abc123', 'real-1'])
    expect(life.warnings).toEqual([])
  })

  it('counts the seven days from the tap, however long the sandbox takes [case 27]', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const reply = phone.network.reply
    phone.network.reply = async (request) => {
      if (request.path === '/sandbox/form-ids') phone.clock.jump(5000)
      return reply(request)
    }
    const tappedAt = phone.clock.now()
    submit(startIn(phone).reach, 'the formId is a mock one')
    await phone.clock.settle()
    expect(phone.server.events).toEqual([expect.objectContaining({ at: tappedAt })])
  })

  const launch = { path: 'a', query: {}, scene: 1044, shareTicket: 'devtools' }

  it('opens cards in the group it was given', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach, life } = startIn(phone, { group: 'friends' }, launch)
    life.App(reach.app({}))
    await phone.clock.settle()
    expect(phone.server.events).toEqual([
      expect.objectContaining({
        group: { source: 'shareInfo', encryptedData: 'friends of made-1', iv: 'iv' },
      }),
    ])
  })

  const encrypted = {
    errMsg: 'getShareInfo:ok',
    encryptedData: 'sandbox of made-1',
    iv: 'iv',
  }

  it('takes the tickets of this launch, also after others, and shows no openGId', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach, life } = startIn(phone, {}, launch)
    // In the place of the phone, which knows these tickets itself.
    life.wx.results.getShareInfo = () => ({ errMsg: 'getShareInfo:fail not by the phone' })
    life.show({ ...launch, shareTicket: 'second' })
    life.show({ ...launch, shareTicket: 'third' })
    for (const shareTicket of ['devtools', 'second', 'third']) {
      expect(await reach.getShareInfo({ shareTicket })).toEqual(encrypted)
    }
  })

  it('takes a ticket that the phone gave to the user who shares', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach, life } = startIn(phone)
    const shareTicket = life.createTicket()
    expect(await reach.getShareInfo({ shareTicket })).toEqual(encrypted)
  })

  it.each([
    ['missing', {}, 'getShareInfo:fail shareTicket should be a String'],
    ['no text', { shareTicket: 7 }, 'getShareInfo:fail shareTicket should be a String'],
    ['unknown', { shareTicket: 'never' }, 'getShareInfo:fail invalid shareTicket'],
    ['of an earlier life', { shareTicket: 'devtools' }, 'getShareInfo:fail invalid shareTicket'],
  ])('refuses a ticket that is %s', async (_, given, errMsg) => {
    const phone = createPhone()
    withSandbox(phone)
    startIn(phone, {}, launch).life.kill()
    const { reach, life } = startIn(phone)
    const failed: unknown[] = []
    reach.getShareInfo({ ...(given as { shareTicket: string }), fail: (e) => failed.push(e) })
    await phone.clock.settle()
    expect(failed).toEqual([{ errMsg }])
    expect(phone.network.bodies('/sandbox/share-info')).toEqual([])
    life.kill()
  })

  it('refuses tickets where the host knows no entries and has no getShareInfo', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const life = phone.start(undefined, ['onAppShow', 'getEnterOptionsSync', 'getShareInfo'])
    const platform = sandboxPlatform(life.platform, { url: 'http://sandbox.test/' })
    const asked = platform.getShareInfo!({ shareTicket: 't' }) as Promise<object>
    await expect(asked).rejects.toEqual({ errMsg: 'getShareInfo:fail not supported' })
    const without = platform.getShareInfo!(undefined as never) as Promise<object>
    await expect(without).rejects.toMatchObject({ errMsg: expect.stringContaining('String') })
  })

  it('lets the user agree to every subscription', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach } = startIn(phone)
    expect(await reach.subscribe({ tmplIds: ['a', 'b'] })).toMatchObject({
      a: 'accept',
      b: 'accept',
    })
    expect(phone.network.bodies('/sandbox/subscriptions')).toContainEqual({
      appId: 'wx0000000000sandbox',
      openId: 'made-1',
      templateId: 'a',
      answer: 'accept',
    })
  })

  it('leaves everything else to wx', async () => {
    const phone = createPhone()
    withSandbox(phone)
    const { reach, life } = startIn(phone)
    await reach.showShareMenu()
    expect(life.wx.calls).toEqual([expect.objectContaining({ name: 'showShareMenu' })])
  })
})
