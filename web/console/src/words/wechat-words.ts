/**
 * In Chinese: what WeChat means by a code, and what to do. In English the server says it with each
 * refusal. By the server's name of the meaning, since several codes may mean the same.
 */
const appPage = '开发管理 → 开发设置'
const notices = '查看 mp.weixin.qq.com 的站内信'
const oneServer = '请让这个小程序只有这台服务器获取 access_token。'

export const wechatWords: Readonly<Record<string, string>> = {
  // The user, and their rights.
  open_id_invalid: '这个 openId 不属于当前小程序。请核对它是否来自另一个小程序。',
  open_id_missing: '请求没有带上 openId。请指定用户后再发。',
  user_gone: '微信里没有这位用户。请核对 openId。',
  user_blacklisted: '这位用户在账号的黑名单里。请先移出黑名单。',
  user_refuses: '用户拒收这个账号的消息。请不要再发。',
  not_a_follower: '用户没有关注账号。请等用户关注后再发。',
  form_id_invalid:
    'formId 或 prepay_id 已过期、不存在或属于另一位用户。请等用户再次提交表单或支付。',
  form_id_used: '这个 formId 已经用过。如果另一个系统也在使用它，请只让其中一个发送。',
  not_subscribed: '用户没有剩余的订阅次数。请再次用 wx.requestSubscribeMessage 征求同意。',
  subscription_banned: '用户在设置里关闭了订阅消息。请等用户重新打开。',
  window_closed: '超过了可以回复的时间。请等用户再次写信。',
  window_used_up: '这次会话可回复的条数已用完。请等用户再次写信。',

  // The message.
  template_unknown: `账号里没有这个模板。请在「模板」中核对；也可能被微信处罚删除，请${notices}。`,
  page_unknown: '页面不在已发布的小程序里。请与 app.json 核对，或先发布小程序。',
  data_invalid: '有字段的类型或长度不符合模板，微信的说明指出了字段。请修改后作为新消息发送。',
  characters_invalid: '文字里有微信不接受的字符。请去掉控制字符和转义符。',
  sensitive_words: '内容含有微信不允许的词。请修改内容。',
  risky_content: '微信判定内容违法违规。请修改内容。',
  message_type_invalid: '微信不支持这种消息类型。请换一种 msgtype。',
  message_type_forbidden: '这个账号不能发送这种类型的消息。请换一种 msgtype。',
  parameter_invalid: '有参数不正确，微信的说明可能指出了它。请核对各字段。',
  arguments_invalid: '有参数不正确，微信的说明可能指出了它。请核对各字段。',
  request_invalid: '请求不合法，微信的说明可能指出了字段。请核对各字段。',
  request_unreadable: '微信无法读取请求。请把微信的说明报告给 wx-reach。',
  text_empty: '文字是空的。请填写内容。',
  text_too_long: '文字太长。请分几条发送。',
  title_too_long: '标题太长。请缩短。',
  description_too_long: '描述太长。请缩短。',
  url_invalid: '链接太长。请缩短。',
  url_too_long: '链接太长。请缩短。',
  image_url_too_long: '图片链接太长。请缩短。',
  media_unknown: '图片不属于当前小程序，或已超过三天。请重新上传图片。',
  media_id_missing: '没有 media_id。请先上传图片。',

  // What this app may do, and how often.
  busy: '微信系统繁忙。在消息的期限之前会自动重试。',
  concurrent_send: '同一用户同时有几条消息在发送。在消息的期限之前会自动重试。',
  too_frequent: '调用太频繁。服务器会稍后重试。',
  quota_exhausted: '今天的额度已用完，北京时间零点恢复。请在零点之后重新发送。',
  template_send_retired: '微信已于 2020-01-10 下线模板消息。请改用订阅消息。',
  uniform_send_retired: '微信已下线 uniform_send。请改用订阅消息。',
  api_forbidden: `这个小程序没有此接口的权限。请查看「功能」并${notices}；处罚为 7 天、30 天或永久。`,
  api_banned: `微信封禁了此接口。请${notices}；处罚为 7 天、30 天或永久。`,
  api_not_granted: '这个小程序没有获得此接口的授权。请在 mp.weixin.qq.com 的「功能」中查看。',
  account_restricted: `微信限制了这个账号。请${notices}并申诉。`,
  account_frozen: `微信冻结了这个账号。请${notices}并申诉。`,

  // The access_token, and the credentials behind it.
  token_invalid: `微信不接受新取得的 access_token。请核对 WECHAT_APPID 与 WECHAT_SECRET。${oneServer}`,
  token_expired: `新取得的 access_token 也已失效。${oneServer}`,
  token_missing: 'access_token 没有送达微信。请检查网关或代理是否丢弃了地址中的参数。',
  token_call_forbidden: '这个小程序不能获取 access_token。请在 mp.weixin.qq.com 查看账号状态。',
  secret_wrong: `AppSecret 不正确。请从「${appPage}」重新复制；在那里查看会重置它。`,
  secret_missing: `没有 WECHAT_SECRET。请从「${appPage}」复制。`,
  secret_frozen: `AppSecret 已冻结。请在「${appPage}」解冻。`,
  grant_type_invalid: `微信不接受这种凭证。请从「${appPage}」重新复制 AppID 与 AppSecret。`,
  app_id_invalid: `微信不认识这个 AppID。请核对 WECHAT_APPID 与消息中的 appId。`,
  app_id_missing: `没有 WECHAT_APPID。请从「${appPage}」复制。`,
  address_invalid: '这个地址没有接口。请核对 WECHAT_EDITION 与 WECHAT_API_BASE。',
  address_not_allowed: `服务器的 IP 不在白名单里。请把微信说明中的 IP 加入「${appPage}」的 IP 白名单。`,
  address_awaits_admin: '服务器的 IP 正等待小程序管理员在微信中确认。请联系管理员。',
  needs_admin_consent: '这次调用需要小程序管理员在微信中确认。请确认后再试。',
  address_refused_for_a_day: `管理员两次拒绝了服务器的 IP，24 小时内不能调用。请加入「${appPage}」的 IP 白名单。`,
  address_refused_for_an_hour: `管理员拒绝了服务器的 IP，1 小时内不能调用。请加入「${appPage}」的 IP 白名单。`,
  post_required: '请求没有以 POST 送达微信。请检查网关是否跟随了重定向。',
  https_required: '微信只接受 https。请核对 WECHAT_API_BASE。',
  body_missing: '请求的内容没有送达微信。请检查微信之前的网关。',
  unknown_code: '我们没有收录这个错误码。请看微信自己的说明。',
}
