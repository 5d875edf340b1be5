/** Addresses of pages, as the platform writes them. */
export function parseUrl(url: string, from = ''): { path: string; query: Record<string, string> } {
  const [written = '', search = ''] = url.split('?')
  const folder = written.startsWith('/') ? [] : from.split('/').slice(0, -1)
  const parts = [...folder]
  for (const part of written.split('/')) {
    if (part === '..') parts.pop()
    else if (part !== '.' && part !== '') parts.push(part)
  }
  const query: Record<string, string> = {}
  for (const pair of search.split('&')) {
    if (pair === '') continue
    const at = pair.indexOf('=')
    // As the platform: names and values of a query are not decoded.
    query[at < 0 ? pair : pair.slice(0, at)] = at < 0 ? '' : pair.slice(at + 1)
  }
  return { path: parts.join('/').replace(/\.html$/, ''), query }
}

export const withQuery = (path: string, query: Record<string, string>): string => {
  const search = Object.entries(query).map(([name, value]) => `${name}=${value}`)
  return search.length === 0 ? path : `${path}?${search.join('&')}`
}
