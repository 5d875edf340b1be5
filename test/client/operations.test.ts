import { describe, expect, it } from '@jest/globals'
import {
  AskUserError,
  CallOperatorError,
  FixRequestError,
  RetryLaterError,
  type ReachApi,
  type TemplateMessageRequest,
} from '../../server/client/index.ts'
import { png } from '../customer/images.ts'
import { template } from '../support/server/samples.ts'
import { app } from '../support/server/start-reach.ts'
import { usePhone, useReach } from '../support/server/use-reach.ts'
import { ways } from './ways.ts'

const openId = 'alice-0001'
const message: TemplateMessageRequest = {
  channel: 'template',
  openId,
  templateId: template,
  data: { keyword1: { value: '咖啡' } },
}

describe.each(ways)('the operations %s', (_, way) => {
  const server = useReach()
  const alice = usePhone(server)
  const api = () => way(server)
  const pay = async () => {
    const prepayId = await alice.pay()
    return api().payments.add({ openId, prepayId })
  }
  const fail = (path: string, fault: object) =>
    server.sandbox('POST /sandbox/faults', { body: { path, ...fault } })

  describe('messages', () => {
    it('are sent, and found again', async () => {
      await pay()
      const sent = await api().messages.send(message)
      expect(sent).toMatchObject({ state: 'sent', openId, attempts: 1 })
      expect(await api().messages.get(sent.id)).toMatchObject({
        ...sent,
        calls: [{ credit: { kind: 'payment' }, wechat: { errcode: 0 } }],
      })
    })

    it('that are refused resolve with the reason', async () => {
      const refused = await api().messages.send(message)
      expect(refused).toMatchObject({ state: 'refused', reason: { code: 'no_credit' } })
    })

    it('are listed, newest first', async () => {
      const sent = await api().messages.send(message)
      expect(await api().messages.list({ reason: 'no_credit', limit: 1 })).toEqual({
        messages: [sent],
      })
      expect(await api().status.get()).toMatchObject({ appId: app.appId, erasures: 0 })
      expect(await api().messages.summary({ reason: 'no_credit' })).toMatchObject({ count: 1 })
    })

    it('of one idempotency key are one, and another under it is an error', async () => {
      await pay()
      const idempotencyKey = 'order-42'
      const sent = await api().messages.send(message, { idempotencyKey })
      expect((await api().messages.send(message, { idempotencyKey })).id).toBe(sent.id)
      const other = api().messages.send({ ...message, page: 'pages/a' }, { idempotencyKey })
      await expect(other).rejects.toThrow(FixRequestError)
      await expect(other).rejects.toMatchObject({ code: 'idempotency_conflict', idempotencyKey })
    })

    it('need an idempotency key that a header carries', async () => {
      const sent = api().messages.send(message, { idempotencyKey: '订单-42' })
      await expect(sent).rejects.toThrow(FixRequestError)
      await expect(sent).rejects.toMatchObject({ code: 'invalid_header' })
    })

    it('without an idempotency key get one each', async () => {
      const [first, second] = [
        await api().messages.send(message),
        await api().messages.send(message),
      ]
      expect(first.id).not.toBe(second.id)
    })

    it('are not waited for when asked so', async () => {
      await pay()
      const sent = await api().messages.send(message, { respondAsync: true })
      expect(sent.state).toBe('queued')
    })

    it('leave out what is undefined, and name what is wrong', async () => {
      await pay()
      const data = { keyword1: { value: '咖啡', colour: '#173177' } }
      const wrong = api().messages.send({ ...message, page: undefined, data } as never)
      await expect(wrong).rejects.toMatchObject({
        name: 'FixRequestError',
        status: 400,
        code: 'invalid_body',
        errors: [{ path: '/data/keyword1/colour', message: 'is not a known field' }],
        requestId: expect.stringMatching(/^[\w.-]{8,}$/),
      })
    })

    it('of an id that names none are not found', async () => {
      const ids = ['AAAAAAAAAAAAAAAA', '..', '', 'a/b?c']
      const found = await Promise.allSettled(ids.map((id) => api().messages.get(id)))
      expect(found).toEqual(
        ids.map(() => ({
          status: 'rejected',
          reason: expect.objectContaining({ name: 'FixRequestError', code: 'not_found' }),
        })),
      )
    })
  })

  it('tell the credits of a user, from payments that are recorded once', async () => {
    const prepayId = await alice.pay()
    const add = () => api().payments.add({ openId, prepayId })
    expect([await add(), await add()]).toEqual([{ status: 'accepted' }, { status: 'duplicate' }])
    const { canReceive, credits } = await api().users.credits(openId)
    expect(canReceive.template.uses).toBe(3)
    expect(credits).toMatchObject([{ kind: 'payment', usesLeft: 3 }])
  })

  it('export a user', async () => {
    const found = await api().users.export(openId)
    expect(found).toMatchObject({ appId: app.appId, openId, truncated: [], messages: [] })
    expect(found.sessions).toHaveLength(1)
  })

  it('erase a user, once', async () => {
    const erase = () => api().users.erase(openId)
    expect(await erase()).toEqual({ erased: true, callsUnderWay: 0 })
    expect(await erase()).toEqual({ erased: false, callsUnderWay: 0 })
  })

  it('create and end sessions', async () => {
    const { body } = await server.sandbox<{ code: string }>('POST /sandbox/login-codes', {
      body: { openId, appId: app.appId },
    })
    const { token } = await api().createSession(body)
    expect(await api().deleteSessions({ token })).toEqual({ ended: 1 })
    const again = api().createSession(body)
    await expect(again).rejects.toThrow(AskUserError)
    await expect(again).rejects.toMatchObject({ code: 'code_rejected', wechat: { errcode: 40163 } })
  })

  it('decrypt, once the user has signed in', async () => {
    const { encryptedData, iv, openGId } = await alice.groupData('family')
    const decrypted = await api().decrypt({ openId, encryptedData, iv })
    expect(decrypted).toMatchObject({ openGId })
    const stranger = api().decrypt({ openId: 'nobody-0001', encryptedData, iv })
    await expect(stranger).rejects.toThrow(AskUserError)
  })

  it('make codes, and know those that were made', async () => {
    const body = { kind: 'qrcode', path: 'pages/index?query=1' } as const
    const code = await api().codes.make(body)
    if (code.state !== 'made') throw new Error('The code is queued.')
    expect(code).toMatchObject({ contentType: 'image/jpeg', known: false })
    expect([...code.image.subarray(0, 2)]).toEqual([0xff, 0xd8])
    expect(await api().codes.make(body)).toMatchObject({ known: true })
    const scene = { kind: 'scene', payload: { table: 7 } } as const
    expect(await api().codes.make(scene)).toMatchObject({ scene: expect.any(String) })
    const later = { kind: 'scene', payload: { table: 8 } } as const
    expect(await api().codes.make(later, { respondAsync: true })).toEqual({ state: 'queued' })
    expect((await api().codes.usage()).lasting.used).toBe(1)
  })

  it('upload images, and refuse what is none or too large', async () => {
    const uploaded = await api().media.upload(png(100, 100), 'card')
    expect(uploaded).toEqual({
      mediaId: expect.any(String),
      expiresAt: expect.any(String),
      warnings: [expect.stringContaining('520×416')],
    })
    const bad = [new Uint8Array(100), new Uint8Array(2 * 2 ** 20 + 1)]
    const codes = bad.map((bytes) =>
      api()
        .media.upload(bytes, 'message')
        .catch((error) => error),
    )
    expect(await Promise.all(codes)).toMatchObject([
      { name: 'FixRequestError', status: 415, code: 'image_not_taken' },
      { name: 'FixRequestError', status: 413, code: 'body_too_large' },
    ])
  })

  it('set the typing state, and resolve with nothing', async () => {
    await expect(api().typing.set({ openId, typing: true })).rejects.toMatchObject({
      name: 'FixRequestError',
      code: 'wechat_refused',
      wechat: { meaning: expect.any(String) },
    })
    const pushed = { openId, msgtype: 'text', content: '在吗' }
    await server.sandbox('POST /sandbox/pushes', { body: pushed })
    expect(await api().typing.set({ openId, typing: true })).toBeUndefined()
  })

  it('list, add, delete and check templates', async () => {
    const { templates, templateLibrary } = api()
    const { templateId } = await templates.add({ id: 'AT0002', keywordIds: [3, 4, 5] })
    const ids = async () => (await templates.list()).templates.map((one) => one.templateId)
    expect(await ids()).toContain(templateId)
    expect((await templates.list({ offset: 1, count: 1 })).templates).toHaveLength(1)
    expect(await templates.delete(templateId)).toBeUndefined()
    expect(await ids()).not.toContain(templateId)
    await expect(templates.delete(templateId)).rejects.toMatchObject({ code: 'not_found' })

    expect((await templateLibrary.list({ count: 1 })).templates).toHaveLength(1)
    expect(await templateLibrary.get('AT0002')).toMatchObject({ id: 'AT0002' })
    const { problems } = await templates.lint({ title: '购买成功通知', keywords: ['红包'] })
    expect(problems.length).toBeGreaterThan(0)
  })

  it('find shares and groups, page by page', async () => {
    const { openGId, ...group } = await alice.groupData('family')
    const opened = { type: 'share.opened', shareId: 'share-0001', scene: 1044, page: 'pages/a' }
    await alice.postEvents({ ...opened, group }, { ...opened, group })
    const first = await api().groups.get(openGId, { limit: 1 })
    expect(first.arrivals).toHaveLength(1)
    const second = await api().groups.get(openGId, { limit: 1, cursor: first.cursor! })
    expect(second).toMatchObject({ arrivals: [{ openId }], memberCount: 1 })
    const { share } = await api().shares.get('share-0001', { depth: 0 })
    expect(share).toMatchObject({ opens: 2, openGIds: [openGId] })
    await expect(api().groups.get(openGId, { limit: 0 })).rejects.toMatchObject({
      name: 'FixRequestError',
      code: 'invalid_query',
      errors: [{ path: 'query/limit' }],
    })
  })

  it('give the access_token, and replace it', async () => {
    const { accessToken: tokens } = api()
    const { accessToken } = await tokens.get()
    expect(await tokens.refresh({ rejected: 'a-token-of-yesterday' })).toMatchObject({
      accessToken,
      refreshed: false,
    })
  })

  it('resume a channel, of those that there are', async () => {
    expect(await api().suspensions.delete('template')).toBeUndefined()
    await expect(api().suspensions.delete('letter' as never)).rejects.toThrow(FixRequestError)
  })

  it('are told in the audit', async () => {
    await pay()
    const { id } = await api().messages.send(message)
    const { entries } = await api().audit.list({ operation: 'POST /v1/credits/payment' })
    expect(entries).toMatchObject([{ by: 'key', openId, outcome: 'done', status: 201 }])
    expect(await api().audit.message(id)).toMatchObject({ by: 'key', keyId: entries[0]!.keyId })
  })

  it('ask to come back later when WeChat cannot be reached, or is busy', async () => {
    const path = '/cgi-bin/wxopen/template/list'
    await fail(path, { hangUp: true })
    const unreachable = api().templates.list()
    await expect(unreachable).rejects.toThrow(RetryLaterError)
    await expect(unreachable).rejects.toMatchObject({
      code: 'wechat_unreachable',
      retryAfterSeconds: 5,
    })
    await fail(path, { errcode: 45_009 })
    await expect(api().templates.list()).rejects.toMatchObject({
      name: 'RetryLaterError',
      status: 429,
      code: 'rate_limited',
      wechat: { errcode: 45_009 },
    })
  })

  it('call for the operator when the AppSecret is wrong', async () => {
    await fail('/cgi-bin/token', { errcode: 40_125 })
    const failed = api().templates.list()
    await expect(failed).rejects.toThrow(CallOperatorError)
    await expect(failed).rejects.toMatchObject({ status: 502, code: 'wechat_credentials' })
  })

  it('are not begun under a signal that is aborted', async () => {
    await pay()
    const reason = new Error('The user went away.')
    const signal = AbortSignal.abort(reason)
    await expect(api().messages.send(message, { signal })).rejects.toBe(reason)
    expect((await api().users.credits(openId)).canReceive.template.uses).toBe(3)
  })

  it('are not waited for once the signal aborts', async () => {
    const leaving = new AbortController()
    const sent = api().messages.send(message, { signal: leaving.signal })
    leaving.abort(new Error('The user went away.'))
    await expect(sent).rejects.toThrow('The user went away.')
  })
})

describe.each(ways)('the operations for the edition 2026 %s', (_, way) => {
  const server = useReach({ edition: '2026' })

  it('list, add and delete subscribe templates', async () => {
    const { subscribeTemplates, subscribeTemplateLibrary } = way(server)
    expect((await subscribeTemplateLibrary.categories()).categories).toHaveLength(2)
    const { total } = await subscribeTemplateLibrary.list({ categoryIds: '616' })
    expect(total).toBe(2)
    expect(await subscribeTemplateLibrary.get('99')).toMatchObject({ id: '99' })
    const request = { id: '401', keywordIds: [1, 2], sceneDescription: '测试数据' }
    const { templateId } = await subscribeTemplates.add(request)
    const ids = async () => (await subscribeTemplates.list()).templates.map((one) => one.templateId)
    expect(await ids()).toContain(templateId)
    await subscribeTemplates.delete(templateId)
    expect(await ids()).not.toContain(templateId)
  })
})

describe.each(ways)('the operations of a server with several apps %s', (_, way) => {
  const other = { ...app, appId: 'wxfedcba9876543210' }
  const server = useReach({ apps: [app, other] })
  const credits = (api: ReachApi) => api.users.credits(openId)

  it('are for the app that is named', async () => {
    const phone = await server.phone(openId, other.appId)
    const prepayId = await phone.pay()
    await way(server, other.appId).payments.add({ openId, prepayId })
    expect((await credits(way(server, other.appId))).credits).toHaveLength(1)
    expect((await credits(way(server, app.appId))).credits).toHaveLength(0)
    const { entries } = await way(server, app.appId).audit.list()
    expect(entries.filter(({ operation }) => operation === 'POST /v1/credits/payment')).toEqual([])
  })

  it('need the name of one that there is', async () => {
    await expect(credits(way(server))).rejects.toMatchObject({
      name: 'FixRequestError',
      code: 'app_id_required',
    })
    await expect(credits(way(server, 'wx00000000000000ff'))).rejects.toMatchObject({
      name: 'FixRequestError',
      code: 'unknown_app',
      errors: [{ path: 'query/appId' }],
    })
  })
})
