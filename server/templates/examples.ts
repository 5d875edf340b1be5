/** Rule 2.4: the example must be one of its keyword (seeds/001 审核说明). A guess by the keyword's last word. */

interface Shape {
  names: RegExp
  example: RegExp
  wants: string
}

const shapes: readonly Shape[] = [
  {
    names: /(时间|日期|时刻|生日)$/,
    example:
      /\d+\s*[年月日号时点:：./-]|[上下]午|[今明后]天|星期|周[一二三四五六日天末]|随时|全天|[一二三四五六七八九十]+[年月日点]/,
    wants: 'a date or a time',
  },
  {
    names: /(金额|价格|费用|单价|总价|余额|(?<![消收缴付免])费|款)$/,
    example: /[\d零一二三四五六七八九十百千万免]/,
    wants: 'an amount',
  },
  {
    names: /(数量|次数|人数|件数|天数|数目|年龄)$/,
    example: /[\d零一二两三四五六七八九十百千万]/,
    wants: 'a number',
  },
  { names: /(电话|手机|手机号码?|联系方式|热线)$/, example: /\d{3}/, wants: 'a telephone number' },
  {
    names: /(编号|单号|号码|卡号|账号|车牌号?)$/,
    example: /[\dA-Za-z]/,
    wants: 'letters or digits',
  },
  { names: /(姓名|联系人|地址|地点)$/, example: /\p{L}/u, wants: 'words' },
]

/** What the keyword wants its example to be; `undefined`: it is, or the keyword does not tell. */
export function mismatch({ name, example }: { name: string; example: string }): string | undefined {
  if (example.trim() === '') return 'an example'
  const shape = shapes.find(({ names }) => names.test(name))
  return shape && !shape.example.test(example.normalize('NFKC')) ? shape.wants : undefined
}
