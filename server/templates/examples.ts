/** Rule 2.4: whether the example of a keyword fits its name (seeds/001 审核说明). */

/**
 * What the example should be, guessed from the last word of the keyword. `undefined`: it is so, or
 * the keyword allows no guess.
 */
export function exampleProblem(keyword: { name: string; example: string }): string | undefined {
  const example = keyword.example.normalize('NFKC').trim()
  if (example === '') return 'an example'
  const shape = shapes.find(({ names }) => names.test(keyword.name))
  if (!shape) return undefined
  const isOther = shape.not.some((kind) => kinds[kind].test(example))
  return isOther || !shape.example.test(example) ? shape.wants : undefined
}

/** Examples that are plainly of one kind, and so of no other. */
const kinds = {
  date: /^(\d{2,4}[年./-]\d{1,2}([月./-]\d{1,2}[日号]?|月)|\d{1,2}月\d{1,2}[日号])(?![\d-])/,
  time: /^\d{1,2}:\d{2}(:\d{2})?$/,
  phone: /^(\+?86-?)?1[3-9]\d{9}$|^0\d{2,3}-?\d{7,8}$|^400-?\d{3}-?\d{4}$/,
  amount: /^[¥￥$]\s*\d|^\d[\d,.]*\s*(元|块|万元)$/,
  number: /^\d[\d,.]*$/,
  address: /[省市区县镇路街巷].*\d号/,
} as const

type Kind = keyof typeof kinds

/** What has words as its example. */
const named = (
  '名称 姓名 名字 品名 联系人 申请人 预约人 报名人 收货人 收件人 寄件人 地址 地点 位置 门店 店铺 商家 医院 科室 ' +
  '医生 老师 教练 课程 科目 原因 理由 状态 方式 类型 商品 产品 物品'
).split(' ')

interface Shape {
  names: RegExp
  example: RegExp
  not: readonly Kind[]
  wants: string
}

const shapes: readonly Shape[] = [
  { names: /(邮箱|邮件地址)$/, example: /@/, not: [], wants: 'an address of e-mail' },
  { names: /(网址|链接)$/, example: /\w\.\w/, not: [], wants: 'a web address' },
  { names: /性别$/, example: /[男女]|未知|保密/, not: [], wants: '男 or 女' },
  {
    names: /(时间|日期|时刻|生日|期限|有效期)$/,
    example:
      /\d+\s*[年月日号时点天:./-]|[上下]午|[今明后]天|星期|周[一二三四五六日天末]|随时|全天|长期|永久|[一二三四五六七八九十]+[年月日点天]/,
    not: ['phone', 'amount', 'address'],
    wants: 'a date or a time',
  },
  {
    names: /(金额|价格|费用|单价|总价|总额|余额|押金|租金|(?<![消收缴付免])费|款)$/,
    example: /[\d零一二三四五六七八九十百千万免]/,
    not: ['date', 'time', 'phone', 'address'],
    wants: 'an amount',
  },
  {
    names: /(数量|次数|人数|件数|天数|数目|年龄)$/,
    example: /[\d零一二两三四五六七八九十百千万]/,
    not: ['date', 'time', 'phone', 'address'],
    wants: 'a number',
  },
  {
    names: /(电话|手机|手机号码?|联系方式|热线)$/,
    example: /\d{3}/,
    not: ['date', 'time', 'amount', 'address'],
    wants: 'a telephone number',
  },
  {
    names: /(编号|单号|号码|卡号|账号|帐号|证号|学号|工号|取件码|验证码|车牌号?)$/,
    example: /[\dA-Za-z]/,
    not: ['date', 'time', 'amount', 'address'],
    wants: 'letters or digits',
  },
  {
    names: new RegExp(`(${named.join('|')})$`),
    example: /\p{L}/u,
    not: ['date', 'time', 'phone', 'amount', 'number'],
    wants: 'words',
  },
]
