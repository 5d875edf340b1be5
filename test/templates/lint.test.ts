import { describe, expect, it } from '@jest/globals'
import { lintTemplate } from '../../server/templates/lint.ts'
import type { LintKeyword, LintProblem } from '../../shared/wire/index.ts'

const title = (text: string, ...otherTitles: string[]) =>
  shortened(lintTemplate({ title: text, keywords: [], otherTitles }))
const keywords = (...names: LintKeyword[]) =>
  shortened(lintTemplate({ title: '购买成功通知', keywords: names }))
const shortened = async (problems: Promise<LintProblem[]>) =>
  (await problems).map(({ rule, certainty }) => `${rule} ${certainty}`)

describe('the review of a title', () => {
  it.each(['购买成功通知', '购买失败通知', '交易提醒', '付款成功通知', '付款失败通知'])(
    "finds no problem in the page's own %s, beside all the others",
    async (own) => {
      const others = ['购买成功通知', '购买失败通知', '交易提醒', '付款成功通知', '付款失败通知']
      expect(await title(own, ...others.filter((other) => other !== own))).toEqual([])
    },
  )

  it('1.1: is sure of a title that exists', async () => {
    expect(await title('购买成功通知', '交易提醒', '购买成功通知')).toEqual(['1.1 sure'])
    expect(await title('WiFi连接通知', 'ＷＩＦＩ连接通知')).toEqual(['1.1 sure'])
    expect(await title('购买成功通知', '购买成功通知', '购买成功通知')).toEqual(['1.1 sure'])
  })

  it.each([
    ['购买成功通知', '购买成功提醒'],
    ['订单支付成功通知', '订单付款成功通知'],
    ['您的预约成功提醒', '预定成功通知'],
    ['酒店房间预订确认通知', '酒店客房预订确认通知'],
  ])('1.2: suspects that %s means the same as %s', async (one, other) => {
    expect(await title(one, other)).toEqual(['1.2 maybe'])
  })

  it.each([
    ['酒店房间订单支付成功通知', '酒店房间订单支付失败通知'],
    ['快递签收通知', '快递揽收通知'],
    ['会议通知', '会议取消通知'],
  ])('1.2: accepts %s beside %s', async (one, other) => {
    expect(await title(one, other)).toEqual([])
  })

  it.each(['购买成功', '购买成功提示', '通知购买成功'])(
    '1.3: is sure that %s has a wrong ending',
    async (text) => {
      expect(await title(text)).toEqual(['1.3 sure'])
    },
  )

  it.each([
    '购买成功！通知',
    '【购买】成功通知',
    '购买成功🎉通知',
    '购买 成功通知',
    '购买-成功通知',
  ])('1.4: is sure of the special characters in %s', async (text) =>
    expect(await title(text)).toEqual(['1.4 sure']),
  )

  it('1.4: suspects an informal word', async () => {
    expect(await title('亲爱的购买成功通知')).toEqual(['1.4 maybe'])
  })

  it.each(
    (
      '系统消息通知 温馨提醒 新消息提醒 通知 服务进度通知 通知提醒 操作提醒 事件提醒 状态变更通知 ' +
      '提醒通知 变更通知 数据更新提醒 异常提醒 到期提醒 功能提醒 处理完成通知 操作成功通知 进展提醒 事务提醒 公告通知'
    ).split(' '),
  )('1.5: suspects that %s names no service', async (text) =>
    expect(await title(text)).toEqual(['1.5 maybe']),
  )

  it.each([
    '消费优惠通知',
    '购物返利通知',
    '商品更新提醒',
    '优惠券到账通知',
    '代金券到期提醒',
    '红包领取通知',
    '会员卡开通提醒',
    '积分变动通知',
    '活动开始提醒',
  ])('1.6: is sure of what the page names: %s', async (text) => {
    expect(await title(text)).toContain('1.6 sure')
  })

  it.each(
    (
      '秒杀开抢提醒 商品上架通知 降价提醒 消费券领取提醒 返券通知 卡券到期提醒 ' +
      '新款首发提醒 现金券到账通知 预售开始提醒 商品调价通知 VIP到期提醒 特卖开始提醒 好礼领取提醒'
    ).split(' '),
  )('1.6: suspects words of the same kinds: %s', async (text) => {
    expect(await title(text)).toContain('1.6 maybe')
  })

  it.each(['证券开户通知', '债券到期提醒'])(
    '1.6: accepts %s, which is no marketing',
    async (text) => {
      expect(await title(text)).toEqual([])
    },
  )

  it('1.1 and 1.2: compares with the titles of the library, as a guess', async () => {
    const library = ['购买成功通知', '购买失败通知', '交易提醒', '付款成功通知', '付款失败通知']
    const problems = (text: string, ...otherTitles: string[]) =>
      shortened(lintTemplate({ title: text, keywords: [], otherTitles }, library))
    expect(await problems('支付成功提醒')).toEqual(['1.2 maybe'])
    expect(await problems('付款成功通知')).toEqual(['1.1 maybe'])
    expect(await problems('付款成功通知', '付款成功通知')).toEqual(['1.1 sure'])
    expect(await problems('航班起飞提醒')).toEqual([])
  })

  it('gives each problem a reason', async () => {
    const [problem] = await lintTemplate({ title: '红包领取通知', keywords: [] })
    expect(problem?.detail).toContain('红包')
  })
})

describe('the review of keywords', () => {
  it("finds no problem in the page's own", async () => {
    expect(
      await keywords(
        { name: '购买地点', example: 'TIT造舰厂' },
        { name: '购买时间', example: '2016年6月6日' },
        { name: '物品名称', example: '咖啡' },
      ),
    ).toEqual([])
  })

  it('2.1: is sure of the same twice', async () => {
    expect(await keywords('购买地点', '购买时间', '购买地点')).toEqual(['2.1 sure'])
  })

  it.each([
    ['购买时间', '购买日期'],
    ['订单号', '订单编号'],
    ['联系电话', '联系手机号码'],
    ['联系电话', '联系方式'],
    ['商品名称', '产品名称'],
    ['总价', '总金额'],
    ['合计金额', '总价'],
    ['客户姓名', '顾客姓名'],
    ['截止时间', '结束时间'],
    ['门店名称', '店铺名称'],
    ['物流单号', '快递单号'],
    ['收货人', '收件人'],
    ['订单状态', '订单进度'],
    ['联系人', '联系人姓名'],
  ])('2.2: suspects that %s and %s mean the same', async (one, other) => {
    expect(await keywords(one, other)).toEqual(['2.2 maybe'])
  })

  it.each([
    ['开始时间', '结束时间'],
    ['联系人', '联系人电话'],
    ['商品名称', '商品金额'],
  ])('2.2: accepts %s beside %s', async (one, other) => {
    expect(await keywords(one, other)).toEqual([])
  })

  it('2.3: is sure of special characters and suspects informal words', async () => {
    expect(await keywords('购买地点★')).toEqual(['2.3 sure'])
    expect(await keywords('宝贝数量')).toEqual(['2.3 maybe'])
  })

  it.each([
    ['购买时间', '咖啡'],
    ['订单金额', '咖啡'],
    ['联系电话', '张三'],
    ['快递单号', '未知'],
    ['报名人数', '很多'],
    ['联系人', '13800138000'],
    ['物品名称', ''],
    ['购买地点', '2016年6月6日'],
    ['物品名称', '13800138000'],
    ['收货地址', '020-81167888'],
    ['联系电话', '2016年6月6日'],
    ['订单金额', '2016-06-06'],
    ['订单编号', '2016年6月6日'],
    ['报名人数', '13800138000'],
    ['预约时间', '100元'],
    ['商品名称', '￥100'],
    ['失败原因', '12:30'],
    ['购买时间', '广州市天河区天河路208号'],
    ['身份证号', '张三'],
    ['联系邮箱', '张三'],
    ['性别', '2016年6月6日'],
  ])('2.4: suspects a wrong example of %s: “%s”', async (name, example) => {
    expect(await keywords({ name, example })).toEqual(['2.4 maybe'])
  })

  it.each([
    ['购买时间', '今天下午'],
    ['订单金额', '免费'],
    ['联系电话', '020-81167888'],
    ['快递单号', 'SF339208499'],
    ['报名人数', '二十人'],
    ['本次消费', '咖啡'],
    ['商品名称', '2016年新茶'],
    ['门店名称', '7-11便利店'],
    ['收货地址', '广州市天河区天河路208号'],
    ['订单编号', '20160606123456'],
    ['有效期', '长期'],
    ['支付方式', '微信支付'],
  ])('2.4: accepts an example of %s: “%s”', async (name, example) => {
    expect(await keywords({ name, example })).toEqual([])
  })

  it('2.5: is sure of 内容, which the page names, and suspects words as broad', async () => {
    expect(await keywords('内容')).toEqual(['2.5 sure'])
    expect(await keywords('信息')).toEqual(['2.5 maybe'])
    expect(await keywords('号')).toEqual(['2.5 maybe'])
    const asBroad = '状态 备注 说明 主题 问题 项目 时间 日期 地点 金额 数量 编号 原因 事项 进度'
    for (const name of asBroad.split(' ')) expect(await keywords(name)).toEqual(['2.5 maybe'])
  })
})
