/**
 * The library of titles (模板库): the five that the page shows, and 594 generated ones to reach its
 * 599 so that paging can be tested. The generated ones promise only to stay the same.
 */
interface Keyword {
  readonly id: number
  readonly name: string
  readonly example: string
}

export interface LibraryTitle {
  readonly id: string
  readonly title: string
  readonly keywords: readonly Keyword[]
}

// seeds/001 模版消息管理 1 and 2
const pageTitles = ['购买成功通知', '购买失败通知', '交易提醒', '付款成功通知', '付款失败通知']
const pageKeywords: readonly Keyword[] = [
  { id: 3, name: '购买地点', example: 'TIT造舰厂' },
  { id: 4, name: '购买时间', example: '2016年6月6日' },
  { id: 5, name: '物品名称', example: '咖啡' },
]

/** 54 services times 11 endings make the 594 generated titles. */
const services =
  '预约 挂号 就诊 体检 报名 考试 课程 培训 面试 入职 请假 审批 会议 访客 ' +
  '报修 保养 年检 租车 停车 充电 洗车 订餐 取餐 外卖 排队 订座 订房 入住 ' +
  '退房 购票 改签 值机 登机 签证 快递 寄件 取件 仓储 退货 换货 退款 开票 ' +
  '缴费 还款 投保 理赔 开户 认证 借阅 还书 家政 搬家 安装 配送'
const endings =
  '受理通知 成功通知 失败通知 取消通知 变更通知 完成通知 结果通知 进度提醒 到期提醒 待办提醒 超时提醒'

const wordPool: readonly (readonly [name: string, example: string])[] = [
  ['单号', '339208499'],
  ['服务时间', '2015年01月05日 12:30'],
  ['服务地点', '广州市天河区天河路208号'],
  ['服务名称', '到店自取'],
  ['联系人', '张三'],
  ['联系电话', '020-81167888'],
  ['受理人', '李四'],
  ['受理时间', '2015年01月04日 09:00'],
  ['当前进度', '已受理'],
  ['截止时间', '2015年01月06日 18:00'],
  ['处理结果', '已完成'],
  ['失败原因', '信息不完整'],
  ['应付金额', '128.00元'],
  ['门店名称', '体育西路店'],
  ['温馨提示', '请提前十分钟到达'],
]
/** Above the limit of ten keywords per template, so that a test can exceed it. */
const keywordsPerTitle = 12

export const library: readonly LibraryTitle[] = [...pageTitles, ...generatedTitles()].map(
  (title, index) => ({
    // The page's first id is AT0002.
    id: `AT${String(index + 2).padStart(4, '0')}`,
    title,
    keywords: index === 0 ? pageKeywords : generatedKeywords(index),
  }),
)

function generatedTitles(): string[] {
  return services
    .split(' ')
    .flatMap((service) => endings.split(' ').map((ending) => service + ending))
}

function generatedKeywords(titleIndex: number): Keyword[] {
  return Array.from({ length: keywordsPerTitle }, (_, index) => {
    const [name, example] = wordPool[(titleIndex + index) % wordPool.length]!
    return { id: index + 1, name, example }
  })
}

/** The template that an account holds at the start: the one that the page shows. */
export const firstTemplate = {
  // seeds/001 模版消息管理 3 and 4
  templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
  libraryId: 'AT0002',
} as const
