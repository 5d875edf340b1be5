import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { start, type Started } from './start.ts'

const [touser, template_id] = ['OPENID', 'TEMPLATE_ID']
let wechat: Started

beforeAll(async () => {
  wechat = await start({ edition: '2026' })
  await wechat.post('/sandbox/users', { openId: touser })
})
afterAll(() => wechat.close())

const send = async (key: string, value: unknown) => {
  const subscription = { openId: touser, templateId: template_id, answer: 'accept' }
  await wechat.post('/sandbox/subscriptions', subscription)
  const data = { [key]: { value } }
  return wechat.call('/cgi-bin/message/subscribe/send', { touser, template_id, data })
}

describe('the data of a subscribe message', () => {
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
  ])('%s: %j will do, and %j will not', async (key, good, bad) => {
    for (const value of good) {
      expect([value, await send(key, value)]).toMatchObject([value, { errcode: 0 }])
    }
    for (const value of bad) {
      expect([value, await send(key, value)]).toMatchObject([
        value,
        { errcode: 47003, errmsg: expect.stringContaining(`data.${key}.value`) },
      ])
    }
  })

  it.each([['thing'], ['1thing'], ['words1'], ['Thing1'], ['constructor1']])(
    'has no key %s',
    async (key) => {
      expect(await send(key, 'x')).toMatchObject({ errcode: 47003 })
    },
  )
})
