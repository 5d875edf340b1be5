import { describe, expect, it } from '@jest/globals'
import { checkSubscribeData } from '../../server/subscribe/check-data.ts'

const errors = (key: string, value: string) => checkSubscribeData({ [key]: { value } })
const good = (key: string, ...values: string[]) => values.map((value) => [key, value] as const)
const bad = good

describe('the data of a subscribe message', () => {
  it.each([
    ...good('thing1', '事'.repeat(20), '粤海喜来登酒店 No.1!', '😀'.repeat(20)),
    ...good('number2', '9'.repeat(32), '0.5', '-3'),
    ...good('letter3', 'a'.repeat(32), 'XYZ'),
    ...good('symbol4', '#@!￥%', '。'),
    ...good('character_string5', 'A-1_b#'.padEnd(32, '0')),
    ...good('time6', '15:01', '9:05', '15:01:59', '2019年10月1日 15:01', '15:01~16:30'),
    ...good('time6', '2019-10-01 15:01:00 ~ 2019-10-02 16:00', '2019年10月1日15:01'),
    ...good('date7', '2019年10月1日', '2019年10月1日 15:01', '2018-01-01', '2018/01/01'),
    ...good('date7', '2018.01.01', '2018-01', '01-01', '2019年10月', '10月1日', '1月1日~3月3日'),
    ...good('amount8', '￥1234567890', '$12.50', '100元', '0.01', '¥100.00元'),
    ...good('phone_number9', '+86-0766-66888866', '020 81167888'),
    ...good('car_number10', '粤A8Z888挂', '粤A8Z888', 'A12345'),
    ...good('name11', '张'.repeat(10), 'a'.repeat(20), "O'Neil Mc-X", '张Sam'),
    ...good('phrase12', '配送中', '五个汉字啊'),
    ...good('enum13', '任何'),
    ...good('short_thing14', '一种明天才有的类型'.repeat(10)),
  ])('passes: %s %s', (key, value) => {
    expect(errors(key, value)).toEqual([])
  })

  it.each([
    ...bad('thing1', '事'.repeat(21)),
    ...bad('number2', '9'.repeat(33), '12a', '1.', '一'),
    ...bad('letter3', 'a'.repeat(33), 'a1', '字'),
    ...bad('symbol4', '######', 'a', '字#'),
    ...bad('character_string5', 'a'.repeat(33), '字'),
    ...bad('time6', 'soon', '25:00', '15:60', '1:2:3', '2019年13月1日 15:01', '1:00~2:00~3:00'),
    ...bad('date7', '15:01', '15:01~16:00', '2019年10月32日', '2018-13-01', '2018-01/01', '明天'),
    ...bad('amount8', '12345678901', '￥￥1', '1元2', '一元', '1,000'),
    ...bad('phone_number9', '1'.repeat(18), '电话', '---'),
    ...bad('car_number10', '粤A8Z88888', '粤粤A8Z8', '粤A-8Z88'),
    ...bad('name11', '张'.repeat(11), 'a'.repeat(21), '张3', 'Sam张张张张张张张张'),
    ...bad('phrase12', '六个汉字啊啊', '配送 ', 'ok'),
    ...bad('thing1', '', '  ', '一行\n二行'),
    ...bad('enum13', ''),
    ...bad('short_thing14', '', '\u0000'),
  ])('refuses and names the field: %s %j', (key, value) => {
    expect(errors(key, value)).toEqual([
      { path: `/data/${key}/value`, message: expect.any(String) },
    ])
  })

  it.each(['thing', 'Thing1', '1', 'thing1.DATA', 'a/b', 'keyword-1'])(
    'refuses a key that is no type with digits: %s',
    (key) => {
      const path = `/data/${key.replace('/', '~1')}`
      expect(errors(key, 'x')).toEqual([{ path, message: expect.stringContaining('thing1') }])
    },
  )

  it('says what the field takes', () => {
    expect(errors('phrase1', '六个汉字啊啊')).toEqual([
      { path: '/data/phrase1/value', message: 'must be at most 5 汉字' },
    ])
  })

  it('holds an enum against the values of its template where they are known', () => {
    const data = { enum1: { value: '早' }, enum2: { value: '晚' } }
    expect(checkSubscribeData(data, { enums: { enum1: ['按时', '超时'] } })).toEqual([
      { path: '/data/enum1/value', message: 'must be one of 按时, 超时' },
    ])
  })

  it('names every bad field at once, and none of an empty message', () => {
    const data = { thing1: { value: '' }, letter2: { value: 'ok' }, phrase3: { value: 'no' } }
    expect(checkSubscribeData(data).map(({ path }) => path)).toEqual([
      '/data/thing1/value',
      '/data/phrase3/value',
    ])
    expect(checkSubscribeData({})).toEqual([])
  })

  it('does not mistake the names of an object for types', () => {
    expect(errors('constructor1', 'x')).toEqual([])
  })
})
