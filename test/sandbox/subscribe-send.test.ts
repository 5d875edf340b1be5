import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { startSandbox, type StartedSandbox } from '../support/server/start-sandbox.ts'

const path = '/cgi-bin/message/subscribe/send'
const touser = 'OPENID'
const template_id = 'TEMPLATE_ID'

/** The example of the page, in its order of fields. */
const message = {
  touser,
  template_id,
  page: 'index',
  miniprogram_state: 'developer',
  lang: 'zh_CN',
  data: {
    number01: { value: '339208499' },
    date01: { value: '2015年01月05日' },
    thing01: { value: 'TIT创意园' },
    thing02: { value: '广州市新港中路397号' },
  },
}
let wechat: StartedSandbox

beforeEach(async () => {
  wechat = await startSandbox({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId: touser })
})
afterEach(() => wechat.close())

const answer = (word: string, where?: string) =>
  wechat.post('/sandbox/subscriptions', {
    openId: touser,
    templateId: template_id,
    answer: word,
    where,
  })
const send = async (change: object = {}) => wechat.call(path, { ...message, ...change })
const codes = async (times: number) => {
  const seen: number[] = []
  for (let time = 0; time < times; time++) seen.push((await send()).errcode)
  return seen
}
const inbox = async () => (await wechat.get(`/sandbox/inbox/${touser}`)).messages

describe('sending a subscribe message', () => {
  it('accepts the example of the page once for one consent and delivers it unchanged', async () => {
    await answer('accept')
    expect(await send()).toEqual({ errcode: 0, errmsg: 'ok', msgid: expect.any(Number) })
    const at = '2018-06-01T04:00:00.000Z'
    expect(await inbox()).toEqual([{ kind: 'subscribe', at, body: message }])
    expect(await send()).toMatchObject({
      errcode: 43101,
      errmsg: expect.stringMatching(/^user refuse to accept the msg rid: /),
    })
  })

  it('counts every accepting word and no other', async () => {
    for (const word of ['accept', 'acceptWithAlert', 'acceptWithAudio', 'acceptWithForcePush']) {
      await answer(word)
    }
    await answer('reject')
    await answer('filter')
    expect(await codes(5)).toEqual([0, 0, 0, 0, 43101])
  })

  it('is refused once the user turned the template off', async () => {
    await answer('accept')
    await answer('reject', 'settings')
    expect(await codes(1)).toEqual([43101])
  })

  it('is refused 43107 while it is banned, until the user accepts again', async () => {
    await answer('accept')
    await answer('ban')
    expect(await codes(1)).toEqual([43107])
    await answer('accept')
    expect(await codes(3)).toEqual([0, 0, 43101])
  })

  it('is unlimited for a long-term template until it is turned off', async () => {
    await wechat.post('/sandbox/templates', { templateId: template_id, type: 3 })
    expect(await codes(1)).toEqual([43101])
    await answer('accept')
    expect(await codes(4)).toEqual([0, 0, 0, 0])
    await answer('reject', 'settings')
    expect(await codes(1)).toEqual([43101])
  })

  it.each([
    ['an unknown touser', { touser: 'oUnknown' }, 40003, 'invalid openid'],
    ['an unknown template', { template_id: 'other' }, 40037, 'invalid template_id'],
    ['a page of another site', { page: 'https://example.com' }, 41030, 'invalid page'],
    ['no data', { data: undefined }, 47003, 'argument invalid! data is emtpy'],
    ['a key of no type', { data: { keyword1: { value: 'x' } } }, 47003, 'data.keyword1 invalid'],
    ['a value that is missing', { data: { thing1: {} } }, 47003, 'data.thing1.value is emtpy'],
    [
      'a value that is too long',
      { data: { thing1: { value: 'x' }, thing2: { value: '一'.repeat(21) } } },
      47003,
      'argument invalid! data.thing2.value invalid',
    ],
  ])('refuses %s without spending the consent', async (_, change, errcode, words) => {
    await answer('accept')
    expect(await send(change)).toMatchObject({ errcode, errmsg: expect.stringContaining(words) })
    expect(await codes(2)).toEqual([0, 43101])
  })

  it('accepts existing pages, also with a query or a leading slash', async () => {
    await wechat.post('/sandbox/pages', { pages: ['index'] })
    await answer('accept')
    await answer('accept')
    expect(await send({ page: 'other' })).toMatchObject({ errcode: 41030 })
    expect(await send({ page: '/index?id=1' })).toMatchObject({ errcode: 0 })
    expect(await send({ page: undefined })).toMatchObject({ errcode: 0 })
  })

  it('does not exist in edition 2018', async () => {
    await wechat.post('/sandbox/edition', { edition: '2018' })
    await answer('accept')
    expect(await send()).toEqual({
      errcode: 40066,
      errmsg: 'invalid url: it came with the edition 2026',
    })
  })
})

describe('the data of a subscribe message', () => {
  const sendValue = async (key: string, value: unknown) => {
    await answer('accept')
    return send({ page: undefined, data: { [key]: { value } } })
  }

  it.each([
    ['thing18', ['一'.repeat(20), 'TIT创意园 1!'], ['一'.repeat(21), 'two\nlines']],
    ['number1', ['1'.repeat(32), '3.14', '-1', 339208499], ['1'.repeat(33), '1a', '1.']],
    ['letter1', ['a'.repeat(32)], ['a'.repeat(33), 'a1']],
    ['symbol1', ['!@#$%'], ['!@#$%^', 'a']],
    ['character_string1', ['SF-2022120853531009', 'a'.repeat(32)], ['单号1', 'a'.repeat(33)]],
    [
      'time1',
      ['15:01', '2019年10月1日 15:01', '2020-08-17 20:33:09', '15:01~16:02'],
      ['2019年10月1日', 'noon'],
    ],
    [
      'date1',
      ['2019年10月1日', '2019年10月1日 15:01', '2019-10-01~2019-10-02'],
      ['15:01', '10月1日'],
    ],
    ['amount1', ['¥214.00', '￥1', '100元', '1234567890.55'], ['12345678901', '¥¥1', 'free']],
    ['phone_number1', ['+86-0766-66888866'], ['1'.repeat(18), 'call me']],
    ['car_number1', ['粤A8Z888挂', '粤A8Z888'], ['粤A8Z8888挂', '粤粤A8Z88']],
    ['name1', ['张'.repeat(10), 'a'.repeat(20)], ['张'.repeat(11), 'a'.repeat(21), '张3']],
    ['phrase1', ['配送中'], ['一二三四五六', 'ok']],
    ['enum1', ['any'], ['']],
  ])('%s accepts %j and refuses %j', async (key, good, bad) => {
    for (const value of good) {
      expect([value, await sendValue(key, value)]).toMatchObject([value, { errcode: 0 }])
    }
    for (const value of bad) {
      expect([value, await sendValue(key, value)]).toMatchObject([
        value,
        { errcode: 47003, errmsg: expect.stringContaining(`data.${key}.value`) },
      ])
    }
  })

  it.each([['thing'], ['1thing'], ['words1'], ['Thing1'], ['constructor1']])(
    'must not have the key %s',
    async (key) => {
      expect(await sendValue(key, 'x')).toMatchObject({ errcode: 47003 })
    },
  )
})
