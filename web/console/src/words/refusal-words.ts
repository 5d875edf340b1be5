/** Why a message was not delivered, and what to do: for each reason a sentence and a next step. */
import type { RefusalCode } from 'wx-reach-server/client'
import { dictionary } from './language.ts'

/** `name` is short, for tables and filters. */
export interface RefusalWords {
  name: string
  why: string
  next: string
}

interface Refusals {
  codes: Record<RefusalCode, RefusalWords>
  /** `no_credit` while other messages hold all uses. */
  reserved: (n: number) => RefusalWords
}

export const refusalWords = dictionary<Refusals>(
  {
    codes: {
      no_credit: {
        name: '没有发送机会',
        why: '这位用户现在没有可用的发送机会。',
        next: '请在用户下次提交表单、支付或同意订阅后再发。',
      },
      credits_rejected: {
        name: '发送机会被微信拒绝',
        why: '微信不接受这位用户的发送机会：已用过、已过期，或用户已取消订阅。',
        next: '这些机会已作废。请等用户带来新的机会后再发。',
      },
      retired: {
        name: '通道已下线',
        why: '微信已下线模板消息，2026 版规则下不能再发。',
        next: '请改用订阅消息。',
      },
      not_in_edition: {
        name: '规则版本不支持',
        why: '当前规则版本没有这类消息。',
        next: '请选择当前版本支持的通道，或在设置中改变 WECHAT_EDITION。',
      },
      template_unknown: {
        name: '模板不存在',
        why: '微信账号里没有这个模板。',
        next: '请在「模板」中核对模板 ID，或重新添加模板。',
      },
      page_unknown: {
        name: '页面不存在',
        why: '消息要打开的页面不存在，或小程序没有发布。',
        next: '请核对页面路径；新页面要在小程序发布后才能使用。',
      },
      user_unknown: {
        name: '用户不存在',
        why: '微信不认识这个 openId，或它属于另一个小程序。',
        next: '请核对 openId 与当前小程序是否对应。',
      },
      data_invalid: {
        name: '内容不符合模板',
        why: '模板数据缺少字段，或某个字段的类型、长度不符合要求。',
        next: '请按微信的提示修改该字段，再作为新消息发送。',
      },
      message_bad: {
        name: '消息被微信拒绝',
        why: '微信不接受这条消息的内容。',
        next: '请看下面微信的错误码与说明，修改后再发。',
      },
      channel_shut: {
        name: '通道已停用',
        why: '微信停用了这个通道。',
        next: '处理后可在「设置」的通道里重新打开。',
      },
      quota: {
        name: '额度用完',
        why: '今天的额度已用完。',
        next: '北京时间零点恢复，之后可以重新发送。',
      },
      user_limit: {
        name: '用户当日上限',
        why: '这位用户今天收到的消息已达到你设置的上限。',
        next: '请明天再发，或调整 REACH_LIMIT_PER_USER_DAY。',
      },
      quiet_hours: {
        name: '免打扰时段',
        why: '现在是你设置的免打扰时段。',
        next: '请在时段结束后再发，或调整 REACH_QUIET_HOURS。',
      },
      credentials: {
        name: '凭证错误',
        why: '微信不接受 access_token，刷新后仍然如此。',
        next: '请核对 WECHAT_APPID 与 WECHAT_SECRET，并运行 doctor。',
      },
      deadline: {
        name: '超过期限',
        why: '直到消息的期限，微信一直繁忙或无法连接。',
        next: '发送机会已归还，可以重新发送。',
      },
      outcome_unknown: {
        name: '结果未知',
        why: '微信没有给出可用的答复，消息可能已送达。',
        next: '为避免重复发送，不会自动重发。请先向用户确认，再决定是否重新发送。',
      },
    },
    reserved: (n) => ({
      name: '机会被占用',
      why: n === 1 ? '唯一的一次机会正被另一条消息占用。' : `全部 ${n} 次机会正被其他消息占用。`,
      next: '一分钟内见分晓，之后可以重新发送。',
    }),
  },
  {
    codes: {
      no_credit: {
        name: 'No send right',
        why: 'The user has no usable send right now.',
        next: 'Send again after the user submits a form, pays or accepts a subscription.',
      },
      credits_rejected: {
        name: 'Rights rejected',
        why: 'WeChat took none of the send rights: used, ended, or the user unsubscribed.',
        next: 'These rights are void. Send again once the user has given a new one.',
      },
      retired: {
        name: 'Channel retired',
        why: 'WeChat retired template messages: the rules of 2026 have none.',
        next: 'Use subscribe messages.',
      },
      not_in_edition: {
        name: 'Not in this edition',
        why: 'The current edition of the rules has no such message.',
        next: 'Choose a channel of this edition, or change WECHAT_EDITION.',
      },
      template_unknown: {
        name: 'Unknown template',
        why: 'The WeChat account has no such template.',
        next: 'Compare the template id under Templates, or add the template again.',
      },
      page_unknown: {
        name: 'Unknown page',
        why: 'The page that the message opens does not exist, or the mini-program is unpublished.',
        next: 'Check the path. A new page can be used once it is published.',
      },
      user_unknown: {
        name: 'Unknown user',
        why: 'WeChat does not know this openId, or it belongs to another mini-program.',
        next: 'Check that the openId belongs to this mini-program.',
      },
      data_invalid: {
        name: 'Data does not fit',
        why: 'The data lacks a field of the template, or a field has the wrong type or length.',
        next: 'Correct the field that WeChat names, and send a new message.',
      },
      message_bad: {
        name: 'Message rejected',
        why: 'WeChat does not take the content of this message.',
        next: "See WeChat's code and words below, correct the message and send it again.",
      },
      channel_shut: {
        name: 'Channel suspended',
        why: 'WeChat has suspended this channel.',
        next: 'Reopen it under Settings, Channels, once resolved.',
      },
      quota: {
        name: 'Quota used up',
        why: "Today's quota is used up.",
        next: 'It resets at midnight Beijing time; send again after that.',
      },
      user_limit: {
        name: 'Daily limit of the user',
        why: 'The user has had as many messages today as you allow.',
        next: 'Send tomorrow, or change REACH_LIMIT_PER_USER_DAY.',
      },
      quiet_hours: {
        name: 'Quiet hours',
        why: 'These are the quiet hours that you set.',
        next: 'Send after they end, or change REACH_QUIET_HOURS.',
      },
      credentials: {
        name: 'Credentials refused',
        why: 'WeChat refuses the access_token, a new one too.',
        next: 'Check WECHAT_APPID and WECHAT_SECRET, and run doctor.',
      },
      deadline: {
        name: 'Deadline passed',
        why: 'WeChat was busy or could not be reached until the deadline of the message.',
        next: 'The right was given back: send it again.',
      },
      outcome_unknown: {
        name: 'Outcome unknown',
        why: 'WeChat gave no usable reply. The message may have arrived.',
        next: 'It is not sent again automatically. Ask the user before you send it again.',
      },
    },
    reserved: (n) => ({
      name: 'Right in use',
      why:
        n === 1
          ? 'The only right is held by another message.'
          : `All ${n} rights are held by other messages.`,
      next: 'Their outcome is known within a minute; send again then.',
    }),
  },
)

/** The words of a refusal, as its message carries it. */
export const wordsOfRefusal = (
  { codes, reserved }: Refusals,
  reason: { code: RefusalCode; reserved?: number },
): RefusalWords =>
  reason.code === 'no_credit' && reason.reserved ? reserved(reason.reserved) : codes[reason.code]
