/**
 * Why a call brought no usable answer. Holds the path and a code, never the URL, the body or the original
 * error: those carry the access_token and the AppSecret.
 */
export class WechatCallError extends Error {
  override readonly name = 'WechatCallError'

  constructor(
    /** `POST /cgi-bin/…`, without the query. */
    readonly call: string,
    /** Of the system, of undici, or `TIMED_OUT`, `REPLY_TOO_LARGE`, `HTTP_502`, `NOT_JSON`, `NO_FILE`, `NOT_AS_PROMISED`. */
    readonly code: string,
    /** False: the request certainly never left. */
    readonly sent: boolean,
  ) {
    super(
      sent
        ? `${call} brought no usable answer (${code}); whether WeChat acted on it is not known.`
        : `${call} did not reach WeChat (${code}): check WECHAT_API_BASE, name resolution, the firewall and the certificates of this machine.`,
    )
  }
}
