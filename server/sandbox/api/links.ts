/** Links that open a mini-program: URL Link, URL Scheme and Short Link. */
import { day, second } from '../rules/time.ts'
import type { Account } from '../state/account.ts'
import type { Link } from '../state/links.ts'
import { readVersion } from './codes.ts'
import { isRefusal, members, ok, refuse, text, whole } from './endpoint.ts'
import type { Endpoint, Fields, Refusal, TokenEndpoint } from './endpoint.ts'

/** A URL Link and a URL Scheme have their quotas together. */
const linkQuotas: Pick<TokenEndpoint, 'daily' | 'rate' | 'admit'> = {
  daily: ({ linksMade }) => linksMade,
  rate: ({ linkCalls }) => ({ calls: linkCalls.limit(), seconds: 1 }),
  admit: ({ linkCalls }) => (linkCalls.spend() ? undefined : refuse(44990)),
}

/** Generates a URL Link. A page in the cloud (`cloud_base`) is noted and has no effect. */
export const generateUrlLink: Endpoint = {
  method: 'POST',
  path: '/wxa/generate_urllink',
  needs: 'token',
  editions: ['2026'],
  ...linkQuotas,
  handle(body, account) {
    const target = readTarget(body, body, account)
    if (isRefusal(target)) return target
    const cloudBase = members(body['cloud_base'])
    if (!cloudBase) return refuse(47001)
    if (!account.linksMade.spend()) return refuse(44993)
    const noted = Object.keys(cloudBase).length > 0
    const link = { kind: 'urlLink', ...target, ...(noted && { cloudBase }) } as const
    return ok({ url_link: account.links.add(link) })
  },
}

/** Generates a URL Scheme. */
export const generateScheme: Endpoint = {
  method: 'POST',
  path: '/wxa/generatescheme',
  needs: 'token',
  editions: ['2026'],
  ...linkQuotas,
  handle(body, account) {
    const page = members(body['jump_wxa'])
    if (!page) return refuse(47001)
    const target = readTarget(page, body, account)
    if (isRefusal(target)) return target
    if (!account.linksMade.spend()) return refuse(44993)
    return ok({ openlink: account.links.add({ kind: 'scheme', ...target }) })
  },
}

/** Generates a Short Link, of which a limited number may be permanent. */
export const generateShortLink: Endpoint = {
  method: 'POST',
  path: '/wxa/genwxashortlink',
  needs: 'token',
  editions: ['2026'],
  daily: ({ shortLinksMade }) => shortLinksMade,
  handle(body, account) {
    const { longestMs, urlCharacters, titleCharacters } = account.limits().links
    const url = text(body['page_url'])?.replace(/^\//, '')
    if (url === undefined || url.length > urlCharacters) return refuse(40066)
    if (!account.pages.exists(url)) return refuse(40066)
    const title = body['page_title'] ?? ''
    if (typeof title !== 'string') return refuse(40225)
    if (!account.shortLinksMade.spend()) return refuse(45009)
    const permanent = body['is_permanent'] === true
    if (permanent && !account.permanentShortLinks.spend()) return refuse(85400)

    const [path, query = ''] = url.split(/\?(.*)/s) as [string, string?]
    const link = account.links.add({
      kind: 'shortLink',
      path,
      query,
      envVersion: 'release',
      title: shorten(title, titleCharacters),
      ...(!permanent && { endsAtMs: account.now() + longestMs }),
    })
    return ok({ link })
  },
}

function shorten(title: string, most: number): string {
  const characters = [...title]
  return characters.length > most ? `${characters.slice(0, most).join('')}...` : title
}

type Target = Pick<Link, 'path' | 'query' | 'envVersion' | 'endsAtMs'>

/** What a URL Link or a URL Scheme opens, and until when. */
function readTarget(page: Fields, body: Fields, account: Account): Target | Refusal {
  if (account.pages.current().published === false) return refuse(85079)
  const path = page['path'] ?? ''
  if (typeof path !== 'string' || path.includes('?')) return refuse(40165)
  // The pages' own example begins with a slash.
  const target = path.replace(/^\//, '')
  if (target !== '' && !account.pages.exists(target)) return refuse(40165)
  const query = page['query'] ?? ''
  const { characters, pattern } = account.limits().links.query
  if (typeof query !== 'string' || query.length > characters) return refuse(40212)
  if (!pattern.test(query)) return refuse(40212)
  const endsAtMs = readEnd(body, account)
  if (endsAtMs === undefined) return refuse(85401)
  const envVersion = readVersion(page, account)
  if (!envVersion) return refuse(85402)
  return { path: target, query, envVersion, endsAtMs }
}

/**
 * `undefined`: out of bounds. `is_expire` has no effect: since 2022 every link ends. A 0 is as
 * none, because some SDKs send it always.
 */
function readEnd(body: Fields, account: Account): number | undefined {
  const { shortestMs, longestMs } = account.limits().links
  const read = (name: string) => whole(body[name] ?? 0) ?? NaN
  const [type, time, days] = [read('expire_type'), read('expire_time'), read('expire_interval')]
  const now = account.now()
  if (type === 0 && time === 0) return now + longestMs
  const endsAtMs = type === 0 ? time * second : type === 1 ? now + days * day : NaN
  const lastsMs = endsAtMs - now
  return lastsMs >= shortestMs && lastsMs <= longestMs ? endsAtMs : undefined
}
