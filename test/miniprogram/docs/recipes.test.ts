import { describe, expect, it } from '@jest/globals'
import type * as Send from '../../../docs/code/from-form-id/send'
import type * as MaySee from '../../../docs/code/group-ranking/may-see'
import type * as Poster from '../../../docs/code/poster/poster-code'
import type { EnterOptions } from '../../../miniprogram/client/platform'
import { answerFetch, createReader } from './run'

const server = { url: 'https://reach.example.com', apiKey: 'key' }
const template = 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc'

describe('the recipe of a group ranking', () => {
  const fromGroup: EnterOptions = {
    path: 'pages/ranking/ranking',
    query: { _wxr: 'A'.repeat(16) },
    scene: 1044,
    shareTicket: 'ticket',
  }

  it('shows the group that the card was opened in, and its rows', async () => {
    const backend = { rows: [{ place: 1, steps: 9000 }] }
    const reader = createReader(fromGroup, { backend })
    const page = reader.open('group-ranking/ranking')
    reader.life.show()
    await reader.phone.clock.settle()
    expect(page.data.openGId).toBe('G-group')
    expect(page.data.rows).toEqual([{ place: 1, steps: 9000 }])
    expect(reader.asked()[0]!.path).toBe('/ranking?openGId=G-group')
    expect(reader.life.wx.calls.map(({ name }) => name)).toContain('updateShareMenu')
  })

  it('asks for no ranking where there is no group', async () => {
    const reader = createReader({ ...fromGroup, scene: 1007, shareTicket: undefined as never })
    const page = reader.open('group-ranking/ranking')
    reader.life.show()
    await reader.phone.clock.settle()
    expect(page.data.openGId).toBe('')
    expect(reader.asked()).toEqual([])
    reader.life.back()
  })

  it('lets only members of the group see it', async () => {
    const { maySee } = createReader().load('group-ranking/may-see') as typeof MaySee
    const asked = answerFetch(200, { members: [{ openId: 'a' }] })
    await expect(maySee('a', 'G/1', server)).resolves.toBe(true)
    await expect(maySee('b', 'G/1', server)).resolves.toBe(false)
    expect(asked[0]!.url).toBe('https://reach.example.com/v1/groups/G%2F1')
    answerFetch(404, {})
    await expect(maySee('a', 'G/1', server)).resolves.toBe(false)
  })
})

describe('the recipe of subscriptions', () => {
  it.each([
    ['accept', true],
    ['reject', false],
  ])('asks within the tap, and reads the answer %s', async (word, willHear) => {
    const reader = createReader()
    reader.life.wx.results.requestSubscribeMessage = () => ({ [template]: word })
    const page = reader.open('subscribe/order')
    await reader.phone.clock.settle()
    reader.life.wx.calls.length = 0
    page.notifyMe()
    // In the same turn, or the tap would not count any more.
    expect(reader.life.wx.calls.map(({ name }) => name)).toEqual(['requestSubscribeMessage'])
    await reader.phone.clock.settle()
    expect(page.data.willHear).toBe(willHear)
    expect(reader.phone.server.events).toEqual([
      expect.objectContaining({ type: 'subscription.answered', answers: { [template]: word } }),
    ])
  })

  it('asks nobody who will get the message anyway', async () => {
    const reader = createReader()
    reader.phone.server.rights = { ...reader.phone.server.rights, subscribe: { [template]: 1 } }
    const page = reader.open('subscribe/order')
    await reader.phone.clock.settle()
    expect(page.data.willHear).toBe(true)
  })

  it('shows a user who has switched subscriptions off where to find them', async () => {
    const reader = createReader()
    reader.life.wx.results.requestSubscribeMessage = () => ({
      errMsg: 'requestSubscribeMessage:fail',
      errCode: 20004,
    })
    const page = reader.open('subscribe/order')
    page.notifyMe()
    await reader.phone.clock.settle()
    expect(page.data).toMatchObject({ willHear: false, switchedOff: true })
  })
})

describe('the recipe from consent to broadcast', () => {
  const begin = (word: string) => {
    const reader = createReader()
    reader.life.wx.results.requestSubscribeMessage = () => ({ [template]: word })
    return { reader, page: reader.open('broadcast/course') }
  }

  it('asks within the tap, with the tag of the subject', async () => {
    const { reader, page } = begin('accept')
    await reader.phone.clock.settle()
    expect(page.data.mayAsk).toBe(true)
    page.notifyMe()
    await reader.phone.clock.settle()
    expect(page.data.mayAsk).toBe(false)
    expect(reader.phone.server.events).toEqual([
      expect.objectContaining({ answers: { [template]: 'accept' }, tag: 'course' }),
    ])
  })

  it('asks nobody who has a right, nor who has refused within a week', async () => {
    const { reader, page } = begin('reject')
    await reader.phone.clock.settle()
    page.notifyMe()
    await reader.phone.clock.settle()
    expect(Number(reader.phone.storage.get('course-refused'))).toBeGreaterThan(0)
    page.onShow()
    await reader.phone.clock.settle()
    expect(page.data.mayAsk).toBe(false)
    reader.phone.storage.set('course-refused', 0)
    page.onShow()
    await reader.phone.clock.settle()
    expect(page.data.mayAsk).toBe(true)
    reader.phone.server.rights = { ...reader.phone.server.rights, subscribe: { [template]: 1 } }
    page.onShow()
    await reader.phone.clock.settle()
    expect(page.data.mayAsk).toBe(false)
  })
})

describe('the recipe from formId to subscriptions', () => {
  it('records both rights of one tap, and a refusal stops no form', async () => {
    const reader = createReader()
    reader.life.wx.results.requestSubscribeMessage = () => ({
      errMsg: 'requestSubscribeMessage:fail no template',
    })
    const page = reader.open('from-form-id/form')
    page.askToAnswer()
    page.submit({ detail: { formId: 'a-form-id', value: {} } })
    await reader.phone.clock.settle()
    expect(page.data.done).toBe(true)
    expect(reader.phone.server.events.map(({ type }) => type)).toEqual(['form.submitted'])
  })

  it('sends with one idempotency key an order, and gives the state back', async () => {
    const { sendReceipt } = createReader().load('from-form-id/send') as typeof Send
    const asked = answerFetch(201, { state: 'sent' })
    const receipt = {
      openId: 'o',
      orderId: '42',
      what: '二十个字以内的商品名称放在这里，再长就截断',
    }
    await expect(sendReceipt(receipt, server)).resolves.toBe('sent')
    expect(asked[0]!.headers['idempotency-key']).toBe('receipt-42')
    expect(asked[0]!.body).toMatchObject({ channel: 'subscribe', page: 'pages/order/order?id=42' })
    const { data } = asked[0]!.body as { data: { thing2: { value: string } } }
    expect(data.thing2.value).toHaveLength(20)
    answerFetch(422, { detail: 'another body' })
    await expect(sendReceipt(receipt, server)).rejects.toThrow('another body')
  })
})

describe('the recipe of consent', () => {
  const asks = (needAuthorization: boolean) => ({
    getPrivacySetting: ({ success }: { success(setting: object): void }) =>
      success({ needAuthorization }),
  })

  it('keeps everything in memory until the user agrees in words of the app', async () => {
    let ask: (resolve: (answer: object) => void) => void = () => {}
    const onNeedPrivacyAuthorization = (listener: typeof ask) => (ask = listener)
    const reader = createReader(undefined, { wx: { ...asks(true), onNeedPrivacyAuthorization } })
    reader.load('before-consent/app')
    const { reach } = reader.load('before-consent/reach') as { reach: { formSubmit(): Submit } }
    reach.formSubmit()({ detail: { formId: 'a-form-id', value: {} } })
    const page = reader.open('before-consent/welcome')
    const answers: object[] = []
    ask((answer) => answers.push(answer))
    await reader.phone.clock.settle()
    expect(page.data.asking).toBe(true)
    expect(reader.phone.network.requests).toEqual([])
    expect(reader.phone.storage.writes).toEqual([])
    page.agree()
    await reader.phone.clock.settle()
    expect(answers).toEqual([{ event: 'agree', buttonId: 'agree' }])
    expect(reader.phone.server.events).toHaveLength(1)
  })

  it('does not ask a user again who has agreed', async () => {
    const reader = createReader(undefined, { wx: asks(false) })
    reader.load('before-consent/app')
    const { reach } = reader.load('before-consent/reach') as { reach: { formSubmit(): Submit } }
    reach.formSubmit()({ detail: { formId: 'a-form-id', value: {} } })
    await reader.phone.clock.settle()
    expect(reader.phone.server.events).toHaveLength(1)
  })

  type Submit = (event: object) => void
})

describe('the recipe of a private page', () => {
  it('shares nothing of what the page shows', async () => {
    const reader = createReader()
    const page = reader.open('private-picture/report', '?user=u-17')
    const card = await reader.life.tapShare()
    const seen = JSON.stringify(card)
    expect(card!.imageUrl).toBe('/images/share.png')
    for (const secret of [page.data.name, page.data.sugar, 'u-17'])
      expect(seen).not.toContain(secret)
  })
})

describe('the recipe of a poster', () => {
  it('makes one code an item, and says why there is none', async () => {
    const { posterCode } = createReader().load('poster/poster-code') as typeof Poster
    const asked = answerFetch(200, new ArrayBuffer(8))
    await expect(posterCode('tea', server)).resolves.toHaveProperty('byteLength', 8)
    expect(asked[0]!.body).toEqual({
      kind: 'scene',
      page: 'pages/item/item',
      payload: { itemId: 'tea' },
    })
    answerFetch(422, { detail: 'The page is not published.' })
    await expect(posterCode('tea', server)).rejects.toThrow('The page is not published.')
  })

  it.each([
    [200, undefined, '已保存'],
    [200, 'saveImageToPhotosAlbum:fail auth deny', '没有保存'],
    [404, undefined, '暂时没有海报'],
  ])('saves it when the user asks (%d, %s)', (statusCode, failure, message) => {
    const said: string[] = []
    const page = createReader(undefined, {
      wx: {
        downloadFile: ({ success }) => success({ statusCode, tempFilePath: 'tmp' }),
        saveImageToPhotosAlbum: ({ success, fail }) => (failure ? fail() : success()),
        showToast: ({ title }) => said.push(title),
      },
    }).open('poster/poster')
    page.save({ currentTarget: { dataset: { item: 'tea' } } })
    expect(said).toEqual([message])
  })

  it.each([
    [{ itemId: 'tea' }, 'tea'],
    [undefined, ''],
  ])('opens what stands behind the scene of a scan: %j', async (payload, itemId) => {
    const reader = createReader()
    const { network, server: fake } = reader.phone
    if (payload) fake.scenes['r=ab12'] = { payload }
    const page = reader.open('poster/item', '?scene=r%3Dab12')
    await reader.phone.clock.settle()
    expect(network.requests.at(-1)!.path).toBe('/v1/scenes/r%3Dab12')
    expect(page.data.itemId).toBe(itemId)
  })

  it('opens an item by its path as well', () => {
    const page = createReader().open('poster/item', '?itemId=coffee')
    expect(page.data.itemId).toBe('coffee')
    expect(page.onShareAppMessage({}).path).toMatch(/itemId=coffee&_wxr=/)
  })
})
