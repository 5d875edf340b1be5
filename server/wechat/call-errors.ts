/** What happened to a call without a usable reply, in words for people and in a stable code. */

/**
 * A call without a usable reply. The message is for people: it holds the code and no secret, unlike
 * the original error, whose text may quote the address with the access_token.
 */
export class CallError extends Error {
  override readonly name: string = 'CallError'

  constructor(
    message: string,
    /** A stable word: of the system, of undici or of ours. */
    readonly code: string,
  ) {
    super(message)
  }
}

/** What happened to a call without a usable reply, from its `cause`. */
export function failureOf(cause: unknown): { code: string; detail: string } {
  if (cause instanceof CallError) return { code: cause.code, detail: cause.message }
  return { code: 'OTHER', detail: 'The call of WeChat failed (OTHER): the log has the reason.' }
}

/**
 * Why a call brought no usable reply. Holds the path and a code, never the URL, the body or the
 * original error: those carry the access_token and the AppSecret.
 */
export class WechatCallError extends CallError {
  override readonly name = 'WechatCallError'

  constructor(
    /** `POST /cgi-bin/…`, without the query. */
    readonly call: string,
    /**
     * Of the system, of undici, or `TOO_MANY_CALLS`, `TIMED_OUT`, `REPLY_TOO_LARGE`, `HTTP_502`,
     * `NOT_JSON`, `NO_FILE`, `NOT_AS_PROMISED`, `PROXY_407`.
     */
    code: string,
    /** False: the request certainly never left. */
    readonly sent: boolean,
  ) {
    const texts = sent ? withoutReply : notSent
    const [, text = ''] = texts.find(([pattern]) => pattern.test(code)) ?? []
    const whether = sent ? ' Whether WeChat acted on the call is not known.' : ''
    super(`${text}${whether} (${call}: ${code})`, code)
  }
}

/** By the code of the failure; the last one is for all others. */
type FailureTexts = readonly (readonly [RegExp, string])[]

const notSent: FailureTexts = [
  [
    /^TOO_MANY_CALLS$/,
    'WeChat answers too slowly: as many calls of this kind are under way as REACH_WECHAT_CALLS ' +
      'allows.',
  ],
  [
    /^(ENOTFOUND|EAI_)/,
    'No address of WeChat was found: check WECHAT_API_BASE and the name resolution of this ' +
      'machine.',
  ],
  [
    /^PROXY_/,
    'The proxy refused to connect to WeChat: check REACH_HTTPS_PROXY or HTTPS_PROXY, and what ' +
      'the proxy allows.',
  ],
  [
    /^(CERT_|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO_|EPROTO|ERR_(TLS|SSL))|TLS/,
    'No trusted connection to WeChat was made: check the certificates and the clock of this ' +
      'machine, and proxies that open TLS.',
  ],
  [
    /TIMED_?OUT|TIMEOUT/,
    'No connection to WeChat was made in time: check the firewall and the proxy of this machine.',
  ],
  [
    /^/,
    'No connection to WeChat was made: check WECHAT_API_BASE, the firewall and the proxy of this ' +
      'machine.',
  ],
]

const withoutReply: FailureTexts = [
  [/TIMED_?OUT|TIMEOUT/, 'WeChat did not reply in time.'],
  [/^HTTP_/, 'A gateway replied with an HTTP error in place of WeChat.'],
  [/^NOT_JSON$/, 'The reply is not the JSON of WeChat: something in between may have written it.'],
  [/^NOT_AS_PROMISED$/, "The reply lacks what WeChat's page promises."],
  [/^NO_FILE$/, 'The reply holds no file.'],
  [/^REPLY_TOO_LARGE$/, 'The reply is larger than this server reads.'],
  [/^/, 'The connection ended before WeChat replied.'],
]
