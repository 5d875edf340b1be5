/** Fills the demo, so that each screen of the console has something to show. */
import type { Message, MessageRequest } from '../../../shared/wire/index.ts'
import type { Phone } from '../server/phone.ts'
import type { DemoConsole } from './demo-console.ts'

/** With what the addresses of details need. */
export interface FilledDemo {
  openId: string
  sent: Message
  refused: Message
  shareId: string
  openGId: string
  codeId: string
  broadcastId: string
  templateId: string
}

const templateId = 'T8pOrderShippedNoticeOfTheBakery_demo7KfWq2'
const sendPath = '/cgi-bin/message/wxopen/template/send'
const shareOf = (n: number) => `bakery-weekend-class-${n}`

/** The share that each of these began from: 1 to 4 from the first one, and so on. */
const parents = [undefined, 0, 0, 0, 0, 1, 1, 1, 2, 2, 5, 5, 5, 5, 8, 8, 10, 10, 14]

export async function fillDemo(demo: DemoConsole): Promise<FilledDemo> {
  const { ask, sandbox, send } = demo
  const names = ['alice', 'bob', 'carol', 'oLi7fQ2xWbT0kZ', 'oChen3mVd8RpYs', 'oZhao9hNc5LtGj']
  const phones: Phone[] = []
  for (const name of names) phones.push(await demo.phone(name))
  const [alice, bob, carol, li, chen, zhao] = phones as [Phone, Phone, Phone, Phone, Phone, Phone]

  await sandbox('POST /sandbox/templates', {
    body: {
      templateId,
      title: '订单发货通知',
      keywords: [
        { name: '订单编号', example: '20261201-0042' },
        { name: '商品', example: '全麦面包 两只' },
        { name: '状态', example: '已发货' },
      ],
    },
  })

  const submitForm = async (phone: Phone) =>
    phone.postEvents({
      type: 'form.submitted',
      formId: await phone.submitForm(),
      page: 'pages/order/order',
    })
  const notice = ({ openId }: Phone, state = '已发货'): MessageRequest => ({
    channel: 'template',
    openId,
    templateId,
    page: 'pages/order/order?id=42',
    data: {
      keyword1: { value: '20261201-0042' },
      keyword2: { value: '全麦面包 两只' },
      keyword3: { value: state },
    },
    emphasisKeyword: 'keyword3.DATA',
  })
  const fail = (fault: object) =>
    sandbox('POST /sandbox/faults', { body: { path: sendPath, ...fault } })

  /** A broadcast that waits for its start: it sends nothing. */
  async function draft(): Promise<string> {
    const { body } = await ask<{ id: string }>('POST /v1/broadcasts', {
      headers: { 'Idempotency-Key': 'weekend' },
      body: {
        name: '周末烘焙课',
        channel: 'template',
        templateId,
        data: {
          keyword1: { value: '2026-1205' },
          keyword2: { value: '{{name}} 的全麦面包' },
          keyword3: { value: '周六可取' },
        },
        audience: { from: 'list' },
        sendWindow: { from: '09:00', until: '21:00' },
        perMinute: 600,
      },
    })
    const line = ({ openId }: Phone) => JSON.stringify({ openId, data: { name: openId } })
    await ask(`POST /v1/broadcasts/${body.id}/recipients`, {
      body: Buffer.from(phones.map(line).join('\n')),
    })
    return body.id
  }

  for (const phone of [alice, alice, li, li, chen, zhao, zhao, carol]) await submitForm(phone)
  await alice.postEvents({ type: 'payment.made', prepayId: await alice.pay() })
  const sent = await send(notice(alice))
  await send(notice(li))
  await send(notice(chen, '已签收'))
  const refused = await send(notice(bob))
  await fail({ errcode: 41030 })
  await send(notice(zhao))
  await fail({ hangUp: true, times: 4 })
  await send(notice(zhao, '已签收'))

  await share(alice, [bob, li, chen, zhao])
  const write = (phone: Phone, content: string) =>
    sandbox('POST /sandbox/pushes', { body: { openId: phone.openId, msgtype: 'text', content } })
  await write(alice, '周末的烘焙课还有名额吗？')
  await write(bob, '订单什么时候发货？')
  await sandbox('POST /sandbox/pushes', { body: { openId: carol.openId, msgtype: 'event' } })
  const text = { content: '有的，周六上午还有三个名额。' }
  await send({ channel: 'customer', openId: alice.openId, msgtype: 'text', text })

  const code = { kind: 'scene', payload: { table: 7, shop: '徐汇店' }, page: 'pages/order/order' }
  await ask('POST /v1/codes', { body: code })
  await ask('POST /v1/codes', { body: { kind: 'qrcode', path: 'pages/order/order?from=poster' } })
  const broadcastId = await draft()
  await ask('POST /v1/api-keys', { body: { name: '订单系统', scopes: ['read', 'send'] } })

  const { codes } = (await ask<{ codes: { id: string }[] }>('GET /v1/codes')).body
  const { groups } = (await ask<{ groups: { openGId: string }[] }>('GET /v1/groups')).body
  return {
    openId: alice.openId,
    sent,
    refused,
    shareId: shareOf(0),
    openGId: groups[0]!.openGId,
    codeId: codes[0]!.id,
    broadcastId,
    templateId,
  }
}

/** The first one's share, opened and shared on by the others, some of them in groups. */
async function share(first: Phone, others: readonly Phone[]): Promise<void> {
  const started = (n: number) => ({
    type: 'share.started',
    shareId: shareOf(n),
    ...(parents[n] !== undefined && { parentShareId: shareOf(parents[n]) }),
    page: 'pages/class/class',
    title: '周末烘焙课',
    from: 'menu',
  })
  await first.postEvents(started(0))
  for (const [n, parent] of parents.entries()) {
    if (parent === undefined) continue
    const phone = others[n % others.length]!
    const group = n % 4 === 1 ? await phone.groupData(n < 6 ? 'family' : 'colleagues') : undefined
    await phone.postEvents(
      {
        type: 'share.opened',
        shareId: shareOf(parent),
        scene: 1044,
        page: 'pages/class/class',
        ...(group && { group }),
      },
      started(n),
    )
  }
}
