/** How the server reaches WeChat: the address, and an egress proxy before it. */
import { isLoopback, isPrivate } from '../runtime/addresses.ts'
import type { Parsed, SettingsReader } from './settings-reader.ts'
import { oneOf, trueOrFalse } from './values.ts'

interface Egress {
  apiBase: string
  /** 微信云托管 adds the access_token to calls: see wechat/cloud-token.ts. */
  cloudToken?: true
  /** The address of the proxy. It may hold a password: never log it. */
  proxy?: string
}

/**
 * `REACH_HTTPS_PROXY` is for the calls of WeChat alone and always counts. `HTTPS_PROXY` counts for
 * an https address that `NO_PROXY` does not name, as in other programs. Both may be in lower case.
 */
export function readEgress(settings: SettingsReader): Egress {
  const isCloud = settings.optional('WECHAT_TOKEN', oneOf(['fetch', 'cloud'])) === 'cloud'
  const allowHttp = settings.optional('WECHAT_API_ALLOW_HTTP', trueOrFalse) ?? false
  const apiBase =
    settings.optional('WECHAT_API_BASE', (value) => parseApiBase(value, allowHttp)) ??
    `${isCloud ? 'http' : 'https'}://api.weixin.qq.com`
  const proxy = settings.optional('REACH_HTTPS_PROXY', parseProxy) ?? commonProxy(settings, apiBase)
  if (isCloud && proxy !== undefined) {
    const text = 'is set together with WECHAT_TOKEN=cloud: calls would leave past 微信云托管'
    settings.addProblem('REACH_HTTPS_PROXY', text)
  }
  return {
    apiBase,
    ...(isCloud && { cloudToken: true }),
    ...(proxy !== undefined && { proxy }),
  }
}

function commonProxy(settings: SettingsReader, apiBase: string): string | undefined {
  const base = new URL(apiBase)
  const noProxy = either(settings, 'no_proxy', (value) => ({ value })) ?? ''
  if (settings.isSet('REACH_HTTPS_PROXY') || base.protocol !== 'https:') return undefined
  return isBypassed(base, noProxy) ? undefined : either(settings, 'https_proxy', parseProxy)
}

/** In lower case first, as curl reads them. */
const either = (
  settings: SettingsReader,
  name: string,
  parse: (value: string) => Parsed<string>,
): string | undefined => settings.optional(settings.isSet(name) ? name : name.toUpperCase(), parse)

/**
 * https, because access_token and AppSecret stand in the URL. http is for this machine, and, when
 * `allowHttp` says so, for a gateway in a private network. A name may lead anywhere: only a public
 * address and WeChat's own names are certain to be none.
 */
function parseApiBase(value: string, allowHttp: boolean): Parsed<string> {
  const url = URL.canParse(value) ? new URL(value) : undefined
  if (!url || url.search || url.hash || url.username) {
    return { problem: 'must be an address such as https://api.weixin.qq.com' }
  }
  if (url.protocol === 'https:') return { value }
  const isHttp = url.protocol === 'http:'
  if (isHttp && (isLoopback(url.hostname) || (allowHttp && !isPublic(url.hostname)))) {
    return { value }
  }
  const problem = allowHttp
    ? 'must begin with https:// outside a private network'
    : 'must begin with https:// (http:// is allowed for this machine, and with ' +
      'WECHAT_API_ALLOW_HTTP=true for a private network)'
  return { problem }
}

function isPublic(host: string): boolean {
  return isPrivate(host) === undefined
    ? /(^|\.)(qq|wechat|weixin)\.com\.?$/.test(host)
    : !isPrivate(host)
}

/** As curl takes it: without a scheme it is http. */
function parseProxy(value: string): Parsed<string> {
  const text = /^[a-z][\w+.-]*:\/\//i.test(value) ? value : `http://${value}`
  const url = URL.canParse(text) ? new URL(text) : undefined
  return url?.hostname && /^https?:$/.test(url.protocol)
    ? { value: text }
    : { problem: 'must be an address such as http://proxy.example.com:3128' }
}

/** Hosts, domains with or without a leading dot, `*`; each with a port or for all ports. */
function isBypassed({ hostname, port }: URL, noProxy: string): boolean {
  return noProxy
    .toLowerCase()
    .split(/[\s,]+/)
    .some((entry) => {
      const [, name = '', onlyPort] = /^\*?\.?(.*?)(?::(\d+))?$/.exec(entry) ?? []
      if (entry === '*') return true
      if (name === '' || (onlyPort !== undefined && onlyPort !== (port || '443'))) return false
      return hostname === name || hostname.endsWith(`.${name}`)
    })
}
