/**
 * What each errcode of WeChat means, in one table. Sources: `seeds` are the platform's pages of
 * 2018, `platform` its documentation as of 2026. The effects are those on a send; a code that means
 * something else in another call has an entry under `in`.
 */
import type { RefusalCode } from '../../shared/codes.ts'
import type { WechatRefusal } from '../../shared/wire/index.ts'

/**
 * What `errcode` means in `call`; without one, in a send or any other use of an access_token. A
 * code that the table does not name counts as a rejected message: its credit is given back, and the
 * message is not tried again.
 */
export function meaningOf(errcode: number, call: Call = 'send'): Meaning {
  const row = errcodes[errcode]
  if (!row) return unknownCode
  return (call !== 'send' && row.in?.[call]) || row
}

/** A refusal of WeChat's as replies and problems carry it. */
export function refusalOf(
  { errcode, errmsg }: { errcode: number; errmsg: string },
  call: Call = 'send',
): WechatRefusal {
  return { errcode, ...(errmsg && { errmsg }), meaning: meaningOf(errcode, call).meaning }
}

/** What to do about a refusal that was stored: an older version may have named another meaning. */
export function adviceOf({ errcode, meaning }: WechatRefusal): string {
  const row = errcodes[errcode]
  const variants = row ? [row, ...Object.values(row.in ?? {})] : []
  return (variants.find((one) => one.meaning === meaning) ?? row ?? unknownCode).advice
}

/**
 * The calls in which a code may mean something of its own. `other` are those that the server never
 * repeats by itself: templates, media, typing.
 */
export type Call = 'send' | 'token' | 'signIn' | 'code' | 'other'

/** What a code does to a message and to the credit that it used. */
export type Effect =
  | 'sent'
  | 'credit_rejected'
  | 'message_rejected'
  | 'not_permitted'
  | 'busy'
  | 'quota'
  | 'token_rejected'

interface Described {
  /** A stable snake_case word. */
  meaning: string
  /** What the reader does next. */
  advice: string
  source: string
}

type Meaning =
  | (Described & { effect: 'sent' })
  | (Described & {
      effect: Exclude<Effect, 'sent'>
      /**
       * The reason of a message that ends here; with `busy` and `credit_rejected` only when nothing
       * is left to try.
       */
      reason: RefusalCode
    })

/** A code, and what else it means in other calls. */
type Row = Meaning & { in?: Partial<Record<Exclude<Call, 'send'>, Meaning>> }

const creditRejected = (meaning: string, advice: string, source: string): Meaning => ({
  meaning,
  effect: 'credit_rejected',
  reason: 'credits_rejected',
  advice,
  source,
})

const messageRejected = (
  meaning: string,
  advice: string,
  source: string,
  reason: RefusalCode = 'message_bad',
): Meaning => ({ meaning, effect: 'message_rejected', reason, advice, source })

/** A row of the public list of return codes (全局返回码). */
const listed = (meaning: string, advice: string, reason?: RefusalCode): Meaning =>
  messageRejected(meaning, advice, globalCodes, reason)

const globalCodes = 'platform: global return codes'

/** The call itself is refused for the app's credentials; a new token would not help. */
const credentials = (meaning: string, advice: string, source: string): Meaning =>
  messageRejected(meaning, advice, source, 'credentials')

/** The reason counts when a fresh token is refused as well. */
const tokenRejected = (meaning: string, advice: string, source: string): Meaning => ({
  meaning,
  effect: 'token_rejected',
  reason: 'credentials',
  advice,
  source,
})

const unknownCode = messageRejected(
  'unknown_code',
  "This code is not in our table: WeChat's own words (errmsg) say more.",
  'platform: any other code',
)

const secretAdvice =
  'Copy AppID and AppSecret again from 开发管理 → 开发设置 into WECHAT_APPID and WECHAT_SECRET; ' +
  'looking the secret up there resets it.'

const frozenAdvice =
  'WeChat restricts this account: see its notices (站内信) at mp.weixin.qq.com, and appeal there.'

/** The account, or this API of it, is closed at WeChat. */
const closed = (meaning: string, advice: string, source: string): Row => ({
  meaning,
  effect: 'not_permitted',
  reason: 'channel_shut',
  advice,
  source,
  in: {
    token: credentials(meaning, advice, source),
    signIn: credentials(meaning, advice, source),
  },
})

/** WeChat asks for patience. The advice says who tries again, if anybody does. */
const busy = (
  meaning: string,
  source: string,
  advice: Record<Call, string>,
  reason: RefusalCode = 'deadline',
): Row => {
  const inCall = (call: Call): Meaning => ({
    meaning,
    effect: 'busy',
    reason,
    advice: advice[call],
    source,
  })
  const calls = ['token', 'signIn', 'code', 'other'] as const
  return {
    ...inCall('send'),
    in: Object.fromEntries(calls.map((call) => [call, inCall(call)])),
  }
}

const busyAdvice: Record<Call, string> = {
  send: 'WeChat is busy. It is tried again until the deadline of the message.',
  token: 'WeChat is busy and gives no access_token. The server asks again with later calls.',
  signIn: 'WeChat is busy and signs nobody in: call wx.login again in some seconds.',
  code:
    'WeChat is busy and made no code: ask again in some seconds. A request that was queued ' +
    'with `Prefer: respond-async` stays queued.',
  other: 'WeChat is busy. The server does not repeat this call: ask again in some seconds.',
}

export const errcodes: Readonly<Record<number, Row>> = {
  // The credit and the message.
  40003: messageRejected(
    'open_id_invalid',
    'The openId is not one of this app: check that it is not of another mini-program.',
    'seeds/000 返回码说明',
    'user_unknown',
  ),
  40037: messageRejected(
    'template_unknown',
    'This account holds no such template: compare with GET /v1/templates or GET ' +
      '/v1/subscribe-templates. WeChat may have deleted it as a punishment: see the notices ' +
      '(站内信) at mp.weixin.qq.com.',
    'seeds/001 发送模板消息, 处罚说明',
    'template_unknown',
  ),
  41028: creditRejected(
    'form_id_invalid',
    'The formId or prepay_id is expired, invented or of another user. The user must submit a ' +
      'form or pay again.',
    'seeds/001 发送模板消息',
  ),
  41029: creditRejected(
    'form_id_used',
    'The formId was used before. If another system sends with it too, let only one of them do so.',
    'seeds/001 发送模板消息',
  ),
  41030: messageRejected(
    'page_unknown',
    'The page is not in the published mini-program: compare it with app.json, or publish.',
    'seeds/001 发送模板消息; seeds/004 错误码',
    'page_unknown',
  ),
  43101: creditRejected(
    'not_subscribed',
    'The user has no subscription left: ask with wx.requestSubscribeMessage again.',
    'platform: subscribe/send',
  ),
  43107: creditRejected(
    'subscription_banned',
    'The user switched these messages off in the settings and must switch them on again.',
    'platform: subscribe/send',
  ),
  45015: creditRejected(
    'window_closed',
    'The time to answer is over: wait until the user writes again.',
    'seeds/000 返回码说明',
  ),
  45047: creditRejected(
    'window_used_up',
    'All messages of this window are used: wait until the user writes again.',
    'seeds/000 返回码说明',
  ),
  87014: listed(
    'risky_content',
    'WeChat holds the content for illegal or harmful: change it.',
    'data_invalid',
  ),
  45168: messageRejected(
    'sensitive_words',
    'The text holds words that WeChat does not carry: change it.',
    'platform: subscribe/send',
    'data_invalid',
  ),
  47003: messageRejected(
    'data_invalid',
    "A value breaks its field's type or length; errmsg names the field.",
    'platform: subscribe/send',
    'data_invalid',
  ),
  47001: listed(
    'request_unreadable',
    'WeChat could not read the request: report it, with errmsg, to wx-reach.',
  ),
  40008: listed('message_type_invalid', 'WeChat knows no such msgtype.'),
  40033: listed(
    'characters_invalid',
    'A text holds characters that WeChat does not take: remove control characters and escapes.',
    'data_invalid',
  ),
  40035: listed(
    'parameter_invalid',
    'WeChat holds a parameter for invalid; errmsg may name it. Compare the fields with the page ' +
      'of the call.',
  ),
  40038: listed(
    'request_invalid',
    'WeChat holds the request for malformed; errmsg may name the field.',
  ),
  40039: listed('url_invalid', 'A URL is too long for WeChat: shorten it.'),
  41009: listed('open_id_missing', 'The openId did not arrive: name the user.', 'user_unknown'),
  43002: listed(
    'post_required',
    'The call did not arrive as POST: a gateway before WeChat must not follow redirects.',
  ),
  43004: listed('not_a_follower', 'This user must follow the account first.', 'user_unknown'),
  43019: listed(
    'user_blacklisted',
    'The account has this user on its blacklist: remove them there first.',
    'user_unknown',
  ),
  44002: listed(
    'body_missing',
    'The body of the call did not arrive: a gateway before WeChat must pass it on.',
  ),
  46004: listed('user_gone', 'WeChat knows no such user.', 'user_unknown'),
  48002: listed('user_refuses', 'The user takes no messages of this account.', 'user_unknown'),
  50005: listed('not_a_follower', 'This user must follow the account first.', 'user_unknown'),
  61451: listed('parameter_invalid', 'WeChat holds a parameter for invalid; errmsg may name it.'),

  // What this app may do, how often, and how fast.
  [-1]: busy('busy', 'seeds/000 返回码说明', busyAdvice),
  61450: busy('busy', globalCodes, busyAdvice),
  0: { meaning: 'ok', effect: 'sent', advice: 'Nothing to do.', source: 'seeds/000 返回码说明' },
  43108: {
    meaning: 'concurrent_send',
    effect: 'busy',
    reason: 'deadline',
    advice: 'Several messages to one user at once. It is tried again until the deadline.',
    source: 'platform: subscribe/send',
  },
  45009: {
    meaning: 'quota_exhausted',
    effect: 'quota',
    reason: 'quota',
    advice:
      'The messages of this day are used up. The channel pauses until midnight in Shanghai: send ' +
      'the message again then.',
    source: 'seeds/001 发送模板消息',
    in: {
      other: {
        meaning: 'quota_exhausted',
        effect: 'quota',
        reason: 'quota',
        advice:
          'The calls of this API are used up for the day. The server makes none until midnight ' +
          'in Shanghai: see Retry-After.',
        source: 'seeds/001 发送模板消息',
      },
      code: {
        meaning: 'too_many_codes_this_minute',
        effect: 'busy',
        reason: 'quota',
        advice: 'Codes of the kind `scene` are limited by the minute: make them ahead (预生成).',
        source: 'seeds/004 错误码',
      },
      token: {
        meaning: 'quota_exhausted',
        effect: 'quota',
        reason: 'credentials',
        advice: 'Too many token calls today. Let only this server fetch tokens for this app.',
        source: 'platform: access_token',
      },
    },
  },
  45103: {
    meaning: 'template_send_retired',
    effect: 'not_permitted',
    reason: 'retired',
    advice: 'WeChat retired template messages on 2020-01-10: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  45109: {
    meaning: 'uniform_send_retired',
    effect: 'not_permitted',
    reason: 'retired',
    advice: 'WeChat retired uniform_send: send subscribe messages instead.',
    source: 'platform: formId and subscribe messages',
  },
  48001: closed(
    'api_forbidden',
    'This app may not call this API: see 功能 and the notices (站内信) at mp.weixin.qq.com. A ' +
      'punishment lasts 7 days, 30 days or for ever.',
    'seeds/000 返回码说明; seeds/001 处罚说明',
  ),
  48004: closed(
    'api_banned',
    'WeChat has banned this API for the app: see the notices (站内信) at mp.weixin.qq.com. A ' +
      'punishment lasts 7 days, 30 days or for ever.',
    `${globalCodes}; seeds/001 处罚说明`,
  ),
  48008: listed(
    'message_type_forbidden',
    'This account may not send messages of this type: send another msgtype.',
  ),
  50001: closed(
    'api_not_granted',
    'This app was not granted this API: see 功能 at mp.weixin.qq.com.',
    globalCodes,
  ),
  50002: closed('account_restricted', frozenAdvice, globalCodes),
  50007: closed('account_frozen', frozenAdvice, globalCodes),

  // The access_token, and the credentials behind it.
  40001: {
    ...tokenRejected(
      'token_invalid',
      'WeChat refused a fresh access_token too. Compare WECHAT_APPID and WECHAT_SECRET with ' +
        '开发管理 → 开发设置, and let nothing else fetch tokens for this app.',
      'seeds/000 返回码说明',
    ),
    in: {
      token: credentials(
        'secret_wrong',
        secretAdvice,
        'seeds/000 返回码说明: 获取 access_token 时 AppSecret 错误',
      ),
      signIn: credentials('secret_wrong', secretAdvice, 'seeds/000 返回码说明'),
    },
  },
  40002: credentials(
    'grant_type_invalid',
    `WeChat refused the kind of credential. ${secretAdvice}`,
    'seeds/000 返回码说明; platform: access_token',
  ),
  40013: {
    ...messageRejected(
      'app_id_invalid',
      'An appId in the message, or WECHAT_APPID, is not one that WeChat knows: compare both.',
      'seeds/001 获取 access_token',
    ),
    in: {
      token: credentials(
        'app_id_invalid',
        'WeChat knows no such AppID: copy WECHAT_APPID from 开发管理 → 开发设置.',
        'seeds/001 获取 access_token',
      ),
      signIn: credentials(
        'app_id_invalid',
        'WeChat knows no such AppID: copy WECHAT_APPID from 开发管理 → 开发设置.',
        'platform: access_token',
      ),
    },
  },
  40014: tokenRejected(
    'token_invalid',
    'WeChat refused a fresh access_token too. Let nothing else fetch tokens for this app.',
    'platform: access_token',
  ),
  40066: messageRejected(
    'address_invalid',
    'WeChat offers nothing at this address: compare WECHAT_EDITION and WECHAT_API_BASE with ' +
      'what the call needs.',
    'platform: error codes',
    'not_in_edition',
  ),
  40125: credentials('secret_wrong', secretAdvice, 'platform: access_token'),
  40164: credentials(
    'address_not_allowed',
    "Add this server's public address, which errmsg names, to the IP white list under 开发管理 → 开发设置.",
    'platform: access_token',
  ),
  40243: credentials(
    'secret_frozen',
    'The AppSecret is frozen: unfreeze it under 开发管理 → 开发设置.',
    'platform: access_token',
  ),
  41002: credentials(
    'app_id_missing',
    'Set WECHAT_APPID: copy it from 开发管理 → 开发设置.',
    'platform: access_token',
  ),
  41004: credentials(
    'secret_missing',
    'Set WECHAT_SECRET: copy it from 开发管理 → 开发设置.',
    'platform: access_token',
  ),
  42001: tokenRejected(
    'token_expired',
    'WeChat refused a fresh access_token too. Let nothing else fetch tokens for this app.',
    'platform: access_token',
  ),
  41001: credentials(
    'token_missing',
    'The access_token did not arrive: a gateway or proxy must not cut the query of the address.',
    globalCodes,
  ),
  43003: listed('https_required', 'WeChat takes calls by https: see WECHAT_API_BASE.'),
  50004: credentials(
    'token_call_forbidden',
    'This app may not fetch tokens: see its standing at mp.weixin.qq.com.',
    'platform: access_token',
  ),
  89501: credentials(
    'address_awaits_admin',
    "This server's address waits for the administrator of the app, who must confirm it in WeChat.",
    'platform: access_token',
  ),
  89503: credentials(
    'needs_admin_consent',
    'The administrator of the app must confirm this call in WeChat; then try again.',
    'platform: access_token',
  ),
  89506: credentials(
    'address_refused_for_a_day',
    "The administrator refused this server's address twice: WeChat refuses it for 24 hours. Add " +
      'it to the IP white list under 开发管理 → 开发设置.',
    'platform: access_token',
  ),
  89507: credentials(
    'address_refused_for_an_hour',
    "The administrator refused this server's address: WeChat refuses it for an hour. Add it to " +
      'the IP white list under 开发管理 → 开发设置.',
    'platform: access_token',
  ),

  // Sign-in and user data.
  40029: messageRejected(
    'code_invalid',
    'The login code is not valid or five minutes old: call wx.login again.',
    'platform: jscode2session',
  ),
  40163: messageRejected(
    'code_used',
    'A login code is good once: call wx.login again.',
    'platform: jscode2session',
  ),
  40226: messageRejected(
    'user_blocked',
    'WeChat holds this user for a risk and lets nobody sign them in. Do not try again.',
    'platform: jscode2session',
  ),
  41008: listed('code_missing', 'The login code is missing: pass on what wx.login gave.'),
  45011: busy('too_frequent', 'platform: jscode2session; global return codes', {
    send: 'Messages are sent too often. It is tried again until the deadline of the message.',
    token:
      'The access_token was fetched too often. The server waits, then asks again. Let only this ' +
      'server fetch tokens for this app.',
    signIn: 'This user signs in too often: wait a minute, then call wx.login again.',
    code:
      'Codes are made too often: ask again in a minute. A request that was queued with ' +
      '`Prefer: respond-async` stays queued.',
    other: 'This API was called too often: ask again in a minute.',
  }),
  65206: messageRejected(
    'left_the_group',
    'The user is not in that group any more: take the arrival without its group.',
    'platform: getGroupEnterInfo',
  ),
  87009: messageRejected(
    'signature_wrong',
    'The session_key is not the current one of this user: sign in again.',
    'platform: checksession',
  ),

  // Customer service: media and typing.
  40004: messageRejected(
    'media_type_invalid',
    'WeChat takes images as JPG, PNG or GIF: convert this one.',
    'platform: customer service',
  ),
  40005: messageRejected(
    'file_type_invalid',
    'The file is not a JPG, PNG or GIF, or its name says another type: convert it.',
    'platform: customer service',
  ),
  40006: messageRejected(
    'media_size_invalid',
    'An image holds at most 2 MB: make it smaller.',
    'platform: customer service',
  ),
  40007: messageRejected(
    'media_unknown',
    'The media_id is not of this app or older than three days: upload the image again.',
    'platform: customer service',
  ),
  40009: listed('media_size_invalid', 'An image holds at most 2 MB: make it smaller.'),
  40137: listed(
    'image_format_invalid',
    'WeChat does not take this format: convert the image to JPG or PNG.',
  ),
  41005: listed(
    'media_missing',
    'The image did not arrive: a gateway before WeChat must pass multipart bodies on.',
  ),
  41006: listed('media_id_missing', 'The media_id is missing: upload the image first.'),
  44001: listed('media_empty', 'The image is empty.'),
  44004: listed('text_empty', 'The text is empty.'),
  45001: listed('media_size_invalid', 'An image holds at most 2 MB: make it smaller.'),
  45003: listed('title_too_long', 'The title is longer than WeChat carries: shorten it.'),
  45004: listed(
    'description_too_long',
    'The description is longer than WeChat carries: shorten it.',
  ),
  45005: listed('url_too_long', 'The link is longer than WeChat carries: shorten it.'),
  45006: listed(
    'image_url_too_long',
    "The picture's link is longer than WeChat carries: shorten it.",
  ),
  46001: listed('media_unknown', 'WeChat holds no such medium: upload the image again.'),
  45002: messageRejected(
    'text_too_long',
    'The text is longer than WeChat carries: send it in pieces.',
    'platform: customer service',
  ),
  45072: messageRejected(
    'typing_command_invalid',
    'WeChat knows Typing and CancelTyping.',
    'platform: customer service',
  ),
  45080: messageRejected(
    'typing_without_message',
    'Typing can be shown within 30 seconds of a message of the user: wait for the next.',
    'platform: customer service',
  ),
  45081: messageRejected(
    'already_typing',
    'The user sees that somebody is typing already: there is nothing to do.',
    'platform: customer service',
  ),

  // Mini-program codes.
  40097: messageRejected(
    'arguments_invalid',
    'WeChat refused an argument; errmsg names it.',
    'platform: codes',
  ),
  40129: messageRejected(
    'scene_invalid',
    'The scene is too long or holds other characters than the page allows.',
    'platform: codes',
  ),
  40159: messageRejected(
    'path_invalid',
    'The path is empty or too long, counted in bytes.',
    'platform: codes',
  ),
  40169: messageRejected(
    'scene_length_invalid',
    'The scene is empty or longer than 32 characters.',
    'platform: codes',
  ),
  45029: messageRejected(
    'code_quota_exhausted',
    'All 100,000 codes of the kinds `path` and `qrcode` are made: use the kind `scene`.',
    'seeds/004 错误码',
    'quota',
  ),
  85096: messageRejected(
    'parameter_reserved',
    'The path or scene holds `scancode_time`, which is reserved for WeChat: rename it.',
    'platform: codes',
  ),

  // Management of templates.
  45026: listed(
    'too_many_templates',
    'The account holds as many templates as it may: delete one first.',
  ),
  200011: messageRejected(
    'account_banned',
    'This account may not add templates: see its notices at mp.weixin.qq.com.',
    'platform: newtmpl',
  ),
  200012: messageRejected(
    'too_many_templates',
    'The account holds as many subscribe templates as it may: delete one first.',
    'platform: newtmpl',
  ),
  200013: messageRejected(
    'template_banned',
    'This template is banned: choose another title.',
    'platform: newtmpl',
  ),
  200014: messageRejected(
    'title_unknown',
    'There is no such public title: list the titles of the categories of this account.',
    'platform: newtmpl',
  ),
  200016: messageRejected(
    'start_invalid',
    'The offset is not a whole number from 0 on.',
    'platform: newtmpl',
  ),
  200017: messageRejected(
    'limit_invalid',
    'The count is not between 1 and 30.',
    'platform: newtmpl',
  ),
  200018: messageRejected(
    'categories_missing',
    'Name at least one category of this account.',
    'platform: newtmpl',
  ),
  200019: messageRejected(
    'categories_invalid',
    'A category is not one of this account: list its categories.',
    'platform: newtmpl',
  ),
  200020: messageRejected(
    'keywords_invalid',
    'A template has 2 to 5 of the keywords of its title, each once.',
    'platform: newtmpl',
  ),
  200021: messageRejected(
    'scene_description_invalid',
    'Say in at most 15 characters what the template is for.',
    'platform: newtmpl',
  ),
}
