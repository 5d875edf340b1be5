/**
 * The platform's words for each errcode that this sandbox answers. Written from the platform's pages and from
 * replies that its users published, not from what the server beside it expects: each is checked by the other.
 */
export const errmsgs = {
  [-1]: 'system error',
  0: 'ok',
  40001: 'invalid credential, access_token is invalid or not latest',
  40002: 'invalid grant_type',
  40003: 'invalid openid',
  40013: 'invalid appid',
  40029: 'invalid code',
  40035: 'invalid parameter',
  40037: 'invalid template_id',
  40066: 'invalid url',
  40125: 'invalid appsecret',
  40163: 'code been used',
  41001: 'access_token missing',
  41002: 'appid missing',
  41004: 'appsecret missing',
  41008: 'missing code',
  41028: 'invalid form id',
  41029: 'form id used count reach limit',
  41030: 'invalid page',
  42001: 'access_token expired',
  43001: 'require GET method',
  43002: 'require POST method',
  44002: 'empty post data',
  45002: 'content size out of limit',
  45009: 'reach max api daily quota limit',
  45103: 'This API has been unsupported',
  47001: 'data format error',
  87009: 'invalid signature',
} as const satisfies Record<number, string>

/** An errcode that the sandbox answers by itself. A fault may play any other. */
export type Errcode = keyof typeof errmsgs
