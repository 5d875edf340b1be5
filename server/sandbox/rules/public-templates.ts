/**
 * The public templates of subscribe messages: those of the platform's examples, and two more so
 * that every data type and a long-term template occur. The added ones promise only to stay the
 * same.
 */
/** 2 is sent once for each consent; 3 is long-term (长期订阅) and has no count. */
export type TemplateType = 2 | 3

interface Category {
  readonly id: number
  readonly name: string
}

interface PublicKeyword {
  readonly kid: number
  readonly name: string
  readonly example: string
  readonly rule: string
}

interface PublicTemplate {
  readonly tid: number
  readonly title: string
  readonly type: TemplateType
  readonly categoryId: number
  readonly keywords: readonly PublicKeyword[]
}

export const categories: readonly Category[] = [
  { id: 616, name: '公交' }, // the example of getcategory
  { id: 612, name: '快递' },
]

type Row = readonly [rule: string, name: string, example: string]

const numbered = (rows: readonly Row[]): PublicKeyword[] =>
  rows.map(([rule, name, example], index) => ({ kid: index + 1, name, example, rule }))

const everyType: readonly Row[] = [
  ['thing', '温馨提示', '请提前十分钟到达'],
  ['number', '数量', '2'],
  ['letter', '座位区', 'A'],
  ['symbol', '标记', '*'],
  ['character_string', '单号', 'SF1234567890'],
  ['time', '提醒时间', '2019年10月1日 15:01'],
  ['date', '日期', '2019年10月1日'],
  ['amount', '金额', '¥100.00'],
  ['phone_number', '联系电话', '+86-0766-66888866'],
  ['car_number', '车牌号码', '粤A8Z888'],
  ['name', '联系人', '张三'],
  ['phrase', '状态', '配送中'],
]

export const publicTemplates: readonly PublicTemplate[] = [
  {
    // The examples of getpubtemplatetitles and getpubtemplatekeywords.
    tid: 99,
    title: '付款成功通知',
    type: 2,
    categoryId: 616,
    keywords: numbered([
      ['thing', '物品名称', '名称'],
      ['thing', '购买地点', 'TIT造舰厂'],
      ['date', '购买时间', '2016年6月6日'],
    ]),
  },
  {
    // The examples of addtemplate and gettemplate.
    tid: 401,
    title: '会议通知',
    type: 2,
    categoryId: 612,
    keywords: numbered([
      ['thing', '会议地点', 'TIT会议室'],
      ['date', '会议时间', '2016年8月8日'],
    ]),
  },
  {
    tid: 501,
    title: '配送进度通知',
    type: 2,
    categoryId: 612,
    keywords: numbered(everyType),
  },
  {
    tid: 601,
    title: '公交到站提醒',
    type: 3,
    categoryId: 616,
    keywords: numbered([
      ['thing', '站点名称', '体育西路站'],
      ['character_string', '线路', 'B12'],
      ['time', '到站时间', '15:01'],
    ]),
  },
]
