import { describe, expect, it } from '@jest/globals'
import { checkSubscribeData } from '../../server/subscribe/check-data.ts'
import {
  lengthOf,
  valueProblem,
  valueTypes,
} from '../../web/console/src/screens/compose/value-types.ts'

const texts = [
  '| |咖啡|A|aB|ab1|粤A8Z888|粤A8Z88学|粤A粤8|张三|Zhang San|1|-1.5|1.|+12|¥100.00',
  '100元|$1.5元|1,000|*|**!|*a|😀|15:01|25:00|2019年10月1日|2019年10月1日 15:01',
  '2019年10月|10月1日|13月1日|2019-10-01|2019/10/1|2019-10/01|2019-10-01 15:01',
  '2019-10-0115:01|10.1|2019年10月1日15:01~16:00|15:01～16:01|1~2~3|15:01:30|24:00|24:60',
  '+86-0766-66888866|12-ab|配送中|配送 中|line\nbreak|全角１２|汉字1|é',
]
const samples = [
  ...texts.flatMap((line) => line.split('|')),
  ...[2, 5, 6, 8, 9, 10, 11, 17, 18, 20, 21, 32, 33].flatMap((n) => [
    'a'.repeat(n),
    '1'.repeat(n),
    '字'.repeat(n),
    '*'.repeat(n),
    '😀'.repeat(n),
    `${'1'.repeat(n)}.5`,
  ]),
]

describe('the values of a subscribe message', () => {
  it.each([...valueTypes, 'enum'])('are taken and refused as the server does: %s', (type) => {
    const key = `${type}1`
    for (const value of samples) {
      const byServer = checkSubscribeData({ [key]: { value } }).length > 0
      expect([value, valueProblem(key, value) !== undefined]).toEqual([value, byServer])
    }
  })

  it('must be one of the choices where the template names some', () => {
    expect(valueProblem('enum1', '已发货', ['已发货', '已签收'])).toBeUndefined()
    expect(valueProblem('enum1', '在路上', ['已发货', '已签收'])).toBe('choice')
  })

  it('are told apart by what is wrong with them', () => {
    expect(valueProblem('thing1', ' ')).toBe('empty')
    expect(valueProblem('thing1', 'a\tb')).toBe('control')
    expect(valueProblem('thing1', '字'.repeat(21))).toBe('thing')
  })

  it('count an emoji as one character', () => {
    expect(lengthOf('咖啡😀')).toBe(3)
  })
})
