/**
 * The platform's errmsg for each errcode that the sandbox returns. The source is the platform's
 * pages and replies that its users published, not the server in this repository: so each checks the
 * other.
 */
export const errmsgs = {
  [-1]: 'system error',
  0: 'ok',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40004: 'invalid media type',
  40005: 'invalid file type',
  40006: 'invalid media size',
  40007: 'invalid media_id',
  40008: 'invalid message type',
  40013: 'invalid appid',
  40029: 'invalid code',
  40035: 'invalid parameter',
  40037: 'invalid template_id',
  40066: 'invalid url',
  40097: 'invalid args',
  40125: 'invalid appsecret',
  40129: 'invalid scene',
  40159: 'invalid length for path, or the data is not json string',
  40163: 'code been used',
  40169: 'invalid length for scene, or the data is not json string',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41005: 'media data missing',
  41008: 'missing code',
  41028: 'invalid form id',
  41029: 'form id used count reach limit',
  41030: 'invalid page',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  43101: 'user refuse to accept the msg',
  43107: 'subscription is banned',
  44001: 'empty media data',
  44002: 'empty post data',
  44004: 'empty content',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45011: 'api minute-quota reach limit  must slower  retry next minute',
  45015: 'response out of time limit or subscription is canceled',
  45029: 'qrcode count out of limit',
  45047: 'out of response count limit',
  45072: 'invalid command',
  45080: 'need sending message to user, or recv message in the last 30 seconds',
  45081: 'a typing status is already set',
  45103: 'This API has been unsupported',
  47001: 'data format error',
  47003: 'argument invalid!',
  48001: 'api unauthorized',
  85096: 'not allow include scancode_time field',
  87009: 'invalid signature',
  200014: 'invalid tid',
  200016: 'invalid start',
  200017: 'invalid limit',
  200018: 'ids missing',
  200019: 'invalid ids',
  200020: 'invalid kidList',
  200021: 'invalid sceneDesc',
} as const satisfies Record<number, string>

/** Errmsgs of codes that only a fault returns and that callers parse: 40164 names the address. */
export const faultErrmsgs: Readonly<Record<number, string>> = {
  40164: 'invalid ip 203.0.113.7 ipv6 ::ffff:203.0.113.7, not in whitelist',
}

/** An errcode that the sandbox returns by itself. A fault may return any other. */
export type Errcode = keyof typeof errmsgs
